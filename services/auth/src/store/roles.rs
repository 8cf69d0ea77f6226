//! Reads roles; reads and writes who holds which.

use chrono::{DateTime, Utc};
use kernel::UserId;
use sqlx::{FromRow, MySqlConnection};

use crate::roles::Assignment;

/// A role without what it allows.
#[derive(Debug, FromRow)]
pub(crate) struct Row {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) is_system_role: bool,
}

pub(crate) async fn list(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as("SELECT id, name, description, is_system_role FROM user_roles ORDER BY id").fetch_all(conn).await
}

/// What each role allows: its key and the name of a permission.
pub(crate) async fn list_permissions(conn: &mut MySqlConnection) -> sqlx::Result<Vec<(u64, String)>> {
    sqlx::query_as(
        "SELECT r.role_id, p.name FROM role_permissions r JOIN permissions p ON p.id = r.permission_id ORDER BY p.name",
    )
    .fetch_all(conn)
    .await
}

/// The roles of `user` and who gave them.
pub(crate) async fn list_assignments(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<Assignment>> {
    sqlx::query_as(
        "SELECT r.name, a.assigned_by, a.assigned_at
         FROM user_role_assignments a JOIN user_roles r ON r.id = a.role_id
         WHERE a.user_id = ?
         ORDER BY r.name",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

/// Gives `user` a role that they do not hold.
pub(crate) async fn insert_given(
    conn: &mut MySqlConnection,
    (user, role): (UserId, u64),
    by: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO user_role_assignments (user_id, role_id, assigned_by, assigned_at) VALUES (?, ?, ?, ?)")
        .bind(user)
        .bind(role)
        .bind(by)
        .bind(now)
        .execute(conn)
        .await
        .map(drop)
}

pub(crate) async fn delete_assignment(conn: &mut MySqlConnection, user: UserId, role: u64) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM user_role_assignments WHERE user_id = ? AND role_id = ?")
        .bind(user)
        .bind(role)
        .execute(conn)
        .await
        .map(drop)
}

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

/// The names of somebody's roles, and of what these allow.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    pub(crate) roles: Vec<String>,
    pub(crate) permissions: Vec<String>,
}

/// Both at once, each by name: a log-in asks for them.
pub(crate) async fn list_grants_of(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Grants> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT 1 AS is_role, r.name FROM user_role_assignments a JOIN user_roles r ON r.id = a.role_id
         WHERE a.user_id = ?
         UNION
         SELECT 0, p.name FROM user_role_assignments a
         JOIN role_permissions r ON r.role_id = a.role_id
         JOIN permissions p ON p.id = r.permission_id
         WHERE a.user_id = ?
         ORDER BY name",
    )
    .bind(user)
    .bind(user)
    .fetch_all(conn)
    .await?;
    let (roles, permissions): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(is_role, _)| *is_role == 1);
    let names = |rows: Vec<(i64, String)>| rows.into_iter().map(|(_, name)| name).collect();
    Ok(Grants { roles: names(roles), permissions: names(permissions) })
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
