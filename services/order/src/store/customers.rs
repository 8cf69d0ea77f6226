//! The rows of customers, which the order service only reads.

use kernel::UserId;
use sqlx::MySqlConnection;

/// Until the transaction ends nobody else locks this customer, or writes what refers to them.
pub(crate) async fn lock(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<()> {
    sqlx::query("SELECT id FROM users WHERE id = ? FOR UPDATE").bind(user).fetch_optional(conn).await.map(drop)
}
