//! Somebody who may do everything is always left.

use kernel::UserId;
use sqlx::MySqlConnection;

use super::store;

/// Keeps everybody else from making and unmaking administrators until the transaction ends. It is locked before users and
/// everything of theirs: by whoever gives and takes roles, and whoever puts people out of the shop.
pub async fn lock_administrators(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    store::lock_administrators(conn).await
}

/// Whether `user` may do everything and nobody else who is active and stays; asked after [`lock_administrators`].
pub async fn is_last_administrator(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<bool> {
    store::is_last_administrator(conn, user).await
}
