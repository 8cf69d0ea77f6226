//! `/api/v1/auth/verify-email`, `/verify-phone` and `/resend-verification`

use accounts::proofs::Purpose;
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use sqlx::MySqlPool;
use testing::TestApp;

use crate::{ME, RESEND, VERIFY_EMAIL, VERIFY_PHONE, app, events, registered, sent, text};

async fn proven(db: &MySqlPool) -> (bool, bool) {
    sqlx::query_as("SELECT email_verified, phone_verified FROM users").fetch_one(db).await.unwrap()
}

async fn link(app: &TestApp, db: &MySqlPool) -> String {
    sent(app, db, Purpose::VerifyEmail).await.pop().unwrap()
}

async fn code(app: &TestApp, db: &MySqlPool) -> String {
    sent(app, db, Purpose::VerifyPhone).await.pop().unwrap()
}

/// Another code than this one.
fn other(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_new_account_is_asked_to_prove_its_address_and_its_number(db: MySqlPool) {
    let app = app(&db).await;
    let asha = registered(&app).await;
    let caller = app.with_token(text(&asha, "access_token"));
    assert_eq!(events(&db, "user.proof_requested").await, [json!({ "proof_id": 1 }), json!({ "proof_id": 2 })]);
    let (link, code) = (link(&app, &db).await, code(&app, &db).await);
    app.anonymous().post(VERIFY_EMAIL, json!({ "token": link })).await.data();
    assert_eq!(proven(&db).await, (true, false));
    caller.post(VERIFY_PHONE, json!({ "code": code })).await.data();
    let me = caller.get(ME).await.data();
    assert_eq!((&me["email_verified"], &me["phone_verified"]), (&json!(true), &json!(true)));
    assert_eq!(app.anonymous().post(VERIFY_EMAIL, json!({ "token": link })).await.error(), "INVALID_TOKEN");
    assert_eq!(caller.post(VERIFY_PHONE, json!({ "code": code })).await.error(), "INVALID_STATE");
    for channel in ["email", "phone"] {
        assert_eq!(caller.post(RESEND, json!({ "channel": channel })).await.error(), "INVALID_STATE");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_proof_is_of_the_address_that_it_was_sent_to(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.with_token(text(&registered(&app).await, "access_token"));
    let (link, code) = (link(&app, &db).await, code(&app, &db).await);
    sqlx::query("UPDATE users SET email = 'a@example.com', phone = '+919999999999'").execute(&db).await.unwrap();
    assert_eq!(app.anonymous().post(VERIFY_EMAIL, json!({ "token": link })).await.error(), "INVALID_TOKEN");
    assert_eq!(caller.post(VERIFY_PHONE, json!({ "code": code })).await.error(), "INVALID_CODE");
    assert_eq!(proven(&db).await, (false, false));
    sqlx::query("UPDATE users SET email = 'asha@example.com'").execute(&db).await.unwrap();
    app.anonymous().post(VERIFY_EMAIL, json!({ "token": link })).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_link_lasts_a_day_and_a_code_five_minutes(db: MySqlPool) {
    let app = app(&db).await;
    let asha = registered(&app).await;
    let (link, code) = (link(&app, &db).await, code(&app, &db).await);
    app.later(TimeDelta::minutes(5));
    let caller = app.with_token(text(&asha, "access_token"));
    assert_eq!(caller.post(VERIFY_PHONE, json!({ "code": code })).await.error(), "INVALID_CODE");
    app.later(TimeDelta::hours(24) - TimeDelta::minutes(5));
    assert_eq!(app.anonymous().post(VERIFY_EMAIL, json!({ "token": link })).await.error(), "INVALID_TOKEN");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_newest_code_counts_and_a_refused_wish_takes_nothing_away(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.with_token(text(&registered(&app).await, "access_token"));
    let first = code(&app, &db).await;
    for _ in 0..4 {
        caller.post(RESEND, json!({ "channel": "phone" })).await.data();
    }
    let refused = caller.post(RESEND, json!({ "channel": "phone" })).await;
    assert_eq!((refused.status.as_u16(), refused.error().as_str()), (429, "RATE_LIMITED"));
    let newest = code(&app, &db).await;
    if first != newest {
        assert_eq!(caller.post(VERIFY_PHONE, json!({ "code": first })).await.error(), "INVALID_CODE");
    }
    caller.post(VERIFY_PHONE, json!({ "code": newest })).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_number_is_guessed_five_times_and_no_more(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.with_token(text(&registered(&app).await, "access_token"));
    let right = code(&app, &db).await;
    let guesses = join_all((0..8).map(|_| caller.post(VERIFY_PHONE, json!({ "code": other(&right) })))).await;
    assert!(guesses.iter().all(|guess| guess.error() == "INVALID_CODE"));
    assert_eq!(caller.post(VERIFY_PHONE, json!({ "code": right })).await.error(), "INVALID_CODE", "used up");
    let tries: u8 = sqlx::query_scalar("SELECT MAX(tries) FROM account_proofs").fetch_one(&db).await.unwrap();
    assert_eq!(tries, 5);
}
