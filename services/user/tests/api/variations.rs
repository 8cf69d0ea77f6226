//! `/api/v1/users/cart` with what is sold by variation.

use axum::body::Body;
use axum::http::Method;
use commerce::ids::{ProductId, VariationId};
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};

use crate::{CART, add, app, product, put};

/// A kurta in two sizes, ten of each: the small one at ₹118.00, the large one at ₹236.00.
async fn kurta(db: &MySqlPool) -> (ProductId, [VariationId; 2]) {
    let shelf = build::category("Clothing").insert(db).await;
    let kurta = build::product("Kurta", shelf).variable().insert(db).await;
    let small = build::variation(kurta, "S").insert(db).await;
    (kurta, [small, build::variation(kurta, "L").at(23_600).insert(db).await])
}

async fn add_variation(caller: &Caller, product: ProductId, variation: VariationId, quantity: u32) -> Answer {
    let body = json!({ "quantity": quantity, "variation_id": variation });
    caller.post(&format!("{CART}/{product}"), body).await
}

fn lines(cart: &Value) -> Value {
    let items = cart["items"].as_array().unwrap();
    items.iter().map(|item| json!([item["variation_id"], item["quantity"], item["line_total"]])).collect()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn each_variation_is_a_line_at_its_own_price(db: MySqlPool) {
    let (kurta, [small, large]) = kurta(&db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    add_variation(&asha, kurta, large, 1).await.data();
    let cart = add_variation(&asha, kurta, small, 2).await.data();
    assert_eq!(lines(&cart), json!([[large, 1, 236.0], [small, 2, 236.0]]));
    assert_eq!((&cart["subtotal"], &cart["tax"], &cart["total_items"]), (&json!(472.0), &json!(72.0), &json!(3)));
    let line = &cart["items"][0];
    assert_eq!((&line["name"], &line["product_id"]), (&json!("Kurta, L"), &json!(kurta)));
    assert_eq!(line["attributes"], json!([{ "slug": "size", "name": "Size", "value": "L" }]));
    let cart = put(&asha, &line["id"], r#"{"quantity":4}"#).await.data();
    assert_eq!(lines(&cart), json!([[large, 4, 944.0], [small, 2, 236.0]]));
    sqlx::query("UPDATE product_variations SET price = 200 WHERE id = ?").bind(large).execute(&db).await.unwrap();
    let changes = asha.get(CART).await.data()["changes"].take();
    assert_eq!(changes[0]["variation_id"], json!(large));
    assert_eq!((&changes[0]["kind"], &changes[1]), (&json!("price_down"), &Value::Null));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_variation_is_named_where_there_are_some_and_nowhere_else(db: MySqlPool) {
    let (kurta, [small, _]) = kurta(&db).await;
    let soap = product("Soap", &db).await;
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let needed = add(&asha, kurta, 1).await;
    assert_eq!(needed.wrong_fields(), ["variation_id"]);
    assert!(needed.text.contains("is required"), "{}", needed.text);
    for (product, variation) in [(soap, small), (kurta, VariationId::new(999_999).unwrap())] {
        let refused = add_variation(&asha, product, variation, 1).await;
        assert_eq!(refused.wrong_fields(), ["variation_id"]);
        assert!(refused.text.contains("is no variation of this product"), "{}", refused.text);
    }
    let nonsense = asha.post(&format!("{CART}/{kurta}"), json!({ "quantity": 0, "variation_id": 0 })).await;
    assert_eq!(nonsense.wrong_fields(), ["variation_id"]);
    assert_eq!(add_variation(&asha, ProductId::new(999_999).unwrap(), small, 1).await.error(), "NOT_FOUND");
    assert_eq!(add_variation(&asha, kurta, small, 11).await.error(), "QUANTITY_LIMIT");
    assert_eq!(lines(&asha.get(CART).await.data()), json!([]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_guest_takes_variations_along(db: MySqlPool) {
    let (kurta, [small, large]) = kurta(&db).await;
    let app = app(&db).await;
    let begun = add_variation(&app.anonymous(), kurta, small, 2).await;
    let token = begun.headers["x-session-id"].to_str().unwrap().to_owned();
    let guest = app.anonymous().with_header("x-session-id", &token);
    add_variation(&guest, kurta, large, 1).await.data();
    let asha = app.as_user(build::user("Asha").insert(&db).await);
    add_variation(&asha, kurta, small, 1).await.data();
    let caller = asha.with_header("x-session-id", &token);
    let merged = caller.send(Method::POST, &format!("{CART}/migrate-guest-to-user"), Body::empty()).await.data();
    let mut pieces: Vec<_> =
        merged["items"].as_array().unwrap().iter().map(|item| item["quantity"].as_u64().unwrap()).collect();
    pieces.sort_unstable();
    assert_eq!(pieces, [1, 3]);
}
