//! How often somebody may try: against who guesses, and without locking anybody out.

use std::sync::Arc;

use accounts::proofs::Purpose;
use auth_service::desk::Desk;
use auth_service::logins::{LogIn, log_in};
use auth_service::visitors::Visitor;
use chrono::TimeDelta;
use serde_json::json;
use shared::config::{Config, Redis, ServiceName};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, noon, servers};

use crate::{FORGOT, LOGIN, PASSWORD, REGISTER, RESET, app, asha, credentials, registered, sent};

/// Somebody at `address`, through the gateway.
fn at(app: &TestApp, address: &str) -> Caller {
    app.anonymous().with_header("x-forwarded-for", address)
}

async fn tries(caller: &Caller, login_id: &str, password: &str) -> u16 {
    caller.post(LOGIN, credentials(login_id, password)).await.status.as_u16()
}

/// A guess from so many addresses, of which none comes twice.
async fn guesses(app: &TestApp, login_id: &str, addresses: std::ops::Range<u8>) -> Vec<u16> {
    let mut statuses = Vec::new();
    for number in addresses {
        statuses.push(tries(&at(app, &format!("198.51.100.{number}")), login_id, "wrong").await);
    }
    statuses
}

/// The cookie by which a device is known again.
fn device(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with("device=")).unwrap();
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/api/v1/auth; Max-Age=31536000"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn ten_wrong_passwords_at_one_place_are_enough_and_unknown_accounts_look_the_same(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let mut answers = Vec::new();
    for (login_id, address) in [("asha@example.com", "203.0.113.7"), ("nobody@example.com", "203.0.113.8")] {
        let caller = at(&app, address);
        for _ in 0..10 {
            assert_eq!(tries(&caller, login_id, "wrong").await, 401, "{login_id}");
        }
        let refused = caller.post(LOGIN, credentials(&login_id.to_uppercase(), PASSWORD)).await;
        assert_eq!((refused.status.as_u16(), refused.error().as_str()), (429, "RATE_LIMITED"), "also the right one");
        answers.push((refused.headers["retry-after"].clone(), refused.json()["error"].clone()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, "90");
    app.later(TimeDelta::seconds(90));
    assert_eq!(tries(&at(&app, "203.0.113.7"), "asha@example.com", PASSWORD).await, 200);
    assert_eq!(tries(&at(&app, "203.0.113.7"), "asha@example.com", "wrong").await, 401, "which starts anew");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_refused_attempt_costs_no_hash_and_an_allowed_one_costs_one_for_everybody(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let desk = Desk::new(Arc::clone(&app.ground));
    for login_id in ["asha@example.com", "nobody@example.com"] {
        let mut computed = Vec::new();
        for _ in 0..12 {
            let before = desk.hasher().computed();
            let form = LogIn { login_id: login_id.to_owned(), password: "wrong".to_owned().try_into().unwrap() };
            log_in(&desk, form, &Visitor::default(), noon()).await.unwrap_err();
            computed.push(desk.hasher().computed() - before);
        }
        assert_eq!(computed, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0], "{login_id}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn guesses_from_everywhere_make_strangers_wait_and_nobody_who_is_known(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let home = at(&app, "203.0.113.7");
    let known = device(&home.post(LOGIN, credentials("asha.rao", PASSWORD)).await);
    for login_id in ["asha.rao", "nobody.here"] {
        assert_eq!(guesses(&app, login_id, 0..12).await, [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 429, 429]);
        for (seconds, statuses) in [(1, [401, 429]), (1, [429, 429]), (1, [401, 429]), (4, [401, 429])] {
            app.later(TimeDelta::seconds(seconds));
            assert_eq!(guesses(&app, login_id, 20..22).await, statuses, "each failure doubles the wait");
        }
    }
    let abroad = at(&app, "192.0.2.1");
    assert_eq!(tries(&abroad, "asha.rao", PASSWORD).await, 429, "a stranger, with the right password too");
    let forged = abroad.clone().with_header("cookie", &known.replacen('=', "=A", 1));
    assert_eq!(tries(&forged, "asha.rao", PASSWORD).await, 429);
    assert_eq!(tries(&abroad.with_header("cookie", &known), "asha.rao", PASSWORD).await, 200, "her own device");
    guesses(&app, "asha.rao", 30..41).await;
    assert_eq!(tries(&home, "asha.rao", PASSWORD).await, 200, "her own address");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_chooses_another_password_by_a_link_waits_for_no_stranger(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    guesses(&app, "asha@example.com", 0..11).await;
    let new_place = at(&app, "192.0.2.9");
    assert_eq!(tries(&new_place, "asha@example.com", PASSWORD).await, 429);
    new_place.post(FORGOT, json!({ "login_id": "asha@example.com" })).await.data();
    let token = sent(&app, &db, Purpose::ResetPassword).await.pop().unwrap();
    new_place.post(RESET, json!({ "token": token, "new_password": "a stable of horses" })).await.data();
    assert_eq!(tries(&new_place, "asha@example.com", "a stable of horses").await, 200);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_known_device_is_not_kept_out_by_its_neighbours_and_guesses_no_more_than_others(db: MySqlPool) {
    let app = app(&db).await;
    let home = at(&app, "203.0.113.7");
    let known = device(&home.post(REGISTER, asha()).await);
    for number in 0..30 {
        tries(&home, &format!("neighbour{number}@example.com"), "wrong").await;
    }
    assert_eq!(tries(&home, "asha.rao", PASSWORD).await, 429, "thirty from one address");
    let device = home.with_header("cookie", &format!("theme=dark; {known}"));
    assert_eq!(tries(&device, "asha.rao", PASSWORD).await, 200);
    let mut statuses = Vec::new();
    for _ in 0..11 {
        statuses.push(tries(&device, "asha.rao", "wrong").await);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 429]);
    let other = json!({ "username": "ravi.k", "password": PASSWORD, "first_name": "Ravi", "last_name": "K" });
    at(&app, "203.0.113.9").post(REGISTER, other).await.data();
    assert_eq!(tries(&device, "ravi.k", PASSWORD).await, 429, "her device is nobody's to him");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn many_at_once_are_counted_one_by_one(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let caller = at(&app, "203.0.113.7");
    let attempts = (0..20).map(|_| tries(&caller, "asha.rao", "wrong"));
    let statuses = futures::future::join_all(attempts).await;
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 10, "{statuses:?}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_registers_is_counted_too(db: MySqlPool) {
    let app = app(&db).await;
    let caller = at(&app, "203.0.113.7");
    let form = json!({ "username": "asha.rao", "password": "wrong horse", "first_name": "A", "last_name": "B", "country_id": 9_999 });
    for _ in 0..30 {
        assert_eq!(caller.post(REGISTER, form.clone()).await.wrong_fields(), ["country_id"]);
    }
    assert_eq!(caller.post(REGISTER, form).await.error(), "RATE_LIMITED");
    at(&app, "203.0.113.8").post(REGISTER, asha()).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_redis_guesses_are_counted_all_the_same(db: MySqlPool) {
    drop(app(&db).await);
    let config = servers::config(ServiceName::Auth, &db);
    let redis = Redis { port: 1, ..config.redis.clone() };
    let app = TestApp::with(Config { redis, ..config }, auth_service::build);
    registered(&app).await;
    assert_eq!(guesses(&app, "asha.rao", 0..11).await[10], 429);
    let caller = at(&app, "203.0.113.7");
    let mut statuses = Vec::new();
    for _ in 0..11 {
        statuses.push(tries(&caller, "nobody@example.com", "wrong").await);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 429]);
}
