//! `/api/v1/users/notification-preferences`

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, build};

use crate::{app, send};

const PREFERENCES: &str = "/api/v1/users/notification-preferences";

async fn put(caller: &Caller, preferences: Value) -> Answer {
    send(caller, Method::PUT, PREFERENCES, json!({ "preferences": preferences })).await
}

fn wish(channel: &str, purpose: &str, is_enabled: bool) -> Value {
    json!({ "channel": channel, "purpose": purpose, "is_enabled": is_enabled })
}

fn of(answer: &Value, channel: &str, purpose: &str) -> Value {
    let all = answer["preferences"].as_array().unwrap();
    let found = all.iter().find(|found| found["channel"] == channel && found["purpose"] == purpose).unwrap();
    json!([found["is_enabled"], found["consented_at"], found["withdrawn_at"]])
}

async fn ledger(db: &MySqlPool) -> Vec<(String, String, bool)> {
    sqlx::query_as("SELECT channel, purpose, is_given FROM notification_consents ORDER BY id")
        .fetch_all(db)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_gets_offers_who_did_not_ask_for_them(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let proposed = asha.get(PREFERENCES).await.data();
    assert_eq!(proposed["preferences"].as_array().unwrap().len(), 15);
    for preference in proposed["preferences"].as_array().unwrap() {
        let is_usual = ["email", "sms"].contains(&preference["channel"].as_str().unwrap());
        let expected = is_usual && preference["purpose"] != "marketing";
        assert_eq!(preference["is_enabled"], expected, "{preference}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_yes_and_no_is_kept_with_its_time_and_only_once(db: MySqlPool) {
    let app = app(&db).await;
    let asha = build::user("Asha").insert(&db).await;
    let yes = json!([wish("email", "marketing", true), wish("sms", "orders", true)]);
    let said = put(&app.as_user(asha), yes.clone()).await.data();
    assert_eq!(of(&said, "email", "marketing"), json!([true, "2026-11-22T12:00:00Z", null]));
    assert_eq!(of(&said, "sms", "orders"), json!([true, null, null]), "it was so before");
    app.later(TimeDelta::minutes(10));
    put(&app.as_user(asha), yes).await.data();
    let no = put(&app.as_user(asha), json!([wish("email", "marketing", false)])).await.data();
    assert_eq!(of(&no, "email", "marketing"), json!([false, "2026-11-22T12:00:00Z", "2026-11-22T12:10:00Z"]));
    let entry = |given| ("email".to_owned(), "marketing".to_owned(), given);
    assert_eq!(ledger(&db).await, [entry(true), entry(false)]);
    let ravi = app.as_user(build::user("Ravi").insert(&db).await).get(PREFERENCES).await.data();
    assert_eq!(of(&ravi, "email", "marketing"), json!([false, null, null]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_no_preference_is_named(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    for (field, preferences) in [
        ("preferences", json!([])),
        ("preferences", json!(vec![wish("email", "orders", true); 16])),
        ("preferences[1]", json!([wish("email", "orders", true), wish("email", "orders", false)])),
        ("preferences[0].is_enabled", json!([wish("email", "security", false)])),
        ("preferences[0].channel", json!([wish("pigeon", "orders", true)])),
        ("preferences[0].purpose", json!([wish("email", "spam", true)])),
        ("preferences[0].is_enabled", json!([{ "channel": "email", "purpose": "orders" }])),
    ] {
        assert_eq!(put(&asha, preferences.clone()).await.wrong_fields(), [field], "{preferences}");
    }
    assert!(ledger(&db).await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_channels_of_the_shop_are_told_and_whether_they_lead_anywhere(db: MySqlPool) {
    let asha = app(&db).await.as_user(build::user("Asha").insert(&db).await);
    let methods = asha.get("/api/v1/users/available-notification-methods").await.data()["methods"].clone();
    let facts = |method: &Value| json!([method["method"], method["is_available"], method["is_reachable"]]);
    let expected = json!([
        ["email", true, true],
        ["sms", true, false],
        ["push", false, false],
        ["telegram", false, false],
        ["whatsapp", false, false]
    ]);
    assert_eq!(methods.as_array().unwrap().iter().map(facts).collect::<Value>(), expected);
}
