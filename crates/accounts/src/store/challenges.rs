//! Reads and writes log-ins that are half-way.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::challenges::{Challenge, LIFETIME, Purpose, TRIES};

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    hash: &str,
    user: UserId,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO login_challenges (token_hash, user_id, purpose, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(hash)
    .bind(user)
    .bind(purpose)
    .bind(now)
    .bind(now + LIFETIME)
    .execute(conn)
    .await
    .map(drop)
}

/// The challenge, unless it is over or its account is not active.
pub(crate) async fn find_open(
    conn: &mut MySqlConnection,
    hash: &str,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Challenge>> {
    let row: Option<(u64, UserId)> = sqlx::query_as(
        "SELECT c.id, c.user_id FROM login_challenges c
         JOIN users u ON u.id = c.user_id AND u.is_active
         WHERE c.token_hash = ? AND c.purpose = ? AND c.used_at IS NULL AND c.expires_at > ? AND c.tries < ?",
    )
    .bind(hash)
    .bind(purpose)
    .bind(now)
    .bind(TRIES)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(id, user)| Challenge { id, user }))
}

/// Whether there was a try left.
pub(crate) async fn take_try(conn: &mut MySqlConnection, challenge: u64) -> sqlx::Result<bool> {
    let taken =
        sqlx::query("UPDATE login_challenges SET tries = tries + 1 WHERE id = ? AND used_at IS NULL AND tries < ?")
            .bind(challenge)
            .bind(TRIES)
            .execute(conn)
            .await?;
    Ok(taken.rows_affected() == 1)
}

/// Whether it was this that closed it.
pub(crate) async fn take_open(conn: &mut MySqlConnection, challenge: u64, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let taken = sqlx::query("UPDATE login_challenges SET used_at = ? WHERE id = ? AND used_at IS NULL")
        .bind(now)
        .bind(challenge)
        .execute(conn)
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// Those of `user` that nobody can use any more.
pub(crate) async fn delete_expired(conn: &mut MySqlConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM login_challenges WHERE user_id = ? AND expires_at <= ?")
        .bind(user)
        .bind(now)
        .execute(conn)
        .await
        .map(drop)
}

/// All of them.
pub(crate) async fn delete_all(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM login_challenges WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}
