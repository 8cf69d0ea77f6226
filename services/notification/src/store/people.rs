//! Letters that are about no order: to whom they go, and what is forgotten of them.

use chrono::{DateTime, Utc};
use commerce::ids::SubscriptionId;
use kernel::UserId;
use sqlx::MySqlConnection;
use uuid::Uuid;

use crate::letters::{Letter, Person};
use crate::logs::Channel;
use crate::people::PeopleKind;
use crate::wishes::Purpose;

/// A letter that is ready, and whom it is for.
pub(crate) struct Mail<'a> {
    pub(crate) kind: PeopleKind,
    pub(crate) user: Option<UserId>,
    pub(crate) recipient: &'a str,
    pub(crate) letter: &'a Letter,
}

/// Adds a mail that waits to be sent; a second one about the same event is a duplicate.
pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    event: Uuid,
    mail: &Mail<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO notification_logs (uuid, type, kind, event_id, user_id, recipient, subject, message, message_html,
                                        next_attempt_at, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(Channel::Email)
    .bind(mail.kind)
    .bind(event.to_string())
    .bind(mail.user)
    .bind(mail.recipient)
    .bind(&mail.letter.subject)
    .bind(&mail.letter.text)
    .bind(&mail.letter.html)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

/// The address of a subscription that waits for its yes.
pub(crate) async fn find_subscriber(conn: &mut MySqlConnection, id: SubscriptionId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT email FROM newsletter_subscriptions WHERE id = ? AND status = 'pending'")
        .bind(id)
        .fetch_optional(conn)
        .await
}

/// The address and first name of somebody who is about to leave and has an address.
pub(crate) async fn find_reader(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<(String, String)>> {
    sqlx::query_as(
        "SELECT email, first_name FROM users
         WHERE id = ? AND email IS NOT NULL AND deletion_scheduled_at IS NOT NULL",
    )
    .bind(user)
    .fetch_optional(conn)
    .await
}

/// That they were written to stays; where to, and what, does not. What waits is not sent any more.
pub(crate) async fn update_forgotten(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE notification_logs
         SET recipient = 'erased', subject = NULL, message = '', message_html = NULL,
             status = CASE WHEN status = 'pending' THEN 'failed' ELSE status END
         WHERE user_id = ?",
    )
    .bind(user)
    .execute(conn)
    .await
    .map(drop)
}

/// Whom a message about an account goes to.
pub(crate) async fn find(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Person>> {
    sqlx::query_as("SELECT first_name, email, phone FROM users WHERE id = ?").bind(user).fetch_optional(conn).await
}

/// Whether somebody takes such messages, if they said so or not.
pub(crate) async fn find_wish(
    conn: &mut MySqlConnection,
    user: UserId,
    channel: Channel,
    purpose: Purpose,
) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar(
        "SELECT is_enabled FROM user_notification_preferences WHERE user_id = ? AND channel = ? AND purpose = ?",
    )
    .bind(user)
    .bind(channel)
    .bind(purpose)
    .fetch_optional(conn)
    .await
}
