//! `/api/v1/auth/refresh`

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::json;
use sqlx::MySqlPool;

use crate::{LOGIN, ME, PASSWORD, REFRESH, app, cookie, credentials, registered, text};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_refresh_token_gets_the_next_pair(db: MySqlPool) {
    let app = app(&db).await;
    let first = registered(&app).await;
    app.later(TimeDelta::minutes(62));
    let expired = app.with_token(text(&first, "access_token")).get(ME).await;
    assert_eq!(expired.error(), "TOKEN_EXPIRED");
    let client = app.with_token(text(&first, "access_token"));
    let answer = client.post(REFRESH, json!({ "refresh_token": first["refresh_token"] })).await;
    let (body, data) = (answer.json(), answer.data());
    assert_ne!(data["refresh_token"], first["refresh_token"]);
    for field in ["access_token", "refresh_token", "token_type", "expires_in", "user_roles", "user_permissions", "user"]
    {
        assert_eq!(body[field], data[field], "{field} is flat");
    }
    assert_eq!((&data["user"], &data["user_roles"]), (&first["user"], &first["user_roles"]));
    assert!(app.with_token(text(&data, "access_token")).get(ME).await.status.is_success());
    assert_eq!(cookie(&answer), format!("refresh_token={}", text(&data, "refresh_token")));
    assert_eq!(answer.headers["cache-control"], "private, no-store");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_browser_refreshes_with_its_cookie_alone(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let login = app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await;
    let browser = app.anonymous().with_header("cookie", &format!("theme=dark; {}", cookie(&login)));
    let answer = browser.send(Method::POST, REFRESH, Body::empty()).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    let browser = app.anonymous().with_header("cookie", &cookie(&answer));
    let answer = browser.post(REFRESH, json!({})).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    let body = json!({ "refresh_token": answer.data()["refresh_token"] });
    let confused = app.anonymous().with_header("cookie", "refresh_token=nonsense");
    assert!(confused.post(REFRESH, body).await.status.is_success(), "the body comes first");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_page_of_another_origin_cannot_use_the_cookie(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let login = app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await;
    let browser = app.anonymous().with_header("cookie", &cookie(&login));
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://localhost:3000.evil.example"),
        ("origin", "http://localhost:30000"),
        ("origin", "HTTP://LOCALHOST:3000"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let browser = browser.clone().with_header(name, value);
        for answer in [browser.send(Method::POST, REFRESH, Body::empty()).await, browser.post(REFRESH, json!({})).await]
        {
            assert_eq!(answer.error(), "FORBIDDEN", "{name}: {value}");
            assert!(!answer.headers.contains_key("set-cookie"));
            assert!(!answer.headers.contains_key("access-control-allow-origin"));
        }
        let with_text = browser.clone().with_header("content-type", "text/plain");
        let answer = with_text.send(Method::POST, REFRESH, Body::from("{}")).await;
        assert!(answer.status.is_client_error(), "{name}: {value}");
        let preflight = browser.with_header("access-control-request-method", "POST");
        let answer = preflight.send(Method::OPTIONS, REFRESH, Body::empty()).await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{name}: {value}");
    }
    let own = browser.with_header("origin", "http://localhost:3000").with_header("sec-fetch-site", "same-site");
    let answer = own.send(Method::POST, REFRESH, Body::empty()).await;
    assert!(answer.status.is_success(), "none of them used it up: {}", answer.text);
    let evil = app.anonymous().with_header("origin", "https://evil.example");
    let body = json!({ "refresh_token": answer.data()["refresh_token"] });
    assert!(evil.post(REFRESH, body).await.status.is_success(), "a token in the body is no cookie");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_no_token_is_refused(db: MySqlPool) {
    let app = app(&db).await;
    let data = registered(&app).await;
    let caller = app.anonymous();
    for nonsense in [
        json!({}),
        json!({ "refresh_token": null }),
        json!({ "refresh_token": "" }),
        json!({ "refresh_token": "x".repeat(100_000) }),
        json!({ "refresh_token": data["access_token"] }),
    ] {
        let answer = caller.post(REFRESH, nonsense).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "UNAUTHORIZED"), "{}", answer.text);
    }
    assert_eq!(caller.send(Method::POST, REFRESH, Body::empty()).await.status.as_u16(), 401);
    assert_eq!(caller.post(REFRESH, json!({ "refresh_token": 7 })).await.wrong_fields(), ["refresh_token"]);
    let form = caller.send(Method::POST, REFRESH, Body::from("refresh_token=x")).await;
    assert_eq!(form.status.as_u16(), 415);
    let as_access = app.with_token(text(&data, "refresh_token")).get(ME).await;
    assert_eq!(as_access.status.as_u16(), 401, "a refresh token opens no route");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_stolen_token_ends_the_log_in_on_every_replica(db: MySqlPool) {
    let (one, other) = (app(&db).await, app(&db).await);
    let first = registered(&one).await;
    let body = json!({ "refresh_token": first["refresh_token"] });
    let second = one.anonymous().post(REFRESH, body.clone()).await.data();
    assert!(other.with_token(text(&second, "access_token")).get(ME).await.status.is_success());
    one.later(TimeDelta::seconds(11));
    let stolen = one.anonymous().post(REFRESH, body).await;
    assert_eq!((stolen.status.as_u16(), stolen.error().as_str()), (401, "UNAUTHORIZED"));
    other.hear_changes().await;
    for token in [text(&first, "access_token"), text(&second, "access_token")] {
        assert_eq!(other.with_token(token).get(ME).await.status.as_u16(), 401);
    }
    let next = json!({ "refresh_token": second["refresh_token"] });
    assert_eq!(one.anonymous().post(REFRESH, next).await.status.as_u16(), 401);
    let told: Vec<String> = sqlx::query_scalar(
        "SELECT JSON_UNQUOTE(JSON_EXTRACT(payload, '$.data.kind')) FROM outbox WHERE type = 'user.security_alert'",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert_eq!(told, ["session_reuse"], "her holder hears of it, once");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_lost_answer_and_two_tabs_are_no_theft(db: MySqlPool) {
    let app = app(&db).await;
    let body = json!({ "refresh_token": registered(&app).await["refresh_token"] });
    let caller = app.anonymous();
    let (one, other) = tokio::join!(caller.post(REFRESH, body.clone()), caller.post(REFRESH, body.clone()));
    assert_ne!(one.data()["refresh_token"], other.data()["refresh_token"]);
    app.later(TimeDelta::seconds(9));
    let again = caller.post(REFRESH, body).await.data();
    app.later(TimeDelta::days(29));
    let later = caller.post(REFRESH, json!({ "refresh_token": again["refresh_token"] })).await;
    assert!(later.status.is_success());
    app.later(TimeDelta::days(30));
    let too_late = caller.post(REFRESH, json!({ "refresh_token": later.data()["refresh_token"] })).await;
    assert_eq!(too_late.status.as_u16(), 401);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_was_put_out_of_the_shop_gets_no_new_tokens(db: MySqlPool) {
    let app = app(&db).await;
    let data = registered(&app).await;
    sqlx::query("UPDATE users SET is_active = FALSE").execute(&db).await.unwrap();
    let answer = app.anonymous().post(REFRESH, json!({ "refresh_token": data["refresh_token"] })).await;
    assert_eq!(answer.status.as_u16(), 401);
}
