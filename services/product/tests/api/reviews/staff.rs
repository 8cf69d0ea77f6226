//! `/api/v1/products/admin/reviews`

use axum::http::Method;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::build;

use super::{kept, review, send, set, shown, soap, staff};
use crate::app;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn staff_see_every_review_and_narrow_the_list(db: MySqlPool) {
    let category = build::category("Bath").insert(&db).await;
    let [soap, comb] =
        [build::product("Soap", category).insert(&db).await, build::product("Comb", category).insert(&db).await];
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    build::review(asha, soap, 5, &db).await;
    review(&app.as_user(asha), comb, 2).await.data();
    let staff = staff(&app, &db).await;
    for (query, products) in [
        ("", json!(["Comb", "Soap"])),
        ("status=pending", json!(["Comb"])),
        ("status=approved", json!(["Soap"])),
        ("product_id=1", json!(["Soap"])),
        ("rating=2", json!(["Comb"])),
        ("page_size=1&page=2", json!(["Soap"])),
        ("status=rejected", json!([])),
    ] {
        let data = staff.get(&format!("/api/v1/products/admin/reviews?{query}")).await.data();
        let names: Value = data["items"].as_array().unwrap().iter().map(|one| one["product_name"].clone()).collect();
        assert_eq!(names, products, "{query}");
    }
    let first = staff.get("/api/v1/products/admin/reviews").await;
    assert_eq!(first.data()["items"][0]["user_id"], json!(asha));
    assert!(!first.text.contains('@'), "{}", first.text);
    assert_eq!(app.as_user(asha).get("/api/v1/products/admin/reviews").await.error(), "FORBIDDEN");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_decision_is_counted_told_and_written_down(db: MySqlPool) {
    let soap = soap(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    let hers = app.as_user(asha);
    review(&hers, soap, 3).await.data();
    let staff = staff(&app, &db).await;
    let decide = async |body: Value| send(&staff, Method::PUT, "/admin/reviews/1", body).await.data();
    let approved = decide(json!({ "status": "approved", "reply": "Thank you,\nAsha!" })).await;
    assert_eq!((&approved["revision"], kept(soap, &db).await), (&json!(2), Some((1, 3))));
    app.ground.answers.forget_all();
    let seen = shown(&app, soap, "").await["items"][0].clone();
    assert_eq!((&seen["reply"], seen["replied_at"].is_string()), (&json!("Thank you,\nAsha!"), true));
    decide(json!({ "status": "approved" })).await;
    let rejected = decide(json!({ "status": "rejected", "rejection_reason": "Says nothing about the soap" })).await;
    assert_eq!((&rejected["status"], kept(soap, &db).await), (&json!("rejected"), Some((0, 0))));
    let own = hers.get(&format!("/api/v1/products/{soap}/reviews/mine")).await.data();
    assert_eq!(own["rejection_reason"], "Says nothing about the soap");
    assert_eq!(decide(json!({ "reply": null })).await["replied_at"], Value::Null);
    let log: Vec<(String, String, String)> =
        sqlx::query_as("SELECT action, old_value, new_value FROM audit_log ORDER BY id").fetch_all(&db).await.unwrap();
    assert_eq!(log.len(), 3, "a decision that changes nothing is none: {log:?}");
    assert!(log.iter().all(|(action, ..)| action == "review.decide"));
    assert!(log[0].1.contains("pending") && log[0].2.contains("approved") && log[1].2.contains("Says nothing"));
    let told: Vec<String> = sqlx::query_scalar("SELECT subject FROM change_log WHERE topic = 'catalogue' ORDER BY id")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(told, ["product:1", "product:1"], "what is not shown changes nothing that shoppers see");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_written_meanwhile_is_not_approved_unread(db: MySqlPool) {
    let soap = soap(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    let hers = app.as_user(asha);
    review(&hers, soap, 3).await.data();
    let staff = staff(&app, &db).await;
    let read = staff.clone().with_header("if-match", "\"1\"");
    send(&hers, Method::PUT, "/reviews/1", json!({ "rating": 1, "comment": "Buy elsewhere" })).await.data();
    let body = json!({ "status": "approved" });
    let answer = send(&read, Method::PUT, "/admin/reviews/1", body.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (409, "CONFLICT"));
    let read = staff.with_header("if-match", "\"2\"");
    assert_eq!(send(&read, Method::PUT, "/admin/reviews/1", body).await.data()["status"], "approved");
    assert_eq!(send(&read, Method::PUT, "/admin/reviews/9", json!({ "reply": "x" })).await.error(), "NOT_FOUND");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn staff_decide_also_while_the_shop_shows_no_reviews(db: MySqlPool) {
    let soap = soap(&db).await;
    let (asha, app) = (build::user("Asha").insert(&db).await, app(&db).await);
    review(&app.as_user(asha), soap, 3).await.data();
    set("enable_reviews", "false", &app, &db).await;
    let body = json!({ "status": "approved" });
    assert_eq!(send(&staff(&app, &db).await, Method::PUT, "/admin/reviews/1", body).await.status, 200);
}
