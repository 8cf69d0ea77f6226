//! Tenders as customers and staff see them.

use commerce::ids::{OrderId, PaymentId};
use kernel::UserId;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use super::Tender;
use crate::orders::may_see;
use crate::store;

/// The tender `id`, for its owner and for those who may see all; to anybody else there is none.
pub async fn find(conn: &mut MySqlConnection, user: UserId, id: PaymentId) -> Result<Tender> {
    const NONE: Error = Error::NotFound("payment");
    let tender = store::tenders::find(conn, id).await?.ok_or(NONE)?;
    if may_see(conn, user, tender.user_id).await? { Ok(tender) } else { Err(NONE) }
}

/// All tenders of an order, the oldest first, for its owner and for those who may see all.
pub async fn list_of_order(conn: &mut MySqlConnection, user: UserId, order: OrderId) -> Result<Vec<Tender>> {
    const NONE: Error = Error::NotFound("order");
    let owner = store::orders::find(conn, order).await?.ok_or(NONE)?.user_id;
    if may_see(conn, user, owner).await? { Ok(store::tenders::list_of_order(conn, order).await?) } else { Err(NONE) }
}
