//! The SQL of settings.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::{FromRow, MySqlConnection};

use super::Stored;

/// What every reader needs of a setting.
#[derive(Debug, FromRow)]
pub(super) struct Row {
    pub(super) setting_key: String,
    pub(super) setting_value: String,
    pub(super) is_secret: bool,
}

pub(super) async fn list(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as("SELECT setting_key, setting_value, is_secret FROM site_settings").fetch_all(conn).await
}

pub(super) async fn list_whole(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Stored>> {
    sqlx::query_as(
        "SELECT setting_key, setting_value, is_public, is_secret, description, revision, updated_by, updated_at
         FROM site_settings
         ORDER BY id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn lock_all(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Stored>> {
    sqlx::query_as(
        "SELECT setting_key, setting_value, is_public, is_secret, description, revision, updated_by, updated_at
         FROM site_settings
         ORDER BY id
         FOR UPDATE",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn update(
    conn: &mut MySqlConnection,
    key: &str,
    value: &str,
    by: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE site_settings
         SET setting_value = ?, revision = revision + 1, updated_by = ?, updated_at = ?
         WHERE setting_key = ?",
    )
    .bind(value)
    .bind(by)
    .bind(now)
    .bind(key)
    .execute(conn)
    .await
    .map(drop)
}

/// The same secret, sealed anew: nobody has changed anything.
pub(super) async fn update_seal(conn: &mut MySqlConnection, key: &str, sealed: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE site_settings SET setting_value = ?, updated_at = updated_at WHERE setting_key = ?")
        .bind(sealed)
        .bind(key)
        .execute(conn)
        .await
        .map(drop)
}
