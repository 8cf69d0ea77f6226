//! Reads and writes who wants the newsletter.

use accounts::Email;
use chrono::{DateTime, Utc};
use commerce::ids::SubscriptionId;
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::newsletter::Subscription;

pub(crate) async fn lock(conn: &mut MySqlConnection, email: &Email) -> sqlx::Result<Option<Subscription>> {
    sqlx::query_as("SELECT id, status, requested_at FROM newsletter_subscriptions WHERE email = ? FOR UPDATE")
        .bind(email)
        .fetch_optional(conn)
        .await
}

pub(crate) async fn lock_by_token(conn: &mut MySqlConnection, hash: &str) -> sqlx::Result<Option<Subscription>> {
    sqlx::query_as("SELECT id, status, requested_at FROM newsletter_subscriptions WHERE token_hash = ? FOR UPDATE")
        .bind(hash)
        .fetch_optional(conn)
        .await
}

/// Fails with a duplicate if the address is known.
pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    email: &Email,
    hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<SubscriptionId> {
    let inserted =
        sqlx::query("INSERT INTO newsletter_subscriptions (email, token_hash, requested_at) VALUES (?, ?, ?)")
            .bind(email)
            .bind(hash)
            .bind(now)
            .execute(conn)
            .await?;
    SubscriptionId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

pub(crate) async fn update_requested(
    conn: &mut MySqlConnection,
    id: SubscriptionId,
    hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE newsletter_subscriptions SET status = 'pending', token_hash = ?, requested_at = ? WHERE id = ?")
        .bind(hash)
        .bind(now)
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn update_confirmed(
    conn: &mut MySqlConnection,
    id: SubscriptionId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE newsletter_subscriptions SET status = 'active', confirmed_at = ? WHERE id = ?")
        .bind(now)
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn update_ended(conn: &mut MySqlConnection, hash: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE newsletter_subscriptions SET status = 'ended', ended_at = ? WHERE token_hash = ? AND status <> 'ended'",
    )
    .bind(now)
    .bind(hash)
    .execute(conn)
    .await
    .map(drop)
}

/// Forgets that the address of `user` has the newsletter.
pub(crate) async fn delete_of(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM newsletter_subscriptions WHERE email = (SELECT email FROM users WHERE id = ?)")
        .bind(user)
        .execute(conn)
        .await
        .map(drop)
}
