//! Somebody who may do everything is always left.

use kernel::UserId;
use sqlx::MySqlConnection;

use super::store;

/// Keeps everybody else from making and unmaking administrators until the transaction ends. It is locked before users and
/// everything of theirs: by whoever gives and takes roles, and whoever puts people out of the shop.
pub async fn lock_administrators(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    store::lock_administrators(conn).await
}

/// Whether nobody but `user` is active, stays, and may do everything; asked after [`lock_administrators`].
pub async fn is_last_administrator(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<bool> {
    Ok(!store::has_other_administrator(conn, user).await?)
}
