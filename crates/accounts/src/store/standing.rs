//! Reads and writes who may enter, and who is about to be forgotten.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::MySqlConnection;

pub(crate) async fn update_deactivated(
    conn: &mut MySqlConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE users SET is_active = FALSE, deactivated_at = COALESCE(deactivated_at, ?), updated_at = ?,
                          revision = revision + 1
         WHERE id = ? AND is_active",
    )
    .bind(now)
    .bind(now)
    .bind(user)
    .execute(conn)
    .await
    .map(drop)
}

/// Whether the account is active now.
pub(crate) async fn take_activated(conn: &mut MySqlConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "UPDATE users SET is_active = TRUE, deactivated_at = NULL, updated_at = ?, revision = revision + 1
         WHERE id = ? AND (email IS NOT NULL OR phone IS NOT NULL OR username IS NOT NULL)",
    )
    .bind(now)
    .bind(user)
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// When the account is deleted, if it is to be.
pub(crate) async fn lock_deletion(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar("SELECT deletion_scheduled_at FROM users WHERE id = ? FOR UPDATE")
        .bind(user)
        .fetch_one(conn)
        .await
}

/// When it was asked for, and when it is due; nothing if it is not to be.
pub(crate) async fn update_deletion(
    conn: &mut MySqlConnection,
    user: UserId,
    deletion: Option<(DateTime<Utc>, DateTime<Utc>)>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (requested, scheduled) = deletion.unzip();
    sqlx::query(
        "UPDATE users SET deletion_requested_at = ?, deletion_scheduled_at = ?, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(requested)
    .bind(scheduled)
    .bind(now)
    .bind(user)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn lock_due(conn: &mut MySqlConnection, now: DateTime<Utc>) -> sqlx::Result<Option<UserId>> {
    sqlx::query_scalar(
        "SELECT id FROM users WHERE deletion_scheduled_at <= ?
         ORDER BY deletion_scheduled_at LIMIT 1 FOR UPDATE SKIP LOCKED",
    )
    .bind(now)
    .fetch_optional(conn)
    .await
}

pub(crate) async fn delete_tokens(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE user_id = ?)")
        .bind(user)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn update_devices_erased(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("UPDATE sessions SET ip_address = NULL, user_agent = NULL WHERE user_id = ?")
        .bind(user)
        .execute(conn)
        .await
        .map(drop)
}

/// No password opens `!`. Somebody who is erased is not due any more.
pub(crate) async fn update_erased(conn: &mut MySqlConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE users SET email = NULL, phone = NULL, username = NULL, password_hash = '!', email_verified = FALSE,
                          phone_verified = FALSE, last_login = NULL, last_activity = NULL,
                          deletion_scheduled_at = NULL, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(now)
    .bind(user)
    .execute(conn)
    .await
    .map(drop)
}
