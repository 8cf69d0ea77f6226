//! The SQL of the roles of an administrator.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::MySqlConnection;

pub(super) async fn find_role(conn: &mut MySqlConnection, name: &str) -> sqlx::Result<Option<u64>> {
    sqlx::query_scalar("SELECT id FROM user_roles WHERE name = ?").bind(name).fetch_optional(conn).await
}

pub(super) async fn has_role(conn: &mut MySqlConnection, user: UserId, name: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM user_role_assignments a JOIN user_roles r ON r.id = a.role_id
                        WHERE a.user_id = ? AND r.name = ?)",
    )
    .bind(user)
    .bind(name)
    .fetch_one(conn)
    .await
}

/// Whether `user` did not have the role before.
pub(super) async fn insert_role(
    conn: &mut MySqlConnection,
    user: UserId,
    role: u64,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let inserted =
        sqlx::query("INSERT IGNORE INTO user_role_assignments (user_id, role_id, assigned_at) VALUES (?, ?, ?)")
            .bind(user)
            .bind(role)
            .bind(now)
            .execute(conn)
            .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The names of the roles that `user` holds.
pub(super) async fn list_roles(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT r.name FROM user_role_assignments a JOIN user_roles r ON r.id = a.role_id
         WHERE a.user_id = ? ORDER BY r.name",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}
