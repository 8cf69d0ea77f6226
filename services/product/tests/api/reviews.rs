//! `/api/v1/products/{id}/reviews` and `/api/v1/products/reviews`
#![expect(clippy::indexing_slicing, reason = "tests")]

mod bad_input;
mod ratings;
mod staff;
mod votes;

use axum::body::Body;
use axum::http::Method;
use commerce::ids::{OrderId, ProductId};
use kernel::UserId;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

use crate::app;

async fn soap(db: &MySqlPool) -> ProductId {
    let category = build::category("Bath").insert(db).await;
    build::product("Soap", category).insert(db).await
}

async fn send(caller: &Caller, method: Method, path: &str, body: Value) -> Answer {
    let caller = caller.clone().with_header("content-type", "application/json");
    caller.send(method, &format!("/api/v1/products{path}"), Body::from(body.to_string())).await
}

async fn review(caller: &Caller, product: ProductId, rating: u8) -> Answer {
    send(caller, Method::POST, &format!("/{product}/reviews"), json!({ "rating": rating })).await
}

/// What everybody sees now.
async fn shown(app: &TestApp, product: ProductId, query: &str) -> Value {
    app.anonymous().get(&format!("/api/v1/products/{product}/reviews?{query}")).await.data()
}

async fn set(key: &str, value: &str, app: &TestApp, db: &MySqlPool) {
    sqlx::query("UPDATE site_settings SET setting_value = ? WHERE setting_key = ?")
        .bind(value)
        .bind(key)
        .execute(db)
        .await
        .unwrap();
    let mut conn = db.acquire().await.unwrap();
    shared::changes::record(&mut conn, shared::changes::Topic::SettingsChanged, key).await.unwrap();
    app.hear_changes().await;
}

async fn deliver(order: OrderId, db: &MySqlPool) {
    sqlx::query(
        "UPDATE orders SET status = 'delivered', delivered_at = created_at, shipped_at = created_at WHERE id = ?",
    )
    .bind(order)
    .execute(db)
    .await
    .unwrap();
}

/// Number and sum of the ratings that the shop keeps of `product`.
async fn kept(product: ProductId, db: &MySqlPool) -> Option<(u32, u32)> {
    let select = sqlx::query_as("SELECT review_count, rating_sum FROM product_ratings WHERE product_id = ?");
    select.bind(product).fetch_optional(db).await.unwrap()
}

async fn staff(app: &TestApp, db: &MySqlPool) -> Caller {
    let meena = build::user("Meena").role("content_manager").insert(db).await;
    app.as_user(meena)
}

async fn approve(staff: &Caller, id: &Value) -> Value {
    send(staff, Method::PUT, &format!("/admin/reviews/{id}"), json!({ "status": "approved" })).await.data()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_review_waits_is_approved_and_shown_without_telling_who_it_is(db: MySqlPool) {
    let soap = soap(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    let caller = app.as_user(asha);
    let body = json!({ "rating": 4, "title": "  Good soap ", "comment": "Smells of ｎｅｅｍ.\r\nLasts long." });
    let answer = send(&caller, Method::POST, &format!("/{soap}/reviews"), body).await;
    let own = answer.data();
    assert_eq!((answer.status.as_u16(), &own["status"]), (201, &json!("pending")));
    assert_eq!(answer.headers["location"], format!("/api/v1/products/reviews/{}", own["id"]));
    assert_eq!(shown(&app, soap, "").await["items"], json!([]));
    assert_eq!(caller.get(&format!("/api/v1/products/{soap}/reviews/mine")).await.data()["id"], own["id"]);
    assert_eq!(caller.get(&format!("/api/v1/products/reviews/{}", own["id"])).await.data()["id"], own["id"]);
    approve(&staff(&app, &db).await, &own["id"]).await;
    app.ground.answers.forget_all();
    insta::assert_json_snapshot!(shown(&app, soap, "").await["items"], { "[].uuid" => "[uuid]" }, @r#"
    [
      {
        "author": "Asha R.",
        "comment": "Smells of neem.\nLasts long.",
        "created_at": "2026-11-22T12:00:00Z",
        "helpful_count": 0,
        "id": 1,
        "is_verified_purchase": false,
        "product_id": 1,
        "rating": 4,
        "replied_at": null,
        "reply": null,
        "title": "Good soap",
        "unhelpful_count": 0,
        "updated_at": "2026-11-22T12:00:00Z",
        "uuid": "[uuid]"
      }
    ]
    "#);
    assert_eq!(kept(soap, &db).await, Some((1, 4)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_many_at_once_one_review_is_taken(db: MySqlPool) {
    let soap = soap(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    set("reviews_need_approval", "false", &app, &db).await;
    let caller = app.as_user(asha);
    let answers = futures_of((1..=8).map(|_| review(&caller, soap, 5))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    let refused = answers.iter().find(|answer| answer.status == 409).unwrap();
    assert_eq!(refused.error(), "CONFLICT");
    assert_eq!(kept(soap, &db).await, Some((1, 5)), "whoever lost the race counts for nothing");
}

pub(crate) async fn futures_of<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    futures::future::join_all(all).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_purchase_is_verified_by_a_delivered_order_of_one_s_own(db: MySqlPool) {
    let soap = soap(&db).await;
    let app = app(&db).await;
    let person = async |name| build::user(name).insert(&db).await;
    let [asha, ravi, meera, uma] =
        [person("Asha").await, person("Ravi").await, person("Meera").await, person("Uma").await];
    deliver(build::order(asha, soap, &db).await, &db).await;
    build::order(ravi, soap, &db).await;
    let refunded = build::order(meera, soap, &db).await;
    sqlx::query(
        "UPDATE orders SET status = 'refunded', payment_status = 'refunded', paid_at = created_at WHERE id = ?",
    )
    .bind(refunded)
    .execute(&db)
    .await
    .unwrap();
    let mut told = Vec::new();
    for user in [asha, ravi, meera, uma] {
        told.push(review(&app.as_user(user), soap, 5).await.data()["is_verified_purchase"].clone());
    }
    assert_eq!(told, [json!(true), json!(false), json!(false), json!(false)]);
    // Delivered meanwhile: seen when it is approved.
    sqlx::query("UPDATE orders SET status = 'delivered' WHERE user_id = ?").bind(ravi).execute(&db).await.unwrap();
    assert_eq!(approve(&staff(&app, &db).await, &json!(2)).await["is_verified_purchase"], true);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_changed_review_waits_again_and_counts_for_nothing_meanwhile(db: MySqlPool) {
    let soap = soap(&db).await;
    let [asha, ravi] = [build::user("Asha").insert(&db).await, build::user("Ravi").insert(&db).await];
    let (hers, _) = (build::review(asha, soap, 5, &db).await, build::review(ravi, soap, 2, &db).await);
    let app = app(&db).await;
    let caller = app.as_user(asha);
    let path = format!("/reviews/{hers}");
    let changed = send(&caller, Method::PUT, &path, json!({ "rating": 1, "comment": "Broke." })).await.data();
    assert_eq!(
        (&changed["status"], &changed["title"]),
        (&json!("pending"), &Value::Null),
        "what is absent is taken back"
    );
    assert_eq!(kept(soap, &db).await, Some((1, 2)));
    assert_eq!(shown(&app, soap, "").await["review_count"], 1);
    set("reviews_need_approval", "false", &app, &db).await;
    assert_eq!(send(&caller, Method::PUT, &path, json!({ "rating": 3 })).await.data()["status"], "approved");
    assert_eq!(send(&caller, Method::PUT, &path, json!({ "rating": 4 })).await.data()["rating"], 4);
    assert_eq!(kept(soap, &db).await, Some((2, 6)));
    send(&caller, Method::DELETE, &path, Value::Null).await.data();
    assert_eq!(kept(soap, &db).await, Some((1, 2)));
    assert_eq!(send(&caller, Method::DELETE, &path, Value::Null).await.error(), "NOT_FOUND");
    assert_eq!(review(&caller, soap, 5).await.status, 201, "whoever withdrew may write again");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_review_goes_with_its_votes(db: MySqlPool) {
    let soap = soap(&db).await;
    let [asha, ravi] = [build::user("Asha").insert(&db).await, build::user("Ravi").insert(&db).await];
    let (hers, app) = (build::review(asha, soap, 5, &db).await, app(&db).await);
    votes::vote(&app.as_user(ravi), hers, true).await.data();
    send(&app.as_user(asha), Method::DELETE, &format!("/reviews/{hers}"), Value::Null).await.data();
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM review_helpfulness").fetch_one(&db).await.unwrap();
    assert_eq!(left, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn reviews_of_others_are_not_there_to_change(db: MySqlPool) {
    let soap = soap(&db).await;
    let [asha, ravi] = [build::user("Asha").insert(&db).await, build::user("Ravi").insert(&db).await];
    let (hers, app) = (build::review(asha, soap, 5, &db).await, app(&db).await);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = send(&app.as_user(ravi), method, &format!("/reviews/{hers}"), json!({ "rating": 1 })).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (404, "NOT_FOUND"));
    }
    assert_eq!(kept(soap, &db).await, Some((1, 5)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_shoppers_do_not_see_has_no_reviews(db: MySqlPool) {
    let category = build::category("Bath").insert(&db).await;
    let draft = build::product("Draft", category).status("draft").insert(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    for product in [draft, ProductId::new(999).unwrap()] {
        assert_eq!(review(&app.as_user(asha), product, 5).await.error(), "NOT_FOUND");
        let answer = app.anonymous().get(&format!("/api/v1/products/{product}/reviews")).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (404, "NOT_FOUND"));
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_shop_without_reviews_has_no_such_routes(db: MySqlPool) {
    let soap = soap(&db).await;
    let [asha, ravi] = [build::user("Asha").insert(&db).await, build::user("Ravi").insert(&db).await];
    let (hers, app) = (build::review(asha, soap, 5, &db).await, app(&db).await);
    set("enable_reviews", "false", &app, &db).await;
    let path = format!("/reviews/{hers}");
    assert_eq!(app.anonymous().get(&format!("/api/v1/products/{soap}/reviews")).await.status, 404);
    assert_eq!(review(&app.as_user(ravi), soap, 5).await.error(), "NOT_FOUND");
    assert_eq!(send(&app.as_user(asha), Method::PUT, &path, json!({ "rating": 1 })).await.error(), "NOT_FOUND");
    assert_eq!(votes::vote(&app.as_user(ravi), hers, true).await.error(), "NOT_FOUND");
    // It stays theirs to take back.
    send(&app.as_user(asha), Method::DELETE, &path, Value::Null).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn somebody_who_was_erased_is_nobody(db: MySqlPool) {
    let soap = soap(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    build::review(asha, soap, 5, &db).await;
    assert_eq!(shown(&app, soap, "").await["items"][0]["author"], "Asha R.");
    erase(asha, &db).await;
    let nobody = shown(&app, soap, "page=1").await["items"][0].clone();
    assert_eq!((&nobody["author"], &nobody["rating"]), (&Value::Null, &json!(5)));
}

/// As the user service leaves an account behind.
async fn erase(user: UserId, db: &MySqlPool) {
    sqlx::query(
        "UPDATE users SET email = NULL, password_hash = '!', is_active = FALSE, deactivated_at = created_at,
                          first_name = 'Deleted', last_name = 'account'
         WHERE id = ?",
    )
    .bind(user)
    .execute(db)
    .await
    .unwrap();
}
