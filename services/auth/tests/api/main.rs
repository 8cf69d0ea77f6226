//! The auth service through its own router.
#![expect(clippy::unwrap_used, reason = "tests")]

mod attempts;
mod devices;
mod guests;
mod log;
mod login;
mod logout;
mod mfa;
mod refresh;
mod registration;

use serde_json::{Value, json};
use shared::config::ServiceName;
use sqlx::MySqlPool;
use testing::{Answer, TestApp};

const REGISTER: &str = "/api/v1/auth/register";
const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";
const LOGOUT: &str = "/api/v1/auth/logout";
const ME: &str = "/api/v1/auth/me";
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
