//! The sessions of guests.

use chrono::{DateTime, Utc};
use commerce::ids::GuestId;
use kernel::UserId;
use sqlx::MySqlConnection;

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    hash: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<GuestId> {
    let opened = sqlx::query(
        "INSERT INTO guest_sessions (token_hash, created_at, last_seen_at, expires_at) VALUES (?, ?, ?, ?)",
    )
    .bind(hash)
    .bind(now)
    .bind(now)
    .bind(expires_at)
    .execute(conn)
    .await?;
    GuestId::new(opened.last_insert_id()).ok_or_else(|| sqlx::Error::Protocol("a session without a key".to_owned()))
}

/// The session behind this hash that has not ended, and when it was last seen.
pub(crate) async fn find(
    conn: &mut MySqlConnection,
    hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<(GuestId, DateTime<Utc>)>> {
    sqlx::query_as(
        "SELECT id, last_seen_at FROM guest_sessions WHERE token_hash = ? AND closed_at IS NULL AND expires_at > ?",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(conn)
    .await
}

/// Locks a session and tells whether it is still open.
pub(crate) async fn lock(conn: &mut MySqlConnection, guest: GuestId) -> sqlx::Result<bool> {
    let closed_at: Option<Option<DateTime<Utc>>> =
        sqlx::query_scalar("SELECT closed_at FROM guest_sessions WHERE id = ? FOR UPDATE")
            .bind(guest)
            .fetch_optional(conn)
            .await?;
    Ok(closed_at == Some(None))
}

pub(crate) async fn update_seen(
    conn: &mut MySqlConnection,
    guest: GuestId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE guest_sessions SET last_seen_at = ?, expires_at = ? WHERE id = ? AND closed_at IS NULL")
        .bind(now)
        .bind(expires_at)
        .bind(guest)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn update_closed(
    conn: &mut MySqlConnection,
    guest: GuestId,
    user: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE guest_sessions SET closed_at = ?, merged_into = ? WHERE id = ? AND closed_at IS NULL")
        .bind(now)
        .bind(user)
        .bind(guest)
        .execute(conn)
        .await
        .map(drop)
}
