//! `/api/v1/auth/mfa/…` and `/login/mfa`

use std::collections::BTreeSet;

use accounts::proofs::Purpose;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, authenticator, build};

use crate::{LOGIN, ME, OTP_REQUEST, OTP_VERIFY, PASSWORD, REFRESH, app, cookie, credentials, registered, sent, text};

const ENROLL: &str = "/api/v1/auth/mfa/enroll";
const CONFIRM: &str = "/api/v1/auth/mfa/confirm";
const DISABLE: &str = "/api/v1/auth/mfa/disable";
const LOGIN_MFA: &str = "/api/v1/auth/login/mfa";

/// Asha, whose account asks for a second factor.
struct Protected {
    app: TestApp,
    caller: Caller,
    secret: String,
    recovery_codes: Vec<String>,
}

impl Protected {
    async fn new(db: &MySqlPool) -> Self {
        let app = app(db).await;
        let caller = app.with_token(text(&registered(&app).await, "access_token"));
        let secret = text(&caller.post(ENROLL, json!({})).await.data(), "secret").to_owned();
        let code = authenticator::code(&secret, app.ground.clock.now());
        let confirmed = caller.post(CONFIRM, json!({ "code": code })).await.data();
        let codes = confirmed.get("recovery_codes").unwrap().as_array().unwrap().iter();
        let recovery_codes = codes.map(|code| code.as_str().unwrap().to_owned()).collect();
        Self { app, caller, secret, recovery_codes }
    }

    /// What the app shows a minute later, when the code that confirmed it is over.
    fn code(&self) -> String {
        self.app.later(TimeDelta::minutes(1));
        authenticator::code(&self.secret, self.app.ground.clock.now())
    }

    /// The token of a log-in that is half-way.
    async fn challenge(&self) -> String {
        challenge(&self.app).await
    }

    async fn completes(&self, token: &str, code: &str) -> Answer {
        self.app.anonymous().post(LOGIN_MFA, json!({ "mfa_token": token, "code": code })).await
    }
}

async fn challenge(app: &TestApp) -> String {
    let answer = app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    assert!(!answer.headers.contains_key("set-cookie") && !answer.text.contains("access_token"));
    text(&answer.data(), "mfa_token").to_owned()
}

async fn alerts(db: &MySqlPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT JSON_UNQUOTE(JSON_EXTRACT(payload, '$.data.kind')) FROM outbox
         WHERE type = 'user.security_alert' ORDER BY id",
    )
    .fetch_all(db)
    .await
    .unwrap()
}

async fn requires(app: &TestApp, roles: &str) {
    sqlx::query("UPDATE site_settings SET setting_value = ? WHERE setting_key = 'mfa_required_roles'")
        .bind(roles)
        .execute(&app.ground.database)
        .await
        .unwrap();
    sqlx::query("INSERT INTO change_log (topic, subject) VALUES ('settings', 'mfa_required_roles')")
        .execute(&app.ground.database)
        .await
        .unwrap();
    app.hear_changes().await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_app_is_set_up_and_asked_from_then_on(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.with_token(text(&registered(&app).await, "access_token"));
    let begun = caller.post(ENROLL, json!({})).await.data();
    let secret = text(&begun, "secret");
    let uri = format!(
        "otpauth://totp/Pavitra%20Trading:asha@example.com?secret={secret}&issuer=Pavitra%20Trading\
         &algorithm=SHA1&digits=6&period=30"
    );
    assert_eq!(begun["otpauth_uri"], uri);
    app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.data();
    let now = app.ground.clock.now();
    let wrong = authenticator::code(secret, now - TimeDelta::minutes(2));
    assert_eq!(caller.post(CONFIRM, json!({ "code": wrong })).await.error(), "INVALID_CREDENTIALS");
    let codes = caller.post(CONFIRM, json!({ "code": authenticator::code(secret, now) })).await.data();
    assert_eq!(codes["recovery_codes"].as_array().unwrap().len(), 10);
    assert_eq!(alerts(&db).await, ["mfa_enabled"]);

    let answer = app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await;
    insta::assert_json_snapshot!(answer.data(), { ".mfa_token" => "[token]" }, @r#"
    {
      "expires_in": 300,
      "mfa_enrollment_required": false,
      "mfa_required": true,
      "mfa_token": "[token]"
    }
    "#);
    app.later(TimeDelta::seconds(30));
    let code = authenticator::code(secret, app.ground.clock.now());
    let form = json!({ "mfa_token": answer.data()["mfa_token"], "code": code });
    let answer = app.anonymous().post(LOGIN_MFA, form).await;
    assert!(cookie(&answer).starts_with("refresh_token="));
    assert_eq!(answer.json()["access_token"], answer.data()["access_token"], "flat, like every log-in");
    assert!(app.with_token(text(&answer.data(), "access_token")).get(ME).await.status.is_success());
}

/// Signs in by a code to Asha's number.
async fn by_text_message(app: &TestApp, db: &MySqlPool) -> Answer {
    let asked = app.anonymous().post(OTP_REQUEST, json!({ "phone": "98765 43210" })).await.data();
    let code = sent(app, db, Purpose::SignIn).await.pop().unwrap();
    app.anonymous().post(OTP_VERIFY, json!({ "request_id": asked.get("request_id"), "code": code })).await
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_code_by_text_message_is_one_factor_and_not_two(db: MySqlPool) {
    let asha = Protected::new(&db).await;
    sqlx::query("UPDATE users SET phone_verified = TRUE").execute(&db).await.unwrap();
    let answer = by_text_message(&asha.app, &db).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    assert!(!answer.headers.contains_key("set-cookie") && !answer.text.contains("access_token"));
    let (token, code) = (text(&answer.data(), "mfa_token").to_owned(), asha.code());
    assert!(asha.completes(&token, &code).await.json()["access_token"].is_string());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_has_the_number_is_not_locked_out_by_who_registered_with_it(db: MySqlPool) {
    let stranger = Protected::new(&db).await;
    let answer = by_text_message(&stranger.app, &db).await;
    assert!(answer.json()["access_token"].is_string(), "{}", answer.text);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nothing_readable_rests(db: MySqlPool) {
    let asha = Protected::new(&db).await;
    let token = asha.challenge().await;
    let sealed: String = sqlx::query_scalar("SELECT sealed_secret FROM second_factors").fetch_one(&db).await.unwrap();
    let hashes: Vec<String> = sqlx::query_scalar("SELECT code_hash FROM recovery_codes").fetch_all(&db).await.unwrap();
    let challenge: String = sqlx::query_scalar("SELECT token_hash FROM login_challenges").fetch_one(&db).await.unwrap();
    assert!(sealed.starts_with("v1.") && !sealed.contains(&asha.secret) && !challenge.contains(&token));
    assert!(!hashes.iter().any(|hash| asha.recovery_codes.contains(hash)));
    let elsewhere = build::user("Ravi").insert(&db).await;
    sqlx::query("UPDATE second_factors SET user_id = ?").bind(elsewhere).execute(&db).await.unwrap();
    let moved = asha.app.as_user(elsewhere).post(DISABLE, json!({ "code": asha.code() })).await;
    assert_eq!(moved.status.as_u16(), 500, "a secret in somebody else's row does not open");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_code_is_good_once_also_for_many_at_once(db: MySqlPool) {
    let asha = Protected::new(&db).await;
    let mut tokens = Vec::new();
    for _ in 0..8 {
        tokens.push(asha.challenge().await);
    }
    let confirmed_with = authenticator::code(&asha.secret, asha.app.ground.clock.now());
    assert_eq!(asha.completes(&tokens[0], &confirmed_with).await.error(), "INVALID_CREDENTIALS", "it has been used");
    let code = asha.code();
    let answers = futures::future::join_all(tokens.iter().map(|token| asha.completes(token, &code))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1, "{answers:?}");
    let next = authenticator::code(&asha.secret, asha.app.ground.clock.now() + TimeDelta::seconds(30));
    let token = asha.challenge().await;
    assert_eq!(asha.completes(&token, &next).await.status, StatusCode::OK, "the next one, a step early");
    assert_eq!(asha.completes(&token, &asha.code()).await.error(), "UNAUTHORIZED", "a challenge is good once too");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_recovery_code_is_good_once_also_for_many_at_once(db: MySqlPool) {
    let asha = Protected::new(&db).await;
    let code = asha.recovery_codes[3].to_lowercase().replace('-', " ");
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(asha.challenge().await);
    }
    let answers = futures::future::join_all(tokens.iter().map(|token| asha.completes(token, &code))).await;
    let good = answers.iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(good, 1, "{answers:?}");
    assert_eq!(asha.completes(&asha.challenge().await, &code).await.error(), "INVALID_CREDENTIALS");
    let another = asha.completes(&asha.challenge().await, &asha.recovery_codes[0]).await;
    assert_eq!(another.status, StatusCode::OK);
    let ravi = build::user("Ravi").insert(&db).await;
    let his = asha.app.as_user(ravi).post(DISABLE, json!({ "code": asha.recovery_codes[1] })).await;
    assert_eq!(his.error(), "INVALID_CREDENTIALS", "nobody else's");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_challenge_has_five_tries_and_five_minutes(db: MySqlPool) {
    let asha = Protected::new(&db).await;
    let token = asha.challenge().await;
    for _ in 0..5 {
        assert_eq!(asha.completes(&token, "000000").await.error(), "INVALID_CREDENTIALS");
    }
    assert_eq!(asha.completes(&token, &asha.code()).await.error(), "UNAUTHORIZED", "a sixth");
    let token = asha.challenge().await;
    asha.app.later(TimeDelta::minutes(4));
    assert_eq!(asha.completes(&token, &asha.code()).await.error(), "UNAUTHORIZED", "after five minutes");
    let token = asha.challenge().await;
    asha.caller.post("/api/v1/auth/logout-all", json!({})).await.data();
    assert_eq!(asha.completes(&token, &asha.code()).await.error(), "UNAUTHORIZED", "after all log-ins were ended");
    let token = asha.challenge().await;
    sqlx::query("UPDATE users SET is_active = FALSE").execute(&db).await.unwrap();
    assert_eq!(asha.completes(&token, &asha.code()).await.error(), "UNAUTHORIZED", "out of the shop");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_knows_the_password_cannot_guess_the_code_all_night(db: MySqlPool) {
    let asha = Protected::new(&db).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let token = asha.challenge().await;
        for _ in 0..4 {
            statuses.push(asha.completes(&token, "000000").await.status.as_u16());
        }
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 429, 429]);
    let token = asha.challenge().await;
    let code = asha.code();
    assert_eq!(asha.completes(&token, &code).await.status, StatusCode::OK, "who waits is let in");
    let token = asha.challenge().await;
    assert_eq!(asha.completes(&token, "000000").await.status.as_u16(), 401, "and starts anew");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_stolen_token_neither_adds_nor_removes_a_second_factor(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.with_token(text(&registered(&app).await, "access_token"));
    app.later(TimeDelta::minutes(15));
    assert_eq!(caller.post(ENROLL, json!({})).await.wrong_fields(), ["password"], "the log-in is old");
    assert_eq!(caller.post(ENROLL, json!({ "password": "wrong" })).await.error(), "INVALID_CREDENTIALS");
    let secret = text(&caller.post(ENROLL, json!({ "password": PASSWORD })).await.data(), "secret").to_owned();
    let code = authenticator::code(&secret, app.ground.clock.now());
    caller.post(CONFIRM, json!({ "code": code })).await.data();
    assert_eq!(caller.post(ENROLL, json!({ "password": PASSWORD })).await.error(), "CONFLICT");
    assert_eq!(caller.post(CONFIRM, json!({ "code": code })).await.error(), "INVALID_STATE");
    assert_eq!(caller.post(DISABLE, json!({})).await.wrong_fields(), ["code"]);
    assert_eq!(caller.post(DISABLE, json!({ "password": "wrong" })).await.error(), "INVALID_CREDENTIALS");
    assert_eq!(caller.post(DISABLE, json!({ "code": "000000" })).await.error(), "INVALID_CREDENTIALS");
    assert_eq!(caller.post(DISABLE, json!({ "code": code })).await.error(), "INVALID_CREDENTIALS", "used");
    assert_eq!(caller.post(DISABLE, json!({ "password": PASSWORD })).await.data(), json!({}));
    assert_eq!(caller.post(DISABLE, json!({ "password": PASSWORD })).await.error(), "INVALID_STATE");
    assert_eq!(alerts(&db).await, ["mfa_enabled", "mfa_disabled"]);
    assert!(app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.json()["access_token"].is_string());
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM recovery_codes").fetch_one(&db).await.unwrap();
    assert_eq!(left, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn passwords_of_somebody_signed_in_are_not_guessed_either(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.with_token(text(&registered(&app).await, "access_token"));
    let mut statuses = Vec::new();
    for _ in 0..11 {
        statuses.push(caller.post(DISABLE, json!({ "password": "wrong" })).await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 429]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_role_that_must_have_a_second_factor_sets_it_up_before_anything_else(db: MySqlPool) {
    let app = app(&db).await;
    let signed_in = registered(&app).await;
    let renewal = json!({ "refresh_token": signed_in["refresh_token"] });
    requires(&app, r#"["admin", "customer"]"#).await;
    assert_eq!(app.anonymous().post(REFRESH, renewal).await.error(), "UNAUTHORIZED", "nobody stays in without");
    let answer = app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await;
    assert_eq!((answer.status, &answer.data()["mfa_enrollment_required"]), (StatusCode::ACCEPTED, &json!(true)));
    let token = answer.data()["mfa_token"].clone();
    for (path, body) in [(ME, Value::Null), (LOGIN_MFA, json!({ "mfa_token": token, "code": "000000" }))] {
        let caller = app.with_token(token.as_str().unwrap());
        let answer = if body.is_null() { caller.get(path).await } else { app.anonymous().post(path, body).await };
        assert_eq!(answer.error(), "UNAUTHORIZED", "{path}: it opens nothing else");
    }
    let secret = app.anonymous().post(ENROLL, json!({ "mfa_token": token })).await.data()["secret"].clone();
    let now = app.ground.clock.now();
    let code = authenticator::code(secret.as_str().unwrap(), now);
    let form = json!({ "mfa_token": token, "code": code });
    assert_eq!(
        app.anonymous().post(CONFIRM, form.clone()).await.data()["recovery_codes"].as_array().unwrap().len(),
        10
    );
    assert_eq!(app.anonymous().post(CONFIRM, form).await.error(), "UNAUTHORIZED", "once");
    let token = challenge(&app).await;
    app.later(TimeDelta::seconds(30));
    let code = authenticator::code(secret.as_str().unwrap(), app.ground.clock.now());
    let done = app.anonymous().post(LOGIN_MFA, json!({ "mfa_token": token, "code": code })).await.data();
    let caller = app.with_token(text(&done, "access_token"));
    assert_eq!(caller.post(DISABLE, json!({ "password": PASSWORD })).await.error(), "INVALID_STATE", "and keeps it");
    let renewal = json!({ "refresh_token": done["refresh_token"] });
    assert!(app.anonymous().post(REFRESH, renewal).await.status.is_success());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nonsense_is_named_field_by_field_and_changes_nothing(db: MySqlPool) {
    let app = app(&db).await;
    let caller = app.with_token(text(&registered(&app).await, "access_token"));
    let token = "x".repeat(43);
    for (path, body, fields) in [
        (LOGIN_MFA, json!({}), &["mfa_token", "code"][..]),
        (LOGIN_MFA, json!({ "mfa_token": null, "code": null }), &["mfa_token", "code"]),
        (LOGIN_MFA, json!({ "mfa_token": 7, "code": 287_082 }), &["mfa_token", "code"]),
        (LOGIN_MFA, json!({ "mfa_token": token, "code": "28708" }), &["code"]),
        (LOGIN_MFA, json!({ "mfa_token": token, "code": "287\u{0}082" }), &["code"]),
        (LOGIN_MFA, json!({ "mfa_token": token, "code": "\u{202e}287082" }), &["code"]),
        (LOGIN_MFA, json!({ "mfa_token": token, "code": "287\u{200b}082" }), &["code"]),
        (LOGIN_MFA, json!({ "mfa_token": token, "code": "7".repeat(1_000_000) }), &["code"]),
        (LOGIN_MFA, json!({ "mfa_token": "x".repeat(101), "code": "287082" }), &["mfa_token"]),
        (ENROLL, json!({ "mfa_token": 7, "password": 7 }), &["mfa_token", "password"]),
        (ENROLL, json!({ "password": "x".repeat(1_000_000) }), &["password"]),
        (CONFIRM, json!({}), &["code"]),
        (CONFIRM, json!({ "code": true, "mfa_token": "x".repeat(101) }), &["code"]),
        (DISABLE, json!({ "password": null, "code": null }), &["code"]),
        (DISABLE, json!({ "password": 7, "code": "x" }), &["password", "code"]),
    ] {
        let wrong: BTreeSet<String> = caller.post(path, body.clone()).await.wrong_fields().into_iter().collect();
        assert_eq!(wrong, fields.iter().map(|field| (*field).to_owned()).collect(), "{path} {body}");
    }
    assert_eq!(caller.post(LOGIN_MFA, json!({ "mfa_token": token, "code": "287082" })).await.error(), "UNAUTHORIZED");
    assert_eq!(caller.post(CONFIRM, json!({ "code": "287082" })).await.error(), "INVALID_STATE", "not begun");
    let pretender = json!({ "password": PASSWORD, "user_id": 1, "role": "super_admin", "confirmed_at": "2026-11-22" });
    assert!(caller.post(ENROLL, pretender).await.status.is_success());
    assert!(app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.json()["access_token"].is_string());
    for path in [ENROLL, CONFIRM, DISABLE] {
        let body = json!({ "code": "287082" });
        assert_eq!(app.anonymous().post(path, body).await.error(), "UNAUTHORIZED", "{path}");
    }
}
