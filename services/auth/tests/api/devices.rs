//! `/api/v1/auth/sessions`

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

use crate::{LOGIN, LOGOUT, ME, PASSWORD, REFRESH, app, credentials, registered, text};

const SESSIONS: &str = "/api/v1/auth/sessions";

async fn signed_in(app: &TestApp, agent: &str, address: &str) -> Caller {
    let device = app.anonymous().with_header("user-agent", agent).with_header("x-forwarded-for", address);
    let data = device.post(LOGIN, credentials("asha.rao", PASSWORD)).await.data();
    app.with_token(text(&data, "access_token"))
}

async fn listed(caller: &Caller) -> Vec<Value> {
    caller.get(SESSIONS).await.data().get("items").unwrap().as_array().unwrap().clone()
}

async fn delete(caller: &Caller, id: &Value) -> Answer {
    caller.send(Method::DELETE, &format!("{SESSIONS}/{id}"), Body::empty()).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn somebody_sees_where_they_are_signed_in(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    app.later(TimeDelta::minutes(5));
    let phone = signed_in(&app, "Chrome on a phone", "203.0.113.7").await;
    let page = phone.get(&format!("{SESSIONS}?page_size=1")).await.data();
    assert_eq!((&page["pagination"]["total_count"], page["items"].as_array().unwrap().len()), (&json!(2), 1));
    insta::assert_json_snapshot!(page["items"][0], { ".id" => "[id]", ".uuid" => "[uuid]" }, @r#"
    {
      "created_at": "2026-11-22T12:05:00Z",
      "id": "[id]",
      "ip_address": "203.0.113.7",
      "is_current": true,
      "last_activity_at": "2026-11-22T12:05:00Z",
      "user_agent": "Chrome on a phone",
      "uuid": "[uuid]"
    }
    "#);
    let current: Vec<Value> = listed(&phone).await.iter().map(|device| device["is_current"].clone()).collect();
    assert_eq!(current, [true, false]);
    phone.send(Method::POST, LOGOUT, Body::empty()).await.data();
    app.later(TimeDelta::days(30));
    let later = signed_in(&app, "Firefox", "203.0.113.8").await;
    assert_eq!(listed(&later).await.len(), 1, "neither what ended nor what ran out");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_device_that_is_signed_out_is_out_everywhere(db: MySqlPool) {
    let (here, there) = (app(&db).await, app(&db).await);
    let first = registered(&here).await;
    let lost = there.with_token(text(&first, "access_token"));
    assert!(lost.get(ME).await.status.is_success());
    let phone = signed_in(&here, "phone", "203.0.113.7").await;
    let devices = listed(&phone).await;
    let other = devices.iter().find(|device| device["is_current"] == false).unwrap();
    assert_eq!(delete(&phone, &other["id"]).await.data(), json!({}));
    let known_here = here.with_token(text(&first, "access_token"));
    assert_eq!(known_here.get(ME).await.error(), "UNAUTHORIZED", "at once where it happened");
    there.hear_changes().await;
    assert_eq!(lost.get(ME).await.error(), "UNAUTHORIZED");
    let renewal = json!({ "refresh_token": first["refresh_token"] });
    assert_eq!(here.anonymous().post(REFRESH, renewal).await.status.as_u16(), 401);
    assert!(phone.get(ME).await.status.is_success());
    let reason: String = sqlx::query_scalar("SELECT revoked_reason FROM sessions WHERE revoked_at IS NOT NULL")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(reason, "device");
    assert_eq!(delete(&phone, &other["id"]).await.error(), "NOT_FOUND", "it has ended already");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_signs_out_others(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let asha = signed_in(&app, "phone", "203.0.113.7").await;
    let ravi = app.as_user(build::user("Ravi").insert(&db).await);
    assert!(listed(&ravi).await.is_empty());
    for device in listed(&asha).await {
        assert_eq!(delete(&ravi, &device["id"]).await.error(), "NOT_FOUND");
    }
    assert_eq!(listed(&asha).await.len(), 2);
    assert_eq!(delete(&ravi, &json!(999_999)).await.error(), "NOT_FOUND", "what is not there looks the same");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nonsense_is_refused(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.as_user(build::user("Asha").insert(&db).await);
    for id in ["0", "-1", "x", "1.5", "18446744073709551616", "%00", "\u{202e}1"] {
        let path = format!("{SESSIONS}/{}", id.replace('\u{202e}', "%E2%80%AE"));
        assert_eq!(caller.send(Method::DELETE, &path, Body::empty()).await.wrong_fields(), ["id"], "{id}");
    }
    for query in ["page=0", "page=x", "page_size=101", "page_size=-1", "page=99999999999999999999"] {
        let field = query.split('=').next().unwrap();
        assert_eq!(caller.get(&format!("{SESSIONS}?{query}")).await.wrong_fields(), [field], "{query}");
    }
    assert_eq!(app.anonymous().get(SESSIONS).await.error(), "UNAUTHORIZED");
    assert_eq!(delete(&app.anonymous(), &json!(1)).await.error(), "UNAUTHORIZED");
}
