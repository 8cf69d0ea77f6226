//! Takes stock for an order that is being written.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, ProductId, VariationId};
use sqlx::MySqlConnection;

use crate::store;

/// So many pieces of one product, or of one of its variations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Of which product.
    pub product: ProductId,
    /// Of which of its variations; a product that is sold by them gives nothing without, and no other product with one.
    pub variation: Option<VariationId>,
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

/// A product of which there is less than was demanded, or a variation of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// Which product.
    pub product: ProductId,
    /// Which of its variations was demanded.
    pub variation: Option<VariationId>,
    /// How many pieces there are; 0 of what does not exist.
    pub available: u32,
}

/// Stock that was taken and belongs to nobody yet. The only way on is [`Taken::hold`]; the only way back is to roll back.
#[must_use = "taken stock is nobody's until it is held: call `hold`, or roll back"]
#[derive(Debug)]
pub struct Taken {
    lines: Vec<Line>,
}

/// What was taken of one product, or of one of its variations.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) product: ProductId,
    pub(crate) variation: Option<VariationId>,
    /// Pieces that left the stock.
    pub(crate) quantity: i64,
    /// Pieces that are owed, because there were not enough and the product may be ordered ahead.
    pub(crate) backordered: i64,
    /// Pieces of the product that are left.
    pub(crate) stock_after: i64,
}

/// What is wanted of one product.
#[derive(Debug)]
struct Wanted {
    product: ProductId,
    /// The pieces of each variation, in the order of their ids; without one, of the product itself.
    parts: BTreeMap<Option<VariationId>, i64>,
}

/// Takes everything that `demands` name; the demands of one product count together, and so do those of one variation.
///
/// A product whose stock is not counted gives without end and is not held; one that may be ordered ahead gives what it
/// has and owes the rest. The products stay locked until the transaction ends. Whether a product may be sold at all is
/// the caller's question.
pub async fn take(conn: &mut MySqlConnection, demands: &[Demand]) -> sqlx::Result<Take> {
    let (mut lines, mut short) = (Vec::new(), Vec::new());
    for wanted in summed(demands) {
        match take_product(conn, &wanted).await? {
            Outcome::Taken(stock) => lines.extend(wanted.lines(stock)),
            Outcome::Uncounted => {}
            Outcome::Short(available) => short.extend(list_short(conn, &wanted, available).await?),
        }
    }
    short.extend(take_variations(conn, &lines).await?);
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
    /// So many pieces were there.
    Taken(i64),
    Uncounted,
    /// So many pieces are there.
    Short(u32),
}

/// What is wanted of each product, in the order of their ids. The sum of four billion such demands fits.
fn summed(demands: &[Demand]) -> Vec<Wanted> {
    let mut sums: BTreeMap<ProductId, BTreeMap<Option<VariationId>, i64>> = BTreeMap::new();
    for Demand { product, variation, quantity } in demands {
        let sum = sums.entry(*product).or_default().entry(*variation).or_default();
        *sum = sum.saturating_add(i64::from(quantity.get()));
    }
    sums.into_iter().map(|(product, parts)| Wanted { product, parts }).collect()
}

async fn take_product(conn: &mut MySqlConnection, wanted: &Wanted) -> sqlx::Result<Outcome> {
    let pieces = wanted.pieces();
    if let Some(stock) = store::products::take(conn, pieces).await? {
        return Ok(Outcome::Taken(stock));
    }
    let Some(found) = store::products::lock(conn, wanted.product).await? else { return Ok(Outcome::Short(0)) };
    if !found.track_inventory {
        return Ok(Outcome::Uncounted);
    }
    // Some may have come back before the lock; with it the answer is final.
    Ok(match store::products::take(conn, pieces).await? {
        Some(stock) => Outcome::Taken(stock),
        None => Outcome::Short(found.quantity.unsigned_abs()),
    })
}

/// Takes of each variation what was taken of its product, in the order of their ids, and tells what is short. Whoever takes of
/// a variation has locked its product.
async fn take_variations(conn: &mut MySqlConnection, lines: &[Line]) -> sqlx::Result<Vec<Shortage>> {
    let variations: BTreeMap<VariationId, &Line> =
        lines.iter().filter_map(|line| Some((line.variation?, line))).collect();
    let mut short = Vec::new();
    for (variation, line) in variations {
        if !store::variations::take(conn, line.product, variation, line.quantity).await? {
            let available = store::variations::find_stock(conn, line.product, variation).await?.unwrap_or_default();
            let variation = Some(variation);
            short.push(Shortage { product: line.product, variation, available: available.unsigned_abs() });
        }
    }
    Ok(short)
}

/// What is short of a product of which only `available` pieces are there: of one that is sold by variation, each of them.
async fn list_short(conn: &mut MySqlConnection, wanted: &Wanted, available: u32) -> sqlx::Result<Vec<Shortage>> {
    let (product, mut short) = (wanted.product, Vec::new());
    for (variation, pieces) in &wanted.parts {
        let Some(id) = *variation else {
            short.push(Shortage { product, variation: None, available });
            continue;
        };
        let available = store::variations::find_stock(conn, product, id).await?.unwrap_or_default().unsigned_abs();
        if i64::from(available) < *pieces {
            short.push(Shortage { product, variation: Some(id), available });
        }
    }
    Ok(short)
}

impl Wanted {
    /// All pieces together. Whoever names a variation once means a product that is sold by them.
    fn pieces(&self) -> store::products::Pieces {
        let wanted = self.parts.values().fold(0_i64, |sum, pieces| sum.saturating_add(*pieces));
        let by_variation = self.parts.keys().all(Option::is_some);
        store::products::Pieces { product: self.product, wanted, by_variation }
    }

    /// What each part takes of `stock` pieces.
    fn lines(self, stock: i64) -> Vec<Line> {
        let (product, mut left) = (self.product, stock);
        let line = |(variation, wanted): (Option<VariationId>, i64)| {
            let quantity = wanted.min(left);
            left -= quantity;
            Line { product, variation, quantity, backordered: wanted - quantity, stock_after: left }
        };
        self.parts.into_iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(product: u64, variation: Option<u64>, quantity: u32) -> Demand {
        Demand {
            product: ProductId::new(product).unwrap(),
            variation: variation.and_then(VariationId::new),
            quantity: NonZeroU32::new(quantity).unwrap(),
        }
    }

    #[test]
    fn demands_of_one_product_count_together_and_stand_in_the_order_of_ids() {
        let sums = summed(&[demand(7, None, 1), demand(3, None, 2), demand(7, None, u32::MAX)]);
        let sums: Vec<_> = sums.iter().map(|wanted| (wanted.product.get(), wanted.pieces().wanted)).collect();
        assert_eq!(sums, [(3, 2), (7, 4_294_967_296)]);
    }

    #[test]
    fn each_variation_takes_its_part_of_what_its_product_has() {
        let mut sums = summed(&[demand(7, Some(2), 1), demand(7, Some(1), 2), demand(7, Some(2), 3)]);
        let wanted = sums.swap_remove(0);
        assert!(wanted.pieces().by_variation && wanted.pieces().wanted == 6);
        let lines: Vec<_> = wanted
            .lines(10)
            .iter()
            .map(|line| (line.variation.map(VariationId::get), line.quantity, line.stock_after))
            .collect();
        assert_eq!(lines, [(Some(1), 2, 8), (Some(2), 4, 4)]);
        assert!(!summed(&[demand(7, Some(2), 1), demand(7, None, 1)])[0].pieces().by_variation);
    }
}
