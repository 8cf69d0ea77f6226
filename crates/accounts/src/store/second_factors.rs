//! Reads and writes second factors and their recovery codes.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::{FromRow, MySqlConnection, QueryBuilder};

/// A second factor as it rests.
#[derive(Debug, FromRow)]
pub(crate) struct Factor {
    pub(crate) sealed_secret: String,
    /// No code of this step or an earlier one is good any more; absent until the factor is in force.
    pub(crate) last_step: Option<u64>,
}

pub(crate) async fn find(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Factor>> {
    sqlx::query_as("SELECT sealed_secret, last_step FROM second_factors WHERE user_id = ?")
        .bind(user)
        .fetch_optional(conn)
        .await
}

/// Some of them after the account `after`, in the order of accounts.
pub(crate) async fn lock_page(conn: &mut MySqlConnection, after: u64) -> sqlx::Result<Vec<(UserId, String)>> {
    sqlx::query_as(
        "SELECT user_id, sealed_secret FROM second_factors WHERE user_id > ? ORDER BY user_id LIMIT 1000 FOR UPDATE",
    )
    .bind(after)
    .fetch_all(conn)
    .await
}

/// Fails with a duplicate if there is one, in force or not.
pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    user: UserId,
    sealed_secret: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO second_factors (user_id, sealed_secret, created_at) VALUES (?, ?, ?)")
        .bind(user)
        .bind(sealed_secret)
        .bind(now)
        .execute(conn)
        .await
        .map(drop)
}

/// Whether a factor that is not in force has another secret now.
pub(crate) async fn take_unconfirmed(
    conn: &mut MySqlConnection,
    user: UserId,
    sealed_secret: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "UPDATE second_factors SET sealed_secret = ?, created_at = ? WHERE user_id = ? AND confirmed_at IS NULL",
    )
    .bind(sealed_secret)
    .bind(now)
    .bind(user)
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Whether it was this that put the factor with this secret in force.
pub(crate) async fn take_confirmation(
    conn: &mut MySqlConnection,
    user: UserId,
    sealed_secret: &str,
    step: u64,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "UPDATE second_factors SET confirmed_at = ?, last_step = ?
         WHERE user_id = ? AND sealed_secret = ? AND confirmed_at IS NULL",
    )
    .bind(now)
    .bind(step)
    .bind(user)
    .bind(sealed_secret)
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Whether no code of `step` or a later one was taken before.
pub(crate) async fn take_step(conn: &mut MySqlConnection, user: UserId, step: u64) -> sqlx::Result<bool> {
    let taken = sqlx::query("UPDATE second_factors SET last_step = ? WHERE user_id = ? AND last_step < ?")
        .bind(step)
        .bind(user)
        .bind(step)
        .execute(conn)
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// The same secret under another key.
pub(crate) async fn update_sealed(conn: &mut MySqlConnection, user: UserId, sealed_secret: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE second_factors SET sealed_secret = ? WHERE user_id = ?")
        .bind(sealed_secret)
        .bind(user)
        .execute(conn)
        .await
        .map(drop)
}

/// Whether there was one in force.
pub(crate) async fn delete(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<bool> {
    let deleted = sqlx::query("DELETE FROM second_factors WHERE user_id = ? AND confirmed_at IS NOT NULL")
        .bind(user)
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// In force or not.
pub(crate) async fn delete_all(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM second_factors WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}

/// One row for each of `hashes`, of which there is one at least.
pub(crate) async fn insert_recovery_codes(
    conn: &mut MySqlConnection,
    user: UserId,
    hashes: &[String],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new("INSERT INTO recovery_codes (user_id, code_hash, created_at) ");
    query.push_values(hashes, |mut row, hash| {
        row.push_bind(user).push_bind(hash).push_bind(now);
    });
    query.build().execute(conn).await.map(drop)
}

/// Whether it was this that used the code.
pub(crate) async fn take_recovery_code(
    conn: &mut MySqlConnection,
    user: UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let taken =
        sqlx::query("UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL")
            .bind(now)
            .bind(user)
            .bind(hash)
            .execute(conn)
            .await?;
    Ok(taken.rows_affected() == 1)
}

pub(crate) async fn delete_recovery_codes(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}
