//! Takes stock for an order that is being written.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, ProductId};
use sqlx::MySqlConnection;

use crate::store;

/// So many pieces of one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Of which product.
    pub product: ProductId,
    /// How many pieces.
    pub quantity: NonZeroU32,
}

/// What became of the demands of an order.
#[must_use]
#[derive(Debug)]
pub enum Take {
    /// There was enough of everything.
    Taken(Taken),
    /// There was not, and this is what is missing. The rest may have been taken: roll back.
    Short(Vec<Shortage>),
}

/// A product of which there is less than was demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// Which one.
    pub product: ProductId,
    /// How many pieces there are; 0 of a product that does not exist.
    pub available: u32,
}

/// Stock that was taken and belongs to nobody yet. The only way on is [`Taken::hold`]; the only way back is to roll back.
#[must_use = "taken stock is nobody's until it is held: call `hold`, or roll back"]
#[derive(Debug)]
pub struct Taken {
    lines: Vec<Line>,
}

/// What was taken of one product.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) product: ProductId,
    /// Pieces that left the stock.
    pub(crate) quantity: i64,
    /// Pieces that are owed, because there were not enough and the product may be ordered ahead.
    pub(crate) backordered: i64,
    /// Pieces that are left.
    pub(crate) stock_after: i64,
}

/// Takes everything that `demands` name; the demands of one product count together.
///
/// A product whose stock is not counted gives without end and is not held; one that may be ordered ahead gives what it
/// has and owes the rest. The products stay locked until the transaction ends. Whether a product may be sold at all is
/// the caller's question.
pub async fn take(conn: &mut MySqlConnection, demands: &[Demand]) -> sqlx::Result<Take> {
    let (mut lines, mut short) = (Vec::new(), Vec::new());
    for (product, wanted) in summed(demands) {
        match take_one(conn, product, wanted).await? {
            Outcome::Taken(line) => lines.push(line),
            Outcome::Uncounted => {}
            Outcome::Short(available) => short.push(Shortage { product, available }),
        }
    }
    Ok(if short.is_empty() { Take::Taken(Taken { lines }) } else { Take::Short(short) })
}

impl Taken {
    /// Makes what was taken the hold of `order`, whose row exists by now: until `until`, or without end. With this the
    /// movements are written.
    pub async fn hold(
        self,
        conn: &mut MySqlConnection,
        order: OrderId,
        until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        store::holds::insert(conn, order, &self.lines, until, now).await?;
        store::movements::insert_holds(conn, order, &self.lines, now).await
    }
}

enum Outcome {
    Taken(Line),
    Uncounted,
    Short(u32),
}

/// What is wanted of each product, in the order of their ids. The sum of four billion such demands fits.
fn summed(demands: &[Demand]) -> BTreeMap<ProductId, i64> {
    let mut sums = BTreeMap::new();
    for Demand { product, quantity } in demands {
        let sum: &mut i64 = sums.entry(*product).or_default();
        *sum = sum.saturating_add(i64::from(quantity.get()));
    }
    sums
}

async fn take_one(conn: &mut MySqlConnection, product: ProductId, wanted: i64) -> sqlx::Result<Outcome> {
    if let Some(stock) = store::products::take(conn, product, wanted).await? {
        return Ok(Outcome::Taken(Line::new(product, wanted, stock)));
    }
    let Some(found) = store::products::lock(conn, product).await? else { return Ok(Outcome::Short(0)) };
    if !found.track_inventory {
        return Ok(Outcome::Uncounted);
    }
    // Some may have come back before the lock; with it the answer is final.
    Ok(match store::products::take(conn, product, wanted).await? {
        Some(stock) => Outcome::Taken(Line::new(product, wanted, stock)),
        None => Outcome::Short(found.stock_quantity.unsigned_abs()),
    })
}

impl Line {
    /// `wanted` pieces, of which `stock` were there.
    fn new(product: ProductId, wanted: i64, stock: i64) -> Self {
        let quantity = wanted.min(stock);
        Self { product, quantity, backordered: wanted - quantity, stock_after: stock - quantity }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demands_of_one_product_count_together_and_stand_in_the_order_of_ids() {
        let demand = |id, quantity| Demand {
            product: ProductId::new(id).unwrap(),
            quantity: NonZeroU32::new(quantity).unwrap(),
        };
        let sums = summed(&[demand(7, 1), demand(3, 2), demand(7, u32::MAX)]);
        let sums: Vec<_> = sums.into_iter().map(|(product, sum)| (product.get(), sum)).collect();
        assert_eq!(sums, [(3, 2), (7, 4_294_967_296)]);
    }
}
