//! The first stock of a product, or of a variation.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::{ProductId, VariationId};
use sqlx::MySqlConnection;

use crate::store;

/// What became of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The stock was booked.
    Booked,
    /// There is a history already, or no such thing; nothing was changed.
    AlreadyOpen,
}

/// Books the first stock of a product that never had any; asked again, it changes nothing. One that is sold by variation has
/// what they have.
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

/// Books the first stock of a variation of `product` that never had any; asked again, it changes nothing.
pub async fn open_variation(
    conn: &mut MySqlConnection,
    (product, variation): (ProductId, VariationId),
    quantity: NonZeroU32,
    now: DateTime<Utc>,
) -> sqlx::Result<Opening> {
    let is_variable = store::products::lock(conn, product).await?.is_some_and(|found| found.is_variable);
    if !is_variable || !store::variations::fill_untouched(conn, product, variation, quantity).await? {
        return Ok(Opening::AlreadyOpen);
    }
    let stock_after = store::products::update_returned(conn, product, quantity.get().into()).await?;
    let opened = (product, variation);
    store::movements::insert_opening_of_variation(conn, opened, quantity, stock_after, now).await?;
    Ok(Opening::Booked)
}

/// Books the same first stock of many products, those of them that never had any; how many those were.
pub async fn open_all(
    conn: &mut MySqlConnection,
    products: &[ProductId],
    quantity: NonZeroU32,
    now: DateTime<Utc>,
) -> sqlx::Result<usize> {
    let untouched = store::products::lock_untouched(conn, products).await?;
    if !untouched.is_empty() {
        store::products::update_filled(conn, &untouched, quantity).await?;
        store::movements::insert_openings(conn, &untouched, quantity, now).await?;
    }
    Ok(untouched.len())
}
