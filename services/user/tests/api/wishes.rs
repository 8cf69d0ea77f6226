//! `/api/v1/users/wishlist`

use axum::body::Body;
use axum::http::Method;
use commerce::ids::ProductId;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};

use crate::{CART, app, delete, held, product};

const WISHES: &str = "/api/v1/users/wishlist";

async fn wish(caller: &Caller, product: ProductId) -> Answer {
    caller.send(Method::POST, &format!("{WISHES}/{product}"), Body::empty()).await
}

async fn move_to_cart(caller: &Caller, product: ProductId) -> Answer {
    caller.send(Method::POST, &format!("{WISHES}/{product}/move-to-cart"), Body::empty()).await
}

async fn wished(caller: &Caller) -> Value {
    let page = &caller.get(WISHES).await.data();
    page["items"].as_array().unwrap().iter().map(|item| item["product_id"].clone()).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_wish_is_kept_once_and_shown_with_what_it_costs_now(db: MySqlPool) {
    let (soap, oil) = (product("Soap", &db).await, product("Oil", &db).await);
    let app = app(&db).await;
    let asha = app.as_user(build::user("Asha").insert(&db).await);
    let answers = join_all((0..4).map(|_| wish(&asha, soap))).await;
    assert!(answers.iter().all(|answer| answer.status.is_success()));
    let shown = wish(&asha, oil).await.data();
    let expected = json!({ "product_id": oil, "name": "Oil", "slug": "oil", "image": null, "unit_price": 118.0,
        "is_available": true, "added_at": "2026-11-22T12:00:00Z" });
    assert_eq!(shown, expected);
    assert_eq!(wished(&asha).await, json!([oil, soap]));
    sqlx::query("UPDATE products SET status = 'inactive' WHERE id = ?").bind(oil).execute(&db).await.unwrap();
    assert_eq!(asha.get(WISHES).await.data()["items"][0]["is_available"], false);
    let page = asha.get(&format!("{WISHES}?page=2&page_size=1")).await.data();
    assert_eq!((&page["items"][0]["product_id"], &page["pagination"]["total_count"]), (&json!(soap), &json!(2)));
    assert_eq!(wished(&app.as_user(build::user("Ravi").insert(&db).await)).await, json!([]));
    for _ in 0..2 {
        delete(&asha, &format!("{WISHES}/{soap}")).await.data();
    }
    assert_eq!(wished(&asha).await, json!([oil]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_wishes_for_what_the_shop_does_not_show(db: MySqlPool) {
    let hidden = build::category("Hidden").hidden().insert(&db).await;
    let below = build::category("Below").below(hidden).insert(&db).await;
    let unseen = build::product("Unseen", below).insert(&db).await;
    let draft = build::product("Draft", build::category("Soap").insert(&db).await).status("draft").insert(&db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    for product in [unseen, draft, ProductId::new(999_999).unwrap()] {
        assert_eq!(wish(&asha, product).await.error(), "NOT_FOUND");
    }
    assert_eq!(wished(&asha).await, json!([]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_wish_goes_into_the_cart_once(db: MySqlPool) {
    let (soap, oil) = (product("Soap", &db).await, product("Oil", &db).await);
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    wish(&asha, soap).await.data();
    let answers = join_all((0..4).map(|_| move_to_cart(&asha, soap))).await;
    assert!(answers.iter().all(|answer| answer.status.is_success()));
    assert_eq!((held(&asha.get(CART).await.data()), wished(&asha).await), (json!([[soap, 1]]), json!([])));
    wish(&asha, oil).await.data();
    let moved = asha.post(&format!("{WISHES}/{oil}/move-to-cart"), json!({ "quantity": 3 })).await.data();
    assert_eq!(held(&moved), json!([[soap, 1], [oil, 3]]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_the_cart_does_not_take_stays_wished_for(db: MySqlPool) {
    let soap = product("Soap", &db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    wish(&asha, soap).await.data();
    let path = format!("{WISHES}/{soap}/move-to-cart");
    assert_eq!(asha.post(&path, json!({ "quantity": 11 })).await.error(), "QUANTITY_LIMIT");
    assert_eq!(asha.post(&path, json!({ "quantity": 0 })).await.wrong_fields(), ["quantity"]);
    sqlx::query("UPDATE products SET status = 'inactive'").execute(&db).await.unwrap();
    assert_eq!(move_to_cart(&asha, soap).await.error(), "NOT_FOUND");
    assert_eq!((wished(&asha).await, held(&asha.get(CART).await.data())), (json!([soap]), json!([])));
}
