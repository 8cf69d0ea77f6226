//! `/api/v1/notifications/logs`

use std::pin::pin;

use axum::body::Body;
use axum::http::Method;
use futures::future::{Either, join_all, select};
use kernel::UserId;
use serde_json::{Value, json};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

use crate::app;
use crate::shop::{more_letters, rows, waiting_letter};

const LOGS: &str = "/api/v1/notifications/logs";

async fn administrator(db: &MySqlPool, app: &TestApp) -> Caller {
    let user: UserId = build::user("Meera").role("admin").insert(db).await;
    app.as_user(user)
}

async fn resend(caller: &Caller, id: u64) -> Answer {
    caller.send(Method::POST, &format!("{LOGS}/{id}/resend"), Body::empty()).await
}

async fn set_all(db: &MySqlPool, status: &str) {
    let sent_at = (status == "sent").then(testing::noon);
    let update = sqlx::query("UPDATE notification_logs SET status = ?, sent_at = ?").bind(status).bind(sent_at);
    update.execute(db).await.unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_message_is_shown_without_what_it_says(db: MySqlPool) {
    let letter = waiting_letter(&db).await;
    let caller = administrator(&db, &app(&db).await).await;
    let shown = caller.get(&format!("{LOGS}/{}", letter.id)).await.data();
    insta::assert_json_snapshot!(shown, { ".uuid" => "[uuid]", ".subject" => "[subject]" }, @r#"
    {
      "attempts": 0,
      "created_at": "2026-11-22T12:00:00Z",
      "id": 1,
      "kind": "order_confirmed",
      "last_error": null,
      "next_attempt_at": "2026-11-22T12:00:00Z",
      "provider_message_id": null,
      "recipient": "asha@example.com",
      "reference_id": 1,
      "reference_type": "order",
      "sent_at": null,
      "status": "pending",
      "subject": "[subject]",
      "type": "email",
      "user_id": 1,
      "uuid": "[uuid]"
    }
    "#);
    assert_eq!(caller.get(LOGS).await.data()["items"], json!([shown]));
    assert_eq!(caller.get(&format!("{LOGS}/999")).await.error(), "NOT_FOUND");
    assert_eq!(caller.get(&format!("{LOGS}/0")).await.wrong_fields(), ["id"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn messages_are_listed_newest_first_and_narrowed(db: MySqlPool) {
    waiting_letter(&db).await;
    more_letters(&db, 3).await;
    sqlx::query("UPDATE notification_logs SET recipient = 'x@example.com' WHERE id = 2").execute(&db).await.unwrap();
    sqlx::query("UPDATE notification_logs SET status = 'failed', reference_id = 77 WHERE id = 3")
        .execute(&db)
        .await
        .unwrap();
    sqlx::query("UPDATE notification_logs SET type = 'sms', reference_type = 'user' WHERE id = 4")
        .execute(&db)
        .await
        .unwrap();
    let caller = administrator(&db, &app(&db).await).await;
    for (query, ids) in [
        ("", json!([4, 3, 2, 1])),
        ("page=2&page_size=3", json!([1])),
        ("type=sms", json!([4])),
        ("status=failed", json!([3])),
        ("recipient=X%40example.com", json!([2])),
        ("reference_type=user", json!([4])),
        ("reference_type=order&reference_id=77", json!([3])),
        ("status=sent", json!([])),
        ("recipient=%25", json!([])),
    ] {
        let data = caller.get(&format!("{LOGS}?{query}")).await.data();
        let found: Vec<&Value> = data["items"].as_array().unwrap().iter().map(|log| &log["id"]).collect();
        assert_eq!(json!(found), ids, "{query}");
    }
    assert_eq!(caller.get(&format!("{LOGS}?page_size=2")).await.data()["pagination"]["total_count"], 4);
    let wrong = format!("{LOGS}?type=fax&status=x&reference_id=0&page=0&recipient={}", "x".repeat(256));
    assert_eq!(caller.get(&wrong).await.wrong_fields(), ["page", "reference_id", "status", "type"]);
    assert_eq!(caller.get(&format!("{LOGS}?recipient={}", "x".repeat(256))).await.wrong_fields(), ["recipient"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_message_that_was_sent_or_failed_is_sent_once_more_as_a_new_one(db: MySqlPool) {
    let letter = waiting_letter(&db).await;
    let caller = administrator(&db, &app(&db).await).await;
    for (status, copy) in [("sent", 2), ("failed", 3)] {
        set_all(&db, status).await;
        let answer = resend(&caller, letter.id).await;
        assert_eq!(answer.status.as_u16(), 201);
        assert_eq!(answer.headers["location"], format!("{LOGS}/{copy}"));
        assert_eq!(answer.data(), caller.get(&format!("{LOGS}/{copy}")).await.data());
        let rows = rows(&db).await;
        let (old, new) = (&rows[0], rows.last().unwrap());
        assert_eq!((old.status.as_str(), new.status.as_str(), new.attempts), (status, "pending", 0));
        assert_eq!((&new.subject, &new.message), (&old.subject, &old.message));
        assert_eq!((&new.message_html, &new.recipient), (&old.message_html, &old.recipient));
        assert!(new.uuid != old.uuid && new.event_id.is_none());
    }
    assert_eq!(resend(&caller, 999).await.error(), "NOT_FOUND");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn impatient_clicks_send_one_message(db: MySqlPool) {
    let letter = waiting_letter(&db).await;
    let caller = administrator(&db, &app(&db).await).await;
    // Refused while it is on its way; and the service has its connections open now.
    for answer in join_all((0..5).map(|_| resend(&caller, letter.id))).await {
        assert_eq!(answer.error(), "INVALID_STATE");
    }
    for round in 2..7 {
        set_all(&db, "failed").await;
        let answers = join_all((0..5).map(|_| resend(&caller, letter.id))).await;
        let taken = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
        assert_eq!((taken, rows(&db).await.len()), (1, round));
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn clicks_on_different_copies_wait_for_each_other(db: MySqlPool) {
    let letter = waiting_letter(&db).await;
    let caller = administrator(&db, &app(&db).await).await;
    set_all(&db, "failed").await;
    let copy = resend(&caller, letter.id).await.data()["id"].as_u64().unwrap();
    set_all(&db, "failed").await;
    // Somebody else has clicked on the first one, and is about to commit.
    let mut other = db.begin().await.unwrap();
    sqlx::query("UPDATE notification_logs SET status = 'pending' WHERE id = ?")
        .bind(letter.id)
        .execute(&mut *other)
        .await
        .unwrap();
    let click = pin!(resend(&caller, copy));
    let Either::Right(((), click)) = select(click, pin!(somebody_waits(&db))).await else {
        unreachable!("it did not wait")
    };
    other.commit().await.unwrap();
    assert_eq!(click.await.error(), "INVALID_STATE");
    assert_eq!(rows(&db).await.len(), 2);
}

/// Comes back when a connection to this database waits for a message that another has locked.
async fn somebody_waits(db: &MySqlPool) {
    let mut waiting = 0_i64;
    while waiting == 0 {
        waiting = sqlx::query_scalar(
            "SELECT COUNT(*) FROM information_schema.processlist
             WHERE db = DATABASE() AND info LIKE 'SELECT id FROM notification_logs%FOR UPDATE'",
        )
        .fetch_one(db)
        .await
        .unwrap();
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_who_may_see_the_logs_sees_them(db: MySqlPool) {
    let letter = waiting_letter(&db).await;
    set_all(&db, "failed").await;
    let app = app(&db).await;
    let support = build::user("Ravi").role("support_staff").insert(&db).await;
    for (caller, error) in [(app.anonymous(), "UNAUTHORIZED"), (app.as_user(support), "FORBIDDEN")] {
        assert_eq!(caller.get(LOGS).await.error(), error);
        assert_eq!(caller.get(&format!("{LOGS}/{}", letter.id)).await.error(), error);
        assert_eq!(resend(&caller, letter.id).await.error(), error);
    }
    assert_eq!(rows(&db).await.len(), 1);
}
