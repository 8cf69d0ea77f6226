//! `/api/v1/auth/forgot-password` and `/reset-password`

use std::sync::Arc;

use accounts::proofs::Purpose;
use auth_service::desk::Desk;
use auth_service::recovery::{Forgot, forgot};
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use sqlx::MySqlPool;
use testing::{Answer, TestApp, build, noon};

use crate::log::Log;
use crate::{FORGOT, LOGIN, ME, PASSWORD, REFRESH, RESET, app, credentials, events, registered, sent, text};

const OTHER: &str = "a stable of horses";

async fn ask(app: &TestApp, login_id: &str) -> Answer {
    app.anonymous().post(FORGOT, json!({ "login_id": login_id })).await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    app.anonymous().post(RESET, json!({ "token": token, "new_password": password })).await
}

/// A link that Asha was sent just now.
async fn link(app: &TestApp, db: &MySqlPool) -> String {
    ask(app, "asha@example.com").await.data();
    sent(app, db, Purpose::ResetPassword).await.pop().unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_forgot_the_password_chooses_another_and_is_signed_out_everywhere(db: MySqlPool) {
    let app = app(&db).await;
    let first = registered(&app).await;
    let token = link(&app, &db).await;
    assert_eq!(token.len(), 43, "256 bits");
    reset(&app, &token, OTHER).await.data();
    assert_eq!(app.anonymous().post(LOGIN, credentials("asha.rao", PASSWORD)).await.error(), "INVALID_CREDENTIALS");
    assert!(app.anonymous().post(LOGIN, credentials("asha.rao", OTHER)).await.status.is_success());
    assert_eq!(app.with_token(text(&first, "access_token")).get(ME).await.status.as_u16(), 401, "at once");
    let refresh = app.anonymous().post(REFRESH, json!({ "refresh_token": first["refresh_token"] })).await;
    assert_eq!(refresh.status.as_u16(), 401);
    let alert = json!({ "user_id": first["user"]["id"], "kind": "password_changed" });
    assert_eq!(events(&db, "user.security_alert").await, [alert]);
    let proven: (bool, bool) =
        sqlx::query_as("SELECT email_verified, phone_verified FROM users").fetch_one(&db).await.unwrap();
    assert_eq!(proven, (true, false), "the link came by mail");
    assert_eq!(reset(&app, &token, "another stable").await.error(), "INVALID_TOKEN");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn known_and_unknown_are_one_answer_at_one_cost(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    build::user("Mina").inactive().insert(&db).await;
    let mut answers = Vec::new();
    let names = [
        "asha@example.com",
        "nobody@example.com",
        "asha.rao",
        "nobody",
        "9999999999",
        "' OR 1=1 -- ",
        "mina@example.com",
        "asha@example.com\u{200b}",
    ];
    for login_id in names {
        let before: (i64, i64) = counts(&db).await;
        answers.push(ask(&app, login_id).await);
        let after = counts(&db).await;
        assert_eq!((after.0 - before.0, after.1 - before.1), (1, 1), "{login_id}: one row and one event for all");
    }
    for answer in &answers {
        assert_eq!(answer.status.as_u16(), 200);
        assert_eq!(answer.text, answers[0].text);
        assert_eq!(answer.headers.len(), answers[0].headers.len());
    }
    assert_eq!(sent(&app, &db, Purpose::ResetPassword).await.len(), 2, "both names of Asha's, and nobody else's");
    let desk = Desk::new(Arc::clone(&app.ground));
    for login_id in ["asha@example.com", "nobody@example.com"] {
        forgot(&desk, &Forgot { login_id: login_id.to_owned() }, noon()).await.unwrap();
    }
    assert_eq!(desk.hasher().computed(), 0);
}

async fn counts(db: &MySqlPool) -> (i64, i64) {
    sqlx::query_as("SELECT (SELECT COUNT(*) FROM account_proofs), (SELECT COUNT(*) FROM outbox)")
        .fetch_one(db)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_link_lasts_an_hour_and_goes_with_the_password_that_was_chosen_by_another(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let old = link(&app, &db).await;
    app.later(TimeDelta::hours(1));
    assert_eq!(reset(&app, &old, OTHER).await.error(), "INVALID_TOKEN");
    let (one, other) = (link(&app, &db).await, link(&app, &db).await);
    app.later(TimeDelta::minutes(59));
    reset(&app, &one, OTHER).await.data();
    assert_eq!(reset(&app, &other, "a herd of horses").await.error(), "INVALID_TOKEN");
    for wrong in ["", "x", &one.to_lowercase(), &"x".repeat(10_000), "' OR 1=1 -- "] {
        assert_eq!(reset(&app, wrong, "a herd of horses").await.error(), "INVALID_TOKEN");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_two_resets_with_one_link_one_wins(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let token = link(&app, &db).await;
    let passwords: Vec<String> = (0..4).map(|number| format!("stable of {number} horses")).collect();
    let answers = join_all(passwords.iter().map(|password| reset(&app, &token, password))).await;
    let won: Vec<_> = answers.iter().zip(&passwords).filter(|(answer, _)| answer.status.is_success()).collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
        assert!([409, 422].contains(&answer.status.as_u16()), "{}", answer.text);
    }
    assert!(app.anonymous().post(LOGIN, credentials("asha.rao", won[0].1)).await.status.is_success());
    assert_eq!(events(&db, "user.security_alert").await.len(), 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_password_that_may_not_be_costs_no_link(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let token = link(&app, &db).await;
    for wrong in [PASSWORD, "password123", "Asha.Rao.2026", "short"] {
        assert_eq!(reset(&app, &token, wrong).await.wrong_fields(), ["new_password"], "{wrong}");
    }
    reset(&app, &token, OTHER).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn five_links_an_hour_for_whoever_exists_or_not_and_those_sent_stay_good(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    for login_id in ["asha@example.com", "nobody@example.com"] {
        let answers = join_all((0..12).map(|_| ask(&app, login_id))).await;
        let good = answers.iter().filter(|answer| answer.status.is_success()).count();
        assert_eq!(good, 5, "{login_id}: also when all ask at once");
        let refused = answers.iter().find(|answer| !answer.status.is_success()).unwrap();
        assert_eq!(
            (refused.error().as_str(), refused.headers["retry-after"].to_str().unwrap()),
            ("RATE_LIMITED", "3600")
        );
    }
    // By another of her names she gets no more letters, and nobody is told so.
    assert!(ask(&app, "asha.rao").await.status.is_success());
    let links = sent(&app, &db, Purpose::ResetPassword).await;
    assert_eq!(links.len(), 5);
    app.later(TimeDelta::minutes(59));
    assert_eq!(ask(&app, "asha@example.com").await.headers["retry-after"], "60");
    reset(&app, &links[0], OTHER).await.data();
    app.later(TimeDelta::minutes(1));
    assert!(ask(&app, "asha@example.com").await.status.is_success());
    assert_eq!(sent(&app, &db, Purpose::ResetPassword).await.len(), 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_link_goes_where_its_holder_was_reached_before(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    let goes = async |email: Option<bool>, phone: Option<bool>| -> String {
        sqlx::query("UPDATE users SET email = ?, email_verified = ?, phone = ?, phone_verified = ?")
            .bind(email.map(|_| "asha@example.com"))
            .bind(email == Some(true))
            .bind(phone.map(|_| "+919876543210"))
            .bind(phone == Some(true))
            .execute(&db)
            .await
            .unwrap();
        sqlx::query("DELETE FROM account_quotas").execute(&db).await.unwrap();
        ask(&app, "asha.rao").await.data();
        let newest = sqlx::query_scalar("SELECT recipient FROM account_proofs ORDER BY id DESC LIMIT 1");
        newest.fetch_one(&db).await.unwrap()
    };
    assert_eq!(goes(Some(false), Some(false)).await, "asha@example.com");
    assert_eq!(goes(Some(false), Some(true)).await, "+919876543210", "anybody may have written the address");
    assert_eq!(goes(Some(true), Some(true)).await, "asha@example.com");
    assert_eq!(goes(None, Some(false)).await, "+919876543210");
    assert_eq!(goes(None, None).await, "nobody");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_secret_rests_or_is_logged(db: MySqlPool) {
    let app = app(&db).await;
    let log = Log::start();
    registered(&app).await;
    let token = link(&app, &db).await;
    reset(&app, &token, OTHER).await.data();
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT payload FROM outbox UNION ALL SELECT CONCAT_WS(' ', uuid, recipient, salt, secret_hash) FROM account_proofs",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let logged = log.text();
    for secret in [token.as_str(), OTHER, PASSWORD] {
        assert!(!logged.contains(secret) && rows.iter().all(|row| !row.contains(secret)));
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_over_is_forgotten_after_a_day(db: MySqlPool) {
    let app = app(&db).await;
    registered(&app).await;
    link(&app, &db).await;
    let kept = async || -> (i64, i64) {
        sqlx::query_as("SELECT (SELECT COUNT(*) FROM account_proofs), (SELECT COUNT(*) FROM account_quotas)")
            .fetch_one(&db)
            .await
            .unwrap()
    };
    let before = kept().await;
    app.later(TimeDelta::hours(24) + TimeDelta::minutes(6));
    app.tick("proofs").await.unwrap();
    assert!(before.0 >= 3 && kept().await.0 < before.0, "codes of five minutes are gone, links of a day are not");
    app.later(TimeDelta::hours(25));
    app.tick("proofs").await.unwrap();
    assert_eq!(kept().await, (0, 0));
}
