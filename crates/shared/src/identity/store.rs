//! The SQL of who may do what: read here, written by auth and `accounts`.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::MySqlConnection;
use uuid::Uuid;

/// The log-ins that ended after `since`.
pub(super) async fn list_revoked(conn: &mut MySqlConnection, since: DateTime<Utc>) -> sqlx::Result<Vec<Uuid>> {
    let texts: Vec<String> =
        sqlx::query_scalar("SELECT uuid FROM sessions WHERE revoked_at >= ?").bind(since).fetch_all(conn).await?;
    Ok(texts.iter().filter_map(|text| text.parse().ok()).collect())
}

pub(super) async fn holds(conn: &mut MySqlConnection, user: UserId, permission: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (
             SELECT 1 FROM user_role_assignments a
             JOIN users u ON u.id = a.user_id AND u.is_active
             JOIN role_permissions r ON r.role_id = a.role_id
             JOIN permissions p ON p.id = r.permission_id
             WHERE a.user_id = ? AND p.name = ?
         )",
    )
    .bind(user)
    .bind(permission)
    .fetch_one(conn)
    .await
}

/// What `user` may do; nothing if they were put out of the shop.
pub(super) async fn list_permissions(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT DISTINCT p.name FROM user_role_assignments a
         JOIN users u ON u.id = a.user_id AND u.is_active
         JOIN role_permissions r ON r.role_id = a.role_id
         JOIN permissions p ON p.id = r.permission_id
         WHERE a.user_id = ?",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(super) async fn lock_administrators(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    sqlx::query("SELECT id FROM user_roles WHERE name = 'super_admin' FOR UPDATE").execute(conn).await.map(drop)
}

pub(super) async fn is_last_administrator(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<bool> {
    let administrators: Vec<UserId> = sqlx::query_scalar(
        "SELECT u.id FROM user_role_assignments a
         JOIN user_roles r ON r.id = a.role_id AND r.name = 'super_admin'
         JOIN users u ON u.id = a.user_id
         WHERE (u.is_active AND u.deletion_scheduled_at IS NULL) OR u.id = ?",
    )
    .bind(user)
    .fetch_all(conn)
    .await?;
    Ok(administrators == [user])
}
