//! Opens the tender of an order that is paid on delivery, once.

use chrono::{DateTime, Utc};
use commerce::ids::PaymentId;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use super::Tender;
use crate::orders::Order;
use crate::store;

/// The tender of an order, and whether this was the first who asked for it.
#[derive(Debug)]
pub enum Opened {
    /// There was none before.
    New(Tender),
    /// There it was.
    Known(Tender),
}

/// The tender over the total of `order`, which takes cash and whose row is locked.
pub(super) async fn open(conn: &mut MySqlConnection, order: &Order, now: DateTime<Utc>) -> Result<Opened> {
    if let Some(known) = store::tenders::find_cash(conn, &order.number).await? {
        return Ok(Opened::Known(known));
    }
    let id = store::tenders::insert_cash(conn, order, now).await?;
    load(conn, id).await.map(Opened::New)
}

/// The tender `id`, which this transaction wrote.
pub(super) async fn load(conn: &mut MySqlConnection, id: PaymentId) -> Result<Tender> {
    store::tenders::find(conn, id).await?.ok_or(Error::NotFound("payment"))
}

impl Opened {
    /// The tender itself.
    pub fn into_tender(self) -> Tender {
        match self {
            Self::New(tender) | Self::Known(tender) => tender,
        }
    }
}
