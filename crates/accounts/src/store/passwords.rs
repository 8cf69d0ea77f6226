//! Reads and writes what opens an account, and what used to.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::{FromRow, MySqlConnection};

use crate::password::{Holder, PasswordHash};

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    holder: Holder,
    password_hash: String,
}

/// What an active account is called, and what opens it.
pub(crate) async fn find_holder(
    conn: &mut MySqlConnection,
    user: UserId,
) -> sqlx::Result<Option<(Holder, PasswordHash)>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT email, phone, username, first_name, last_name, password_hash FROM users WHERE id = ? AND is_active",
    )
    .bind(user)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.holder, PasswordHash::new(row.password_hash))))
}

/// The last former passwords, the latest first.
pub(crate) async fn list_former(
    conn: &mut MySqlConnection,
    user: UserId,
    most: u32,
) -> sqlx::Result<Vec<PasswordHash>> {
    let hashes: Vec<String> =
        sqlx::query_scalar("SELECT password_hash FROM password_history WHERE user_id = ? ORDER BY id DESC LIMIT ?")
            .bind(user)
            .bind(most)
            .fetch_all(conn)
            .await?;
    Ok(hashes.into_iter().map(PasswordHash::new).collect())
}

/// Whether the account is active and `old` was its password. The profile is not touched, so it does not look changed.
pub(crate) async fn take(
    conn: &mut MySqlConnection,
    user: UserId,
    old: &PasswordHash,
    new: &PasswordHash,
) -> sqlx::Result<bool> {
    let taken = sqlx::query(
        "UPDATE users SET password_hash = ?, updated_at = updated_at WHERE id = ? AND is_active AND password_hash = ?",
    )
    .bind(new.expose())
    .bind(user)
    .bind(old.expose())
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

pub(crate) async fn insert_former(
    conn: &mut MySqlConnection,
    user: UserId,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO password_history (user_id, password_hash, replaced_at) VALUES (?, ?, ?)")
        .bind(user)
        .bind(hash.expose())
        .bind(now)
        .execute(conn)
        .await
        .map(drop)
}

/// The keys of the last former passwords, the latest first.
pub(crate) async fn list_ids(conn: &mut MySqlConnection, user: UserId, most: u32) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar("SELECT id FROM password_history WHERE user_id = ? ORDER BY id DESC LIMIT ?")
        .bind(user)
        .bind(most)
        .fetch_all(conn)
        .await
}

pub(crate) async fn delete_before(conn: &mut MySqlConnection, user: UserId, id: u64) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM password_history WHERE user_id = ? AND id < ?")
        .bind(user)
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn delete_all(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM password_history WHERE user_id = ?").bind(user).execute(conn).await.map(drop)
}
