//! Letters about the newsletter and an account, and what is forgotten of those who are gone.

use commerce::events::{DeletionScheduled, NewsletterRequested, UserErased};
use commerce::ids::SubscriptionId;
use kernel::Event;
use shared::messaging::Message;
use sqlx::MySqlPool;
use testing::{build, noon};
use uuid::Uuid;

use crate::app;

fn message(event: &impl Event) -> Message {
    Message::of(event, noon(), Uuid::now_v7().to_string().into()).unwrap()
}

async fn letters(db: &MySqlPool) -> Vec<(String, String, String, String, String)> {
    sqlx::query_as("SELECT kind, recipient, message, message_html, status FROM notification_logs ORDER BY id")
        .fetch_all(db)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_may_want_the_newsletter_is_asked_once(db: MySqlPool) {
    let insert = "INSERT INTO newsletter_subscriptions (id, email, token_hash, requested_at)
                  VALUES (1, 'asha@example.com', SHA2('t', 256), UTC_TIMESTAMP())";
    sqlx::raw_sql(insert).execute(&db).await.unwrap();
    let app = app(&db).await;
    let event = NewsletterRequested { subscription_id: SubscriptionId::new(1).unwrap(), token: "tok<en".to_owned() };
    let message = message(&event);
    for _ in 0..2 {
        app.deliver(&message).await.unwrap();
    }
    let letters = letters(&db).await;
    let [(kind, recipient, text, html, _)] = &letters[..] else { unreachable!("{letters:?}") };
    assert_eq!((kind.as_str(), recipient.as_str()), ("newsletter_confirmation", "asha@example.com"));
    assert!(text.contains("tok<en") && html.contains("tok&lt;en") && !html.contains("tok<en"), "{html}");
    assert!(text.contains("Pavitra Trading"));
    assert!(!format!("{event:?}").contains("tok<en"), "no token in a log");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nobody_is_asked_who_has_answered_or_is_gone(db: MySqlPool) {
    let app = app(&db).await;
    let subscription_id = SubscriptionId::new(7).unwrap();
    app.deliver(&message(&NewsletterRequested { subscription_id, token: "t".to_owned() })).await.unwrap();
    let user_id = build::user("Asha").insert(&db).await;
    app.deliver(&message(&DeletionScheduled { user_id, due_at: noon() })).await.unwrap();
    assert!(letters(&db).await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_leaves_is_told_the_day_and_forgotten_after_it(db: MySqlPool) {
    let user_id = build::user("Asha {{ 7 * 7 }}").insert(&db).await;
    sqlx::query("UPDATE users SET email = 'asha@example.com', deletion_requested_at = created_at, deletion_scheduled_at = created_at")
        .execute(&db)
        .await
        .unwrap();
    let app = app(&db).await;
    app.deliver(&message(&DeletionScheduled { user_id, due_at: noon() + chrono::TimeDelta::days(30) })).await.unwrap();
    let (kind, recipient, text, ..) = letters(&db).await.remove(0);
    assert_eq!((kind.as_str(), recipient.as_str()), ("account_deletion", "asha@example.com"));
    assert!(text.contains("Namaste Asha {{ 7 * 7 }}") && text.contains("22 December 2026"), "{text}");
    app.deliver(&message(&UserErased { user_id })).await.unwrap();
    let left: (String, String, Option<String>, Option<String>, String) =
        sqlx::query_as("SELECT recipient, message, message_html, subject, status FROM notification_logs")
            .fetch_one(&db)
            .await
            .unwrap();
    assert_eq!(left, ("erased".to_owned(), String::new(), None, None, "failed".to_owned()));
}
