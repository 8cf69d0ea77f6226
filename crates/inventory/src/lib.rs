//! The only code that writes stock.
//!
//! **Invariants**
//! - Every change of a stock column is a row of `stock_movements` in the same transaction: Σ movements = stock.
//! - The product's row is locked before any row that refers to it is written, so that two writers queue, not deadlock.

mod store;

use chrono::{DateTime, Utc};
use commerce::ids::ProductId;
use sqlx::MySqlConnection;
use std::num::NonZeroU32;

/// What became of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The stock was booked.
    Booked,
    /// The product has a history already; nothing was changed.
    AlreadyOpen,
}

/// Books the first stock of a product that never had any; asked again, it changes nothing.
pub async fn open(
    conn: &mut MySqlConnection,
    product: ProductId,
    quantity: NonZeroU32,
    now: DateTime<Utc>,
) -> sqlx::Result<Opening> {
    if !store::fill_untouched(conn, product, quantity).await? {
        return Ok(Opening::AlreadyOpen);
    }
    store::insert_opening(conn, product, quantity, now).await?;
    Ok(Opening::Booked)
}
