//! `/api/v1/auth/logout` and `/logout-all`

use axum::body::Body;
use axum::http::Method;
use serde_json::json;
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

use crate::{LOGIN, LOGOUT, ME, PASSWORD, REFRESH, app, credentials, registered, text};

const LOGOUT_ALL: &str = "/api/v1/auth/logout-all";

async fn signed_in(app: &TestApp) -> (Caller, String) {
    let data = app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.data();
    (app.with_token(text(&data, "access_token")), text(&data, "refresh_token").to_owned())
}

async fn post(caller: &Caller, path: &str) -> Answer {
    caller.send(Method::POST, path, Body::empty()).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_log_out_ends_the_token_on_every_service(db: MySqlPool) {
    let (here, there) = (app(&db).await, app(&db).await);
    let data = registered(&here).await;
    let token = text(&data, "access_token");
    let (elsewhere, _) = signed_in(&here).await;
    assert!(there.with_token(token).get(ME).await.status.is_success());
    let answer = post(&here.with_token(token), LOGOUT).await;
    assert_eq!((answer.status.as_u16(), answer.data()), (200, json!({})));
    let cleared = "refresh_token=; HttpOnly; SameSite=Lax; Path=/api/v1/auth; Max-Age=0";
    assert_eq!(answer.headers["set-cookie"], cleared);
    assert_eq!(here.with_token(token).get(ME).await.error(), "UNAUTHORIZED", "at once where it happened");
    there.hear_changes().await;
    assert_eq!(there.with_token(token).get(ME).await.error(), "UNAUTHORIZED");
    let renewal = json!({ "refresh_token": data["refresh_token"] });
    assert_eq!(there.anonymous().post(REFRESH, renewal).await.status.as_u16(), 401);
    assert!(elsewhere.get(ME).await.status.is_success(), "another device stays signed in");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_replica_that_starts_later_knows_who_signed_out(db: MySqlPool) {
    let here = app(&db).await;
    let data = registered(&here).await;
    let token = text(&data, "access_token");
    post(&here.with_token(token), LOGOUT).await.data();
    assert_eq!(app(&db).await.with_token(token).get(ME).await.status.as_u16(), 401);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn all_devices_sign_out_together(db: MySqlPool) {
    let app = app(&db).await;
    let (one, (two, token)) = (registered(&app).await, signed_in(&app).await);
    let ravi = app.as_user(build::user("Ravi").insert(&db).await);
    post(&two, LOGOUT_ALL).await.data();
    assert_eq!(two.get(ME).await.status.as_u16(), 401);
    assert_eq!(app.with_token(text(&one, "access_token")).get(ME).await.status.as_u16(), 401);
    assert_eq!(app.anonymous().post(REFRESH, json!({ "refresh_token": token })).await.status.as_u16(), 401);
    assert!(ravi.get(ME).await.status.is_success(), "somebody else stays signed in");
    let (again, _) = signed_in(&app).await;
    assert!(again.get(ME).await.status.is_success(), "and whoever comes back is let in");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_somebody_can_sign_out(db: MySqlPool) {
    let app = app(&db).await;
    for path in [LOGOUT, LOGOUT_ALL] {
        for (token, code) in [("null", "UNAUTHORIZED"), ("a.b.c", "UNAUTHORIZED")] {
            assert_eq!(post(&app.with_token(token), path).await.error(), code, "{path}");
        }
    }
    let unknown = app.as_user(build::user("Ravi").insert(&db).await);
    assert_eq!(post(&unknown, LOGOUT).await.status.as_u16(), 200, "a log-in that is not there has ended already");
}
