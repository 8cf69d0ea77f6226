//! `/api/v1/auth/otp/request` and `/otp/verify`

use std::sync::Arc;

use accounts::proofs::Purpose;
use auth_service::codes::{AskForCode, ask};
use auth_service::desk::Desk;
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, TestApp, build, noon};

use crate::log::Log;
use crate::{LOGIN, ME, OTP_REQUEST, OTP_VERIFY, PASSWORD, app, cookie, credentials, events, registered, sent, text};

async fn request(app: &TestApp, form: Value) -> Value {
    app.anonymous().post(OTP_REQUEST, form).await.data().get("request_id").unwrap().clone()
}

/// A code that was sent to Asha's number just now, and which request it answers.
async fn by_phone(app: &TestApp, db: &MySqlPool) -> (Value, String) {
    let id = request(app, json!({ "phone": "98765 43210" })).await;
    (id, sent(app, db, Purpose::SignIn).await.pop().unwrap())
}

async fn verify(app: &TestApp, request_id: &Value, code: &str) -> Answer {
    app.anonymous().post(OTP_VERIFY, json!({ "request_id": request_id, "code": code })).await
}

fn other(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

async fn accounts(db: &MySqlPool) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(db).await.unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_code_signs_in_to_the_account_whose_number_is_proven(db: MySqlPool) {
    let app = app(&db).await;
    let asha = registered(&app).await;
    sqlx::query("UPDATE users SET phone_verified = TRUE").execute(&db).await.unwrap();
    let (id, code) = by_phone(&app, &db).await;
    let answer = verify(&app, &id, &code).await;
    let (body, data) = (answer.json(), answer.data());
    assert_eq!((&data["user"]["id"], &body["user_roles"]), (&asha["user"]["id"], &json!(["customer"])));
    assert_eq!(cookie(&answer), format!("refresh_token={}", text(&data, "refresh_token")));
    assert!(app.with_token(text(&data, "access_token")).get(ME).await.status.is_success());
    assert!(app.with_token(text(&asha, "access_token")).get(ME).await.status.is_success(), "other log-ins stay");
    assert!(app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.status.is_success());
    assert_eq!(verify(&app, &id, &code).await.error(), "INVALID_CODE", "once");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_code_signs_up_whoever_is_new(db: MySqlPool) {
    let app = app(&db).await;
    let id = request(&app, json!({ "email": " Asha@Example.com " })).await;
    let code = sent(&app, &db, Purpose::SignIn).await.pop().unwrap();
    let form =
        json!({ "request_id": id, "code": code, "first_name": "Asha", "last_name": "Rao", "role": "super_admin" });
    let data = app.anonymous().post(OTP_VERIFY, form).await.data();
    let expected = ("asha@example.com", true, "Asha");
    let user = &data["user"];
    assert_eq!((text(user, "email"), user["email_verified"] == true, text(user, "first_name")), expected);
    assert_eq!(data["user_roles"], json!(["customer"]));
    assert_eq!(events(&db, "user.registered").await, [json!({ "user_id": user["id"] })]);
    for guess in ["!", "", "password"] {
        assert_eq!(
            app.anonymous().post(LOGIN, credentials("asha@example.com", guess)).await.error(),
            "INVALID_CREDENTIALS"
        );
    }
    let (id, code) = by_phone(&app, &db).await;
    let nameless = verify(&app, &id, &code).await.data();
    assert_eq!((text(&nameless["user"], "first_name"), &nameless["user"]["phone_verified"]), ("Guest", &json!(true)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_registered_a_stranger_s_address_loses_it_to_who_has_it(db: MySqlPool) {
    let app = app(&db).await;
    let squatter = registered(&app).await;
    let (id, code) = by_phone(&app, &db).await;
    let data = verify(&app, &id, &code).await.data();
    assert_eq!(data["user"]["id"], squatter["user"]["id"]);
    assert_eq!(app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.error(), "INVALID_CREDENTIALS");
    app.hear_changes().await;
    assert_eq!(app.with_token(text(&squatter, "access_token")).get(ME).await.status.as_u16(), 401);
    assert!(app.with_token(text(&data, "access_token")).get(ME).await.status.is_success());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_is_let_into_an_account_that_somebody_else_has_proven(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    sqlx::query("UPDATE users SET email_verified = TRUE").execute(&db).await.unwrap();
    let (id, code) = by_phone(&app, &db).await;
    assert_eq!(verify(&app, &id, &code).await.error(), "CONFLICT");
    sqlx::query("UPDATE users SET is_active = FALSE, phone_verified = TRUE").execute(&db).await.unwrap();
    let refused = verify(&app, &id, &code).await;
    assert_eq!(refused.error(), "INVALID_CODE", "put out of the shop");
    assert!(!refused.headers.contains_key("set-cookie"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn known_and_unknown_are_one_answer_at_one_cost(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    build::user("Mina").inactive().insert(&db).await;
    let mut answers = Vec::new();
    for email in ["asha@example.com", "nobody@example.com", "mina@example.com"] {
        let mut answer = app.anonymous().post(OTP_REQUEST, json!({ "email": email })).await.json();
        assert_eq!(answer["data"]["request_id"].as_str().unwrap().len(), 36);
        answer["data"]["request_id"] = Value::Null;
        answers.push(answer);
    }
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
    assert_eq!(sent(&app, &db, Purpose::SignIn).await.len(), 2, "who was put out of the shop is not written to");
    let desk = Desk::new(Arc::clone(&app.ground));
    for email in ["asha@example.com", "nobody@example.com"] {
        let email = Some(email.to_owned().try_into().unwrap());
        ask(&desk, AskForCode { email, phone: None }, noon()).await.unwrap();
    }
    assert_eq!(desk.hasher().computed(), 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_code_is_tried_five_times_also_by_many_at_once(db: MySqlPool) {
    let app = app(&db).await;
    let (id, code) = by_phone(&app, &db).await;
    let wrong = other(&code);
    let guesses = join_all((0..4).map(|_| verify(&app, &id, &wrong))).await;
    assert!(guesses.iter().all(|guess| guess.error() == "INVALID_CODE"));
    verify(&app, &id, &code).await.data();
    let (id, code) = by_phone(&app, &db).await;
    let wrong = other(&code);
    join_all((0..20).map(|_| verify(&app, &id, &wrong))).await;
    assert_eq!(verify(&app, &id, &code).await.error(), "INVALID_CODE", "the tries are used up");
    let tries: u8 = sqlx::query_scalar("SELECT MAX(tries) FROM account_proofs").fetch_one(&db).await.unwrap();
    assert_eq!(tries, 5);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_code_lasts_five_minutes_and_belongs_to_its_request(db: MySqlPool) {
    let app = app(&db).await;
    let (id, code) = by_phone(&app, &db).await;
    // Somebody else asks for the same number: neither spoils the other's.
    let stranger = request(&app, json!({ "phone": "98765 43210" })).await;
    for _ in 0..5 {
        verify(&app, &stranger, &other(&code)).await;
    }
    let elsewhere = json!("67e55044-10b1-426f-9247-bb680e5fe0c8");
    assert_eq!(verify(&app, &elsewhere, &code).await.error(), "INVALID_CODE");
    app.later(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    verify(&app, &id, &code).await.data();
    let (id, code) = by_phone(&app, &db).await;
    app.later(TimeDelta::minutes(5));
    assert_eq!(verify(&app, &id, &code).await.error(), "INVALID_CODE");
    assert_eq!(accounts(&db).await, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_many_with_one_code_one_gets_in(db: MySqlPool) {
    let app = app(&db).await;
    let (id, code) = by_phone(&app, &db).await;
    let answers = join_all((0..5).map(|_| verify(&app, &id, &code))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1, "{answers:?}");
    let opened: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sessions").fetch_one(&db).await.unwrap();
    assert_eq!((accounts(&db).await, opened), (1, 1));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_many_with_one_code_to_an_account_that_exists_one_gets_in(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    sqlx::query("UPDATE users SET phone_verified = TRUE").execute(&db).await.unwrap();
    let (id, code) = by_phone(&app, &db).await;
    let answers = join_all((0..5).map(|_| verify(&app, &id, &code))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| [200, 422].contains(&answer.status.as_u16())));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn five_codes_an_hour_for_one_number_and_those_sent_stay_good(db: MySqlPool) {
    let app = app(&db).await;
    let (id, code) = by_phone(&app, &db).await;
    let caller = app.anonymous();
    let asked = join_all((0..9).map(|_| caller.post(OTP_REQUEST, json!({ "phone": "+919876543210" })))).await;
    assert_eq!(asked.iter().filter(|answer| answer.status.is_success()).count(), 4, "however it is written");
    let refused = asked.iter().find(|answer| !answer.status.is_success()).unwrap();
    assert_eq!((refused.status.as_u16(), refused.error().as_str()), (429, "RATE_LIMITED"));
    request(&app, json!({ "phone": "9876543211" })).await;
    verify(&app, &id, &code).await.data();
    app.later(TimeDelta::hours(1));
    by_phone(&app, &db).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_code_rests_or_is_logged(db: MySqlPool) {
    let app = app(&db).await;
    let log = Log::start();
    let (id, code) = by_phone(&app, &db).await;
    verify(&app, &id, &other(&code)).await;
    let answer = verify(&app, &id, &code).await;
    let refresh = answer.data()["refresh_token"].as_str().unwrap().to_owned();
    let logged = log.text();
    assert!(!logged.contains("9876543210") && !logged.contains(&refresh), "{logged}");
    assert!(!logged.contains(&format!("\"{code}\"")), "{logged}");
    let salt: (String, String) =
        sqlx::query_as("SELECT salt, secret_hash FROM account_proofs").fetch_one(&db).await.unwrap();
    assert_ne!(salt.1, shared::digest::sha256(code.as_bytes()), "a hash without a key is counted through in a second");
    assert_eq!(salt.0.len(), 43);
}
