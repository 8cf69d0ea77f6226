//! Reads accounts; `accounts` writes them.

use kernel::UserId;
use sqlx::MySqlConnection;

use crate::people::Person;

pub(crate) async fn find_active(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Person>> {
    sqlx::query_as(
        "SELECT id, uuid, email, phone, username, first_name, last_name, email_verified, phone_verified
         FROM users
         WHERE id = ? AND is_active",
    )
    .bind(user)
    .fetch_optional(conn)
    .await
}

/// Whether there is such an account, active or not.
pub(crate) async fn exists(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users WHERE id = ?)").bind(user).fetch_one(conn).await
}
