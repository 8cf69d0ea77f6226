//! What people want to be told, as far as it is theirs to decide.
//!
//! Theirs are updates about orders, and security alerts by text message where a mail tells the same. Whatever else this
//! service sends is owed: what somebody asked for, what binds them, and where their money is.

use kernel::{UserId, text_enum};
use sqlx::MySqlConnection;

use crate::logs::Channel;
use crate::store;

text_enum! {
    /// What a message is for, as the user service keeps it.
    pub enum Purpose {
        /// What becomes of an order.
        Orders = "orders",
        /// What happens to the account.
        Security = "security",
    }
}

/// Whether `user` takes messages for `purpose` over `channel`, by mail or text message: as they said; who said nothing does.
pub(crate) async fn takes(
    conn: &mut MySqlConnection,
    user: UserId,
    (channel, purpose): (Channel, Purpose),
) -> sqlx::Result<bool> {
    Ok(store::people::find_wish(conn, user, channel, purpose).await?.unwrap_or(true))
}
