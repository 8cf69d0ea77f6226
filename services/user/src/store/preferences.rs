//! Reads and writes what people want to be told; the ledger of consents only grows.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::preferences::{Preference, Reach, Wanted};

/// What somebody said themselves.
pub(crate) async fn list(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<Preference>> {
    sqlx::query_as(
        "SELECT channel, purpose, is_enabled, consented_at, withdrawn_at
         FROM user_notification_preferences WHERE user_id = ?",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(crate) async fn put(
    conn: &mut MySqlConnection,
    user: UserId,
    wish: Wanted,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (consented_at, withdrawn_at) = if wish.is_enabled { (Some(now), None) } else { (None, Some(now)) };
    sqlx::query(
        "INSERT INTO user_notification_preferences (user_id, channel, purpose, is_enabled, consented_at, withdrawn_at)
         VALUES (?, ?, ?, ?, ?, ?)
         ON DUPLICATE KEY UPDATE is_enabled = ?, consented_at = COALESCE(?, consented_at),
                                 withdrawn_at = COALESCE(?, withdrawn_at)",
    )
    .bind(user)
    .bind(wish.channel)
    .bind(wish.purpose)
    .bind(wish.is_enabled)
    .bind(consented_at)
    .bind(withdrawn_at)
    .bind(wish.is_enabled)
    .bind(consented_at)
    .bind(withdrawn_at)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn insert_consent(
    conn: &mut MySqlConnection,
    user: UserId,
    wish: Wanted,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO notification_consents (user_id, channel, purpose, is_given, created_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(user)
    .bind(wish.channel)
    .bind(wish.purpose)
    .bind(wish.is_enabled)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn find_reach(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Reach>> {
    sqlx::query_as(
        "SELECT email IS NOT NULL AS email, phone IS NOT NULL AS phone,
                telegram_username IS NOT NULL OR telegram_phone IS NOT NULL AS telegram,
                whatsapp_phone IS NOT NULL AS whatsapp
         FROM users WHERE id = ? AND is_active",
    )
    .bind(user)
    .fetch_optional(conn)
    .await
}

pub(crate) async fn delete_all(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM user_notification_preferences WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}
