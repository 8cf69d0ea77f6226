//! `/api/v1/users/account/confirmation`: what somebody without a password confirms by a code.

use accounts::proofs::{ProofKeys, find_open};
use accounts::{Cost, Hasher, Messenger, Password};
use chrono::TimeDelta;
use commerce::ids::ProofId;
use futures::future::join_all;
use kernel::UserId;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

use crate::app;

const CONFIRM: &str = "/api/v1/users/account/confirmation";
const DELETE: &str = "/api/v1/users/account/delete";
const CHANGE: &str = "/api/v1/users/change-password";

/// Somebody who signed up by a code to their number.
async fn without_password(name: &str, phone: &str, db: &MySqlPool) -> UserId {
    let user = build::user(name).phone(phone).insert(db).await;
    sqlx::query("UPDATE users SET phone_verified = TRUE WHERE id = ?").bind(user).execute(db).await.unwrap();
    user
}

async fn asha(db: &MySqlPool) -> UserId {
    without_password("Asha", "+919876543210", db).await
}

/// The request and code of a message that was asked for.
async fn asked(app: &TestApp, caller: &Caller, action: &str) -> Value {
    let sent = caller.post(CONFIRM, json!({ "action": action })).await.data();
    let (request, lifetime) = (sent.get("request_id").unwrap(), sent.get("expires_in").unwrap());
    assert_eq!(lifetime, 300);
    let db = &app.ground.database;
    let id: ProofId = sqlx::query_scalar("SELECT id FROM account_proofs WHERE uuid = ?")
        .bind(request.as_str().unwrap())
        .fetch_one(db)
        .await
        .unwrap();
    let proof = find_open(&mut db.acquire().await.unwrap(), id, app.ground.clock.now()).await.unwrap().unwrap();
    let code = proof.secret(&ProofKeys::new(&app.ground.config.jwt)).unwrap().expose_secret().to_owned();
    json!({ "request_id": request, "code": code })
}

/// `shown` and a password to be.
fn with_password(shown: &Value, password: &str) -> Value {
    let mut body = shown.clone();
    body.as_object_mut().unwrap().insert("new_password".to_owned(), password.into());
    body
}

fn wrong(shown: &Value) -> Value {
    let code = if shown.get("code").unwrap() == "000000" { "000001" } else { "000000" };
    json!({ "request_id": shown.get("request_id").unwrap(), "code": code })
}

async fn leave(caller: &Caller, shown: &Value) -> Answer {
    caller.post(DELETE, shown.clone()).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_has_no_password_leaves_by_a_code(db: MySqlPool) {
    let (app, user) = (app(&db).await, asha(&db).await);
    let caller = app.as_user(user);
    let shown = asked(&app, &caller, "delete_account").await;
    let row: (String, String, String) =
        sqlx::query_as("SELECT purpose, channel, recipient FROM account_proofs").fetch_one(&db).await.unwrap();
    assert_eq!(row, ("delete_account".to_owned(), "sms".to_owned(), "+919876543210".to_owned()));
    assert_eq!(leave(&caller, &wrong(&shown)).await.error(), "INVALID_CODE");
    assert_eq!(leave(&caller, &json!({ "password": "!" })).await.error(), "INVALID_CREDENTIALS");
    let due = json!("2026-12-22T12:00:00Z");
    assert_eq!(leave(&caller, &shown).await.data()["deletion_scheduled_at"], due);
    assert_eq!(leave(&caller, &shown).await.error(), "INVALID_CODE", "once");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_has_no_password_gets_the_first_by_a_code(db: MySqlPool) {
    let (app, user) = (app(&db).await, asha(&db).await);
    let caller = app.as_user(user);
    let shown = asked(&app, &caller, "set_password").await;
    let common = caller.post(CHANGE, with_password(&shown, "asha rao")).await;
    assert_eq!(common.wrong_fields(), ["new_password"]);
    let without = caller.post(CHANGE, json!({ "current_password": "!", "new_password": "a stable of horses" })).await;
    assert_eq!(without.wrong_fields(), ["current_password"]);
    let elsewhere = app.as_user(user);
    caller.post(CHANGE, with_password(&shown, "a stable of horses")).await.data();
    let again = caller.post(CHANGE, with_password(&shown, "another stable")).await;
    assert_eq!(again.error(), "INVALID_STATE", "the password is asked from now on");
    let known = json!({ "current_password": "a stable of horses", "new_password": "another stable" });
    elsewhere.post(CHANGE, known).await.data();
    assert_eq!(caller.post(CONFIRM, json!({ "action": "delete_account" })).await.error(), "INVALID_STATE");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_code_is_for_one_thing_of_one_person_for_five_minutes_and_five_tries(db: MySqlPool) {
    let app = app(&db).await;
    let asha = app.as_user(asha(&db).await);
    let ravi = app.as_user(without_password("Ravi", "+919876543211", &db).await);
    let shown = asked(&app, &asha, "delete_account").await;
    assert_eq!(leave(&ravi, &shown).await.error(), "INVALID_CODE", "somebody else's");
    let other = asha.post(CHANGE, with_password(&shown, "a stable of horses")).await;
    assert_eq!(other.error(), "INVALID_CODE", "for something else");
    app.later(TimeDelta::minutes(5));
    assert_eq!(leave(&asha, &shown).await.error(), "INVALID_CODE", "too old");
    let shown = asked(&app, &asha, "delete_account").await;
    for _ in 0..5 {
        assert_eq!(leave(&asha, &wrong(&shown)).await.error(), "INVALID_CODE");
    }
    assert_eq!(leave(&asha, &shown).await.error(), "INVALID_CODE", "tried too often");
    let shown = asked(&app, &asha, "delete_account").await;
    sqlx::query("UPDATE users SET phone = '+919876543212' WHERE first_name = 'Asha'").execute(&db).await.unwrap();
    assert_eq!(leave(&asha, &shown).await.error(), "INVALID_CODE", "sent to a number that she has no more");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_several_with_one_code_one_sets_the_password(db: MySqlPool) {
    let (app, user) = (app(&db).await, asha(&db).await);
    let caller = app.as_user(user);
    let shown = asked(&app, &caller, "set_password").await;
    let bodies: Vec<_> = (0..3).map(|each| with_password(&shown, &format!("a stable of horses {each}"))).collect();
    let answers = join_all(bodies.into_iter().map(|body| caller.post(CHANGE, body))).await;
    let done = answers.iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(done, 1, "{:?}", answers.iter().map(|answer| &answer.text).collect::<Vec<_>>());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn codes_go_where_somebody_was_proven_to_be_reached_and_only_without_a_password(db: MySqlPool) {
    let app = app(&db).await;
    let user = build::user("Asha").phone("+919876543210").insert(&db).await;
    let caller = app.as_user(user);
    for action in ["delete_account", "set_password"] {
        let answer = caller.post(CONFIRM, json!({ "action": action })).await;
        assert_eq!(answer.error(), "INVALID_STATE", "nothing is proven");
    }
    sqlx::query("UPDATE users SET email_verified = TRUE").execute(&db).await.unwrap();
    asked(&app, &caller, "set_password").await;
    let to: String = sqlx::query_scalar("SELECT recipient FROM account_proofs").fetch_one(&db).await.unwrap();
    assert_eq!(to, "asha@example.com");
    let hash = Hasher::default().hash(Password::try_from("correct horse".to_owned()).unwrap(), Cost::default()).await;
    let present = accounts::credentials::find_present(&mut db.acquire().await.unwrap(), user).await.unwrap().unwrap();
    let mut conn = db.acquire().await.unwrap();
    accounts::credentials::replace(&mut conn, &present, &hash.unwrap(), testing::noon()).await.unwrap();
    for action in ["delete_account", "set_password"] {
        assert_eq!(caller.post(CONFIRM, json!({ "action": action })).await.error(), "INVALID_STATE");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn five_codes_an_hour_are_sent(db: MySqlPool) {
    let (app, user) = (app(&db).await, asha(&db).await);
    for _ in 0..5 {
        asked(&app, &app.as_user(user), "delete_account").await;
    }
    let sixth = app.as_user(user).post(CONFIRM, json!({ "action": "delete_account" })).await;
    assert_eq!(sixth.error(), "RATE_LIMITED");
    asked(&app, &app.as_user(user), "set_password").await;
    assert!(format!("{:?}", Messenger::new(&app.ground)).contains("Key"), "which shows nothing of itself");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_confirms_nothing_is_named(db: MySqlPool) {
    let (app, user) = (app(&db).await, asha(&db).await);
    let (caller, request) = (app.as_user(user), "67e55044-10b1-426f-9247-bb680e5fe0c8");
    for body in [json!({}), json!({ "action": null }), json!({ "action": "sign_in" }), json!({ "action": 1 })] {
        assert_eq!(caller.post(CONFIRM, body.clone()).await.wrong_fields(), ["action"], "{body}");
    }
    for (confirmed, field) in [
        (json!({}), "password"),
        (json!({ "code": "123456" }), "password"),
        (json!({ "request_id": request }), "password"),
        (json!({ "password": "x", "code": "123456", "request_id": request }), "password"),
        (json!({ "password": "x", "code": "123456" }), "password"),
        (json!({ "code": "12345", "request_id": request }), "code"),
        (json!({ "code": 123_456, "request_id": request }), "code"),
        (json!({ "code": "123456", "request_id": "x" }), "request_id"),
        (json!({ "code": "123456", "request_id": [] }), "request_id"),
    ] {
        assert_eq!(leave(&caller, &confirmed).await.wrong_fields(), [field], "{confirmed}");
        let mut change = with_password(&confirmed, "a stable of horses");
        change["current_password"] = confirmed["password"].clone();
        let field = if field == "password" { "current_password" } else { field };
        assert_eq!(caller.post(CHANGE, change.clone()).await.wrong_fields(), [field], "{change}");
    }
    assert_eq!(leave(&caller, &json!({ "code": "123456", "request_id": request })).await.error(), "INVALID_CODE");
}
