//! Reads the address books, which the user service writes.

use commerce::address::Address;
use commerce::ids::AddressId;
use kernel::UserId;
use sqlx::MySqlConnection;

/// An address of `user` as an order keeps it; somebody else's is none.
pub(crate) async fn find(conn: &mut MySqlConnection, user: UserId, id: AddressId) -> sqlx::Result<Option<Address>> {
    sqlx::query_as(
        "SELECT a.full_name, a.phone, a.address_line1, a.address_line2, a.landmark, a.city, s.state_name AS state,
                a.postal_code
         FROM user_addresses a JOIN indian_states s ON s.gst_code = a.state_code
         WHERE a.user_id = ? AND a.id = ?",
    )
    .bind(user)
    .bind(id)
    .fetch_optional(conn)
    .await
}
