//! `/api/v1/users/newsletter`

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, TestApp};

use crate::app;

const NEWSLETTER: &str = "/api/v1/users/newsletter";

async fn subscribe(app: &TestApp, email: &str) -> Answer {
    app.anonymous().post(&format!("{NEWSLETTER}/subscribe"), json!({ "email": email })).await
}

async fn answer(app: &TestApp, what: &str, token: &str) -> Answer {
    app.anonymous().post(&format!("{NEWSLETTER}/{what}"), json!({ "token": token })).await
}

/// The tokens of the letters that were asked for.
async fn tokens(db: &MySqlPool) -> Vec<String> {
    let payloads: Vec<String> =
        sqlx::query_scalar("SELECT payload FROM outbox WHERE type = 'newsletter.requested' ORDER BY id")
            .fetch_all(db)
            .await
            .unwrap();
    let token = |payload: &String| {
        let message: Value = serde_json::from_str(payload).unwrap();
        let found = message.as_object().unwrap().values().find_map(|part| part["token"].as_str().map(str::to_owned));
        found.unwrap()
    };
    payloads.iter().map(token).collect()
}

async fn status(db: &MySqlPool) -> String {
    sqlx::query_scalar("SELECT status FROM newsletter_subscriptions").fetch_one(db).await.unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_address_gets_the_newsletter_when_it_has_said_yes_itself(db: MySqlPool) {
    let app = app(&db).await;
    let first = subscribe(&app, " Asha@Example.com ").await;
    let token = tokens(&db).await.remove(0);
    let kept: String =
        sqlx::query_scalar("SELECT token_hash FROM newsletter_subscriptions").fetch_one(&db).await.unwrap();
    assert!(kept.len() == 64 && !first.text.contains(&token) && status(&db).await == "pending");
    for _ in 0..2 {
        answer(&app, "confirm", &token).await.data();
        assert_eq!(status(&db).await, "active");
    }
    app.later(TimeDelta::hours(2));
    let known = subscribe(&app, "asha@example.com").await;
    assert_eq!((known.status, known.data(), tokens(&db).await.len()), (first.status, first.data(), 1));
    for _ in 0..2 {
        answer(&app, "unsubscribe", &token).await.data();
        assert_eq!(status(&db).await, "ended");
    }
    assert_eq!(answer(&app, "confirm", &token).await.error(), "INVALID_TOKEN");
    subscribe(&app, "asha@example.com").await.data();
    let tokens = tokens(&db).await;
    assert_eq!((tokens.len(), status(&db).await.as_str()), (2, "pending"));
    answer(&app, "confirm", &tokens[1]).await.data();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_address_is_asked_twice_in_an_hour_and_no_letter_is_good_for_ever(db: MySqlPool) {
    let app = app(&db).await;
    let answers = join_all((0..5).map(|_| subscribe(&app, "asha@example.com"))).await;
    assert!(answers.iter().all(|answer| answer.status.is_success()));
    app.later(TimeDelta::minutes(59));
    subscribe(&app, "asha@example.com").await.data();
    assert_eq!(tokens(&db).await.len(), 1);
    app.later(TimeDelta::minutes(1));
    subscribe(&app, "asha@example.com").await.data();
    let tokens = tokens(&db).await;
    assert_eq!(tokens.len(), 2);
    assert_eq!(answer(&app, "confirm", &tokens[0]).await.error(), "INVALID_TOKEN", "the second letter took its place");
    app.later(TimeDelta::days(7));
    assert_eq!(answer(&app, "confirm", &tokens[1]).await.error(), "INVALID_TOKEN");
    assert_eq!(status(&db).await, "pending");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_token_that_nobody_has_tells_nothing(db: MySqlPool) {
    let app = app(&db).await;
    let unknown = "A".repeat(43);
    answer(&app, "unsubscribe", &unknown).await.data();
    assert_eq!(answer(&app, "confirm", &unknown).await.error(), "INVALID_TOKEN");
    for wrong in ["", "x", &"A".repeat(44), &format!("{}'", "A".repeat(42)), &"A".repeat(10_000)] {
        assert_eq!(answer(&app, "confirm", wrong).await.wrong_fields(), ["token"]);
        assert_eq!(answer(&app, "unsubscribe", wrong).await.wrong_fields(), ["token"]);
    }
    for wrong in
        ["", "asha", "asha@", "a\u{0}@example.com", "ash\u{200b}a@example.com", "a@example.com\nBcc: b@example.com"]
    {
        assert_eq!(subscribe(&app, wrong).await.wrong_fields(), ["email"], "{wrong:?}");
    }
}
