//! What an order does with a cart.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::ProductId;
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::store::lines::Change;
use crate::{Owner, store};

/// What a cart holds of one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CartLine {
    /// Of which one.
    pub product: ProductId,
    /// How many pieces.
    pub quantity: NonZeroU32,
}

/// What the cart of `user` holds, by product. Nobody else changes it before the transaction ends.
pub async fn lock_lines(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<CartLine>> {
    let Some(cart) = store::carts::lock(conn, Owner::User(user)).await? else { return Ok(Vec::new()) };
    let entries = store::lines::list_entries(conn, cart).await?;
    let line = |quantity, product| NonZeroU32::new(quantity).map(|quantity| CartLine { product, quantity });
    Ok(entries.into_iter().filter_map(|entry| line(entry.quantity, entry.product)).collect())
}

/// Ordered pieces leave the cart of `user`; what was put there beside them stays.
pub async fn take_ordered(
    conn: &mut MySqlConnection,
    user: UserId,
    ordered: &[(ProductId, NonZeroU32)],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let Some(cart) = store::carts::lock(conn, Owner::User(user)).await? else { return Ok(()) };
    for entry in store::lines::list_entries(conn, cart).await? {
        let pieces = ordered.iter().filter(|(product, _)| *product == entry.product);
        let left = pieces.fold(entry.quantity, |left, (_, pieces)| left.saturating_sub(pieces.get()));
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
