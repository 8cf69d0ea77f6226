//! Reads and writes who holds which role.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::MySqlConnection;

/// The names of the roles that `user` holds.
pub(crate) async fn list_of(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT r.name FROM user_role_assignments a JOIN user_roles r ON r.id = a.role_id
         WHERE a.user_id = ?
         ORDER BY r.name",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

/// The names of what the roles of `user` allow.
pub(crate) async fn list_permissions_of(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT DISTINCT p.name FROM user_role_assignments a
         JOIN role_permissions r ON r.role_id = a.role_id
         JOIN permissions p ON p.id = r.permission_id
         WHERE a.user_id = ?
         ORDER BY p.name",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

/// Gives `user`, who holds no role yet, the role called `name`.
pub(crate) async fn insert_assignment(
    conn: &mut MySqlConnection,
    user: UserId,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let given = sqlx::query(
        "INSERT INTO user_role_assignments (user_id, role_id, assigned_at) SELECT ?, id, ? FROM user_roles WHERE name = ?",
    )
    .bind(user)
    .bind(now)
    .bind(name)
    .execute(conn)
    .await?;
    if given.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}
