//! The first stock of a product.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::ProductId;
use sqlx::MySqlConnection;

use crate::store;

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
    if !store::products::fill_untouched(conn, product, quantity).await? {
        return Ok(Opening::AlreadyOpen);
    }
    store::movements::insert_opening(conn, product, quantity, now).await?;
    Ok(Opening::Booked)
}
