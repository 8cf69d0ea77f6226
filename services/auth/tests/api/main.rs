//! The auth service through its own router.
#![expect(clippy::unwrap_used, reason = "tests")]

mod attempts;
mod audit_log;
mod bad_input;
mod codes;
mod devices;
mod guests;
mod log;
mod login;
mod logout;
mod mfa;
mod recovery;
mod refresh;
mod registration;
mod roles;
mod settings;
mod verification;

use accounts::proofs::{ProofKeys, Purpose, find_open};
use commerce::ids::ProofId;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use shared::config::ServiceName;
use sqlx::MySqlPool;
use testing::{Answer, TestApp};

const REGISTER: &str = "/api/v1/auth/register";
const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";
const LOGOUT: &str = "/api/v1/auth/logout";
const ME: &str = "/api/v1/auth/me";
const FORGOT: &str = "/api/v1/auth/forgot-password";
const RESET: &str = "/api/v1/auth/reset-password";
const VERIFY_EMAIL: &str = "/api/v1/auth/verify-email";
const VERIFY_PHONE: &str = "/api/v1/auth/verify-phone";
const RESEND: &str = "/api/v1/auth/resend-verification";
const OTP_REQUEST: &str = "/api/v1/auth/otp/request";
const OTP_VERIFY: &str = "/api/v1/auth/otp/verify";
const PASSWORD: &str = "correct horse battery";

async fn app(db: &MySqlPool) -> TestApp {
    TestApp::new(db, ServiceName::Auth, auth_service::build).await
}

/// A registration under every name.
fn asha() -> Value {
    json!({
        "email": "asha@example.com", "phone": "98765 43210", "username": "asha.rao", "password": PASSWORD,
        "first_name": "Asha", "last_name": "Rao",
    })
}

fn credentials(login_id: &str, password: &str) -> Value {
    json!({ "login_id": login_id, "password": password })
}

/// Asha registers; what she was answered.
async fn registered(app: &TestApp) -> Value {
    app.anonymous().post(REGISTER, asha()).await.data()
}

fn text<'a>(data: &'a Value, field: &str) -> &'a str {
    data[field].as_str().unwrap()
}

/// What a browser sends back of the cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// The secrets of the codes and links for `purpose` that may still be used, the oldest first, as they are sent.
async fn sent(app: &TestApp, db: &MySqlPool, purpose: Purpose) -> Vec<String> {
    let ids: Vec<ProofId> = sqlx::query_scalar("SELECT id FROM account_proofs WHERE purpose = ? ORDER BY id")
        .bind(purpose)
        .fetch_all(db)
        .await
        .unwrap();
    let (keys, mut conn) = (ProofKeys::new(&app.ground.config.jwt), db.acquire().await.unwrap());
    let mut secrets = Vec::new();
    for id in ids {
        let open = find_open(&mut conn, id, app.ground.clock.now()).await.unwrap();
        secrets.extend(open.map(|proof| proof.secret(&keys).unwrap().expose_secret().to_owned()));
    }
    secrets
}

/// The events of this kind that wait.
async fn events(db: &MySqlPool, kind: &str) -> Vec<Value> {
    let payloads: Vec<String> = sqlx::query_scalar("SELECT payload FROM outbox WHERE type = ? ORDER BY id")
        .bind(kind)
        .fetch_all(db)
        .await
        .unwrap();
    let data = |payload: &String| serde_json::from_str::<Value>(payload).unwrap().get("data").unwrap().clone();
    payloads.iter().map(data).collect()
}
