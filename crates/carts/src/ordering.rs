//! What an order does with a cart.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::{ProductId, VariationId};
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::store::lines::{Change, Entry};
use crate::{Owner, store};

/// What a cart holds, or an order takes, of one product or of one of its variations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CartLine {
    /// Of which product.
    pub product: ProductId,
    /// Of which of its variations, if it is sold by them.
    pub variation: Option<VariationId>,
    /// How many pieces.
    pub quantity: NonZeroU32,
}

/// What the cart of `user` holds, by product and variation. Nobody else changes it before the transaction ends.
pub async fn lock_lines(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<CartLine>> {
    let Some(cart) = store::carts::lock(conn, Owner::User(user)).await? else { return Ok(Vec::new()) };
    let entries = store::lines::list_entries(conn, cart).await?;
    let line = |Entry { product, variation, quantity, .. }: Entry| {
        NonZeroU32::new(quantity).map(|quantity| CartLine { product, variation, quantity })
    };
    Ok(entries.into_iter().filter_map(line).collect())
}

/// Ordered pieces leave the cart of `user`; what was put there beside them stays.
pub async fn take_ordered(
    conn: &mut MySqlConnection,
    user: UserId,
    ordered: &[CartLine],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let Some(cart) = store::carts::lock(conn, Owner::User(user)).await? else { return Ok(()) };
    for entry in store::lines::list_entries(conn, cart).await? {
        let lines = ordered.iter().filter(|line| (line.product, line.variation) == entry.goods());
        let left = lines.fold(entry.quantity, |left, line| left.saturating_sub(line.quantity.get()));
        match left {
            0 => store::lines::delete(conn, entry.id).await?,
            _ if left == entry.quantity => {}
            _ => {
                let price = entry.added_price;
                store::lines::update(conn, entry.id, Change { quantity: left, price, now }).await?;
            }
        }
    }
    store::carts::update_revision(conn, cart, now).await
}
