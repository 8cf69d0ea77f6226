//! Reads whom a message about an account goes to.

use kernel::UserId;
use sqlx::MySqlConnection;

use crate::letters::Person;

pub(crate) async fn find(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<Person>> {
    sqlx::query_as("SELECT first_name, email, phone FROM users WHERE id = ?").bind(user).fetch_optional(conn).await
}
