//! Reads and writes log-ins and their refresh tokens. A session's row is locked before its tokens.

use chrono::{DateTime, Utc};
use kernel::{PageRequest, UserId};
use shared::web::Device;
use sqlx::{FromRow, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::sessions::{Ending, LIFETIME, Listed, SessionId};

/// A log-in that has not ended.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) uuid: Uuid,
    pub(crate) user: UserId,
}

/// A refresh token as it rests.
#[derive(Debug, FromRow)]
pub(crate) struct Token {
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) used_at: Option<DateTime<Utc>>,
    /// Whether a token that was issued for this one has been used.
    pub(crate) was_followed: bool,
}

/// The key of the new row.
pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    session: Uuid,
    user: UserId,
    device: &Device,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let inserted = sqlx::query(
        "INSERT INTO sessions (uuid, user_id, created_at, last_activity_at, expires_at, ip_address, user_agent)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(session.to_string())
    .bind(user)
    .bind(now)
    .bind(now)
    .bind(now + LIFETIME)
    .bind(device.address.map(|address| address.to_string()))
    .bind(&device.user_agent)
    .execute(conn)
    .await?;
    Ok(inserted.last_insert_id())
}

pub(crate) async fn insert_token(
    conn: &mut MySqlConnection,
    session: u64,
    hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO refresh_tokens (session_id, token_hash, issued_at, expires_at) VALUES (?, ?, ?, ?)")
        .bind(session)
        .bind(hash)
        .bind(now)
        .bind(now + LIFETIME)
        .execute(conn)
        .await
        .map(drop)
}

/// The log-in that a token was issued for.
pub(crate) async fn find_of_token(conn: &mut MySqlConnection, hash: &str) -> sqlx::Result<Option<u64>> {
    sqlx::query_scalar("SELECT session_id FROM refresh_tokens WHERE token_hash = ?")
        .bind(hash)
        .fetch_optional(conn)
        .await
}

/// The log-in, unless it has ended or its account is not active.
pub(crate) async fn lock_live(
    conn: &mut MySqlConnection,
    session: u64,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Session>> {
    let row: Option<(String, UserId)> = sqlx::query_as(
        "SELECT uuid, user_id FROM sessions
         WHERE id = ? AND revoked_at IS NULL AND expires_at > ?
           AND EXISTS (SELECT 1 FROM users u WHERE u.id = sessions.user_id AND u.is_active)
         FOR UPDATE",
    )
    .bind(session)
    .bind(now)
    .fetch_optional(conn)
    .await?;
    row.map(|(uuid, user)| Ok(Session { uuid: sid(&uuid)?, user })).transpose()
}

/// The token as the last transaction left it.
pub(crate) async fn lock_token(conn: &mut MySqlConnection, hash: &str) -> sqlx::Result<Token> {
    sqlx::query_as(
        "SELECT t.expires_at, t.used_at,
                EXISTS (
                    SELECT 1 FROM refresh_tokens later
                    WHERE later.session_id = t.session_id AND later.id > t.id
                      AND later.issued_at >= t.used_at AND later.used_at IS NOT NULL
                ) AS was_followed
         FROM refresh_tokens t
         WHERE t.token_hash = ?
         FOR UPDATE",
    )
    .bind(hash)
    .fetch_one(conn)
    .await
}

/// Every token of the log-in that was not used counts as used.
pub(crate) async fn update_tokens_used(
    conn: &mut MySqlConnection,
    session: u64,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE refresh_tokens SET used_at = ? WHERE session_id = ? AND used_at IS NULL")
        .bind(now)
        .bind(session)
        .execute(conn)
        .await
        .map(drop)
}

/// The log-in lives on.
pub(crate) async fn update_activity(conn: &mut MySqlConnection, session: u64, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query("UPDATE sessions SET last_activity_at = ?, expires_at = ? WHERE id = ?")
        .bind(now)
        .bind(now + LIFETIME)
        .bind(session)
        .execute(conn)
        .await
        .map(drop)
}

/// Whether it was this that ended the log-in.
pub(crate) async fn take_live(
    conn: &mut MySqlConnection,
    session: Uuid,
    ending: Ending,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let ended =
        sqlx::query("UPDATE sessions SET revoked_at = ?, revoked_reason = ? WHERE uuid = ? AND revoked_at IS NULL")
            .bind(now)
            .bind(ending)
            .bind(session.to_string())
            .execute(conn)
            .await?;
    Ok(ended.rows_affected() == 1)
}

/// Ends log-ins that are locked, of which there is one at least.
pub(crate) async fn update_revoked(
    conn: &mut MySqlConnection,
    sessions: &[String],
    ending: Ending,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new("UPDATE sessions SET revoked_at = ");
    query.push_bind(now).push(", revoked_reason = ").push_bind(ending);
    let mut list = query.push(" WHERE uuid IN (").separated(", ");
    for session in sessions {
        list.push_bind(session);
    }
    query.push(")").build().execute(conn).await.map(drop)
}

/// The log-ins of `user` that have not ended, by their names.
pub(crate) async fn lock_all_live(
    conn: &mut MySqlConnection,
    user: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT uuid FROM sessions WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY id FOR UPDATE",
    )
    .bind(user)
    .bind(now)
    .fetch_all(conn)
    .await
}

/// The log-in, if it is one of `user`'s and has not ended.
pub(crate) async fn lock_own(
    conn: &mut MySqlConnection,
    user: UserId,
    session: SessionId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Uuid>> {
    let uuid: Option<String> = sqlx::query_scalar(
        "SELECT uuid FROM sessions WHERE id = ? AND user_id = ? AND revoked_at IS NULL AND expires_at > ? FOR UPDATE",
    )
    .bind(session)
    .bind(user)
    .bind(now)
    .fetch_optional(conn)
    .await?;
    uuid.as_deref().map(sid).transpose()
}

pub(crate) async fn count_live(conn: &mut MySqlConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let count: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sessions WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ?")
            .bind(user)
            .bind(now)
            .fetch_one(conn)
            .await?;
    Ok(count.unsigned_abs())
}

/// The latest first.
pub(crate) async fn list_live(
    conn: &mut MySqlConnection,
    user: UserId,
    page: PageRequest,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as(
        "SELECT id, uuid, created_at, last_activity_at, ip_address, user_agent FROM sessions
         WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ?
         ORDER BY id DESC
         LIMIT ? OFFSET ?",
    )
    .bind(user)
    .bind(now)
    .bind(page.limit())
    .bind(page.offset())
    .fetch_all(conn)
    .await
}

/// Whether a log-in of `user` from the address of `device` was used after `since`.
pub(crate) async fn is_familiar(
    conn: &mut MySqlConnection,
    user: u64,
    device: &Device,
    since: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (
             SELECT 1 FROM sessions
             WHERE user_id = ? AND ip_address = ? AND last_activity_at > ?
         )",
    )
    .bind(user)
    .bind(device.address.map(|address| address.to_string()))
    .bind(since)
    .fetch_one(conn)
    .await
}

pub(crate) async fn find_opening(
    conn: &mut MySqlConnection,
    user: UserId,
    session: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar(
        "SELECT created_at FROM sessions WHERE uuid = ? AND user_id = ? AND revoked_at IS NULL AND expires_at > ?",
    )
    .bind(session.to_string())
    .bind(user)
    .bind(now)
    .fetch_optional(conn)
    .await
}

fn sid(text: &str) -> sqlx::Result<Uuid> {
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
