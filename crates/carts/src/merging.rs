//! A guest signs in: two carts become one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use commerce::ids::{CartId, GuestId};
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::line::Goods;
use crate::store::lines::{Change, Entry};
use crate::{Limits, Owner, store};

/// Moves everything out of the guest's cart into the user's and ends the guest's session; asked again, it changes
/// nothing.
///
/// Pieces of one product, or of one variation of it, are added up, then cut to the limits, the fullest lines first; no line disappears. It does not
/// matter which of the two carts was the guest's. Stock is not asked: what is short is shown in the cart.
pub async fn merge(
    conn: &mut MySqlConnection,
    guest: GuestId,
    user: UserId,
    limits: Limits,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if !store::guests::lock(conn, guest).await? {
        return Ok(());
    }
    store::guests::update_closed(conn, guest, user, now).await?;
    let Some(from) = store::carts::lock(conn, Owner::Guest(guest)).await? else { return Ok(()) };
    let into = match store::carts::lock(conn, Owner::User(user)).await? {
        Some(cart) => cart,
        None => store::carts::insert(conn, Owner::User(user), now).await?,
    };
    pour(conn, Pair { from, into }, limits, now).await?;
    store::carts::delete(conn, from).await?;
    store::carts::update_revision(conn, into, now).await
}

/// A cart that is emptied into another; both are locked.
struct Pair {
    from: CartId,
    into: CartId,
}

async fn pour(conn: &mut MySqlConnection, carts: Pair, limits: Limits, now: DateTime<Utc>) -> sqlx::Result<()> {
    let theirs = store::lines::list_entries(conn, carts.from).await?;
    let mine = store::lines::list_entries(conn, carts.into).await?;
    for (goods, quantity) in merged(&mine, &theirs, limits) {
        let line = |entries: &[Entry]| entries.iter().find(|entry| entry.goods() == goods).copied();
        match (line(&mine), line(&theirs)) {
            (Some(mine), Some(theirs)) => {
                let price = mine.added_price.min(theirs.added_price);
                store::lines::delete(conn, theirs.id).await?;
                store::lines::update(conn, mine.id, Change { quantity, price, now }).await?;
            }
            (Some(mine), None) if mine.quantity == quantity => {}
            (Some(mine), None) => {
                let price = mine.added_price;
                store::lines::update(conn, mine.id, Change { quantity, price, now }).await?;
            }
            (None, Some(theirs)) => {
                let price = theirs.added_price;
                store::lines::update(conn, theirs.id, Change { quantity, price, now }).await?;
                store::lines::update_cart(conn, theirs.id, carts.into).await?;
            }
            (None, None) => {}
        }
    }
    Ok(())
}

/// What two carts hold together of one product or variation.
#[derive(Clone, Copy)]
struct Heap {
    quantity: u32,
    /// What stays of it however full the cart is: the least that a line of this product holds.
    floor: u32,
}

impl Heap {
    /// What lies below `level`.
    fn up_to(self, level: u32) -> u32 {
        self.quantity.min(level).max(self.floor)
    }
}

/// The pieces on each line of the cart that two become, symmetric in the two.
fn merged(one: &[Entry], other: &[Entry], limits: Limits) -> BTreeMap<Goods, u32> {
    let mut heaps: BTreeMap<Goods, Heap> = BTreeMap::new();
    for entry in one.iter().chain(other) {
        let heap = heaps.entry(entry.goods()).or_insert(Heap { quantity: 0, floor: 0 });
        heap.quantity = heap.quantity.saturating_add(entry.quantity).min(entry.most.min(limits.per_product)).max(1);
        heap.floor = entry.least.min(heap.quantity);
    }
    let level = level(&heaps, limits.in_all);
    let mut spare = u64::from(limits.in_all).saturating_sub(pieces(&heaps, level));
    let cut = |(goods, heap): (&Goods, &Heap)| {
        let extra = u32::from(spare > 0 && heap.up_to(level.saturating_add(1)) > heap.up_to(level));
        spare -= u64::from(extra);
        (*goods, heap.up_to(level) + extra)
    };
    heaps.iter().map(cut).collect()
}

/// The height at which the heaps are cut so that no more than `most` pieces are left; floors stay.
fn level(heaps: &BTreeMap<Goods, Heap>, most: u32) -> u32 {
    let (mut fits, mut too_high) = (0, u32::MAX);
    if pieces(heaps, too_high) <= u64::from(most) {
        return too_high;
    }
    while too_high - fits > 1 {
        let middle = fits + (too_high - fits) / 2;
        if pieces(heaps, middle) <= u64::from(most) { fits = middle } else { too_high = middle }
    }
    fits
}

fn pieces(heaps: &BTreeMap<Goods, Heap>, level: u32) -> u64 {
    heaps.values().map(|heap| u64::from(heap.up_to(level))).sum()
}

#[cfg(test)]
mod tests {
    use commerce::ids::{CartItemId, ProductId, VariationId};
    use kernel::Paise;
    use proptest::prelude::*;

    use super::*;

    /// Products have rules of their own: number 3 is sold in threes at least, number 5 at most four at a time.
    fn entry(product: u64, quantity: u32) -> Entry {
        Entry {
            id: CartItemId::new(product).unwrap(),
            product: ProductId::new(product).unwrap(),
            variation: None,
            quantity,
            added_price: Paise::new(100),
            least: if product == 3 { 3 } else { 1 },
            most: if product == 5 { 4 } else { 20 },
        }
    }

    fn cart(lines: &[(u64, u32)]) -> Vec<Entry> {
        lines.iter().map(|(product, quantity)| entry(*product, *quantity)).collect()
    }

    fn carts(one: &[(u64, u32)], other: &[(u64, u32)], in_all: u32) -> Vec<(u64, u32)> {
        let limits = Limits { per_product: 10, in_all };
        let merged = merged(&cart(one), &cart(other), limits);
        merged.into_iter().map(|((product, _), quantity)| (product.get(), quantity)).collect()
    }

    #[test]
    fn pieces_are_added_up_and_cut_to_the_limit_of_their_product() {
        assert_eq!(carts(&[(1, 2), (2, 9)], &[(1, 3), (2, 9), (5, 9)], 50), [(1, 5), (2, 10), (5, 4)]);
        assert_eq!(carts(&[(1, 2)], &[], 50), [(1, 2)]);
    }

    #[test]
    fn each_variation_of_a_product_is_a_line_of_its_own() {
        let of = |variation, quantity| Entry { variation: VariationId::new(variation), ..entry(1, quantity) };
        let merged = merged(&[of(1, 9), of(2, 1)], &[of(2, 2), of(3, 4)], Limits { per_product: 10, in_all: 50 });
        let lines: Vec<_> =
            merged.into_iter().map(|((_, variation), pieces)| (variation.unwrap().get(), pieces)).collect();
        assert_eq!(lines, [(1, 9), (2, 3), (3, 4)]);
    }

    #[test]
    fn a_cart_that_overflows_is_cut_where_it_is_fullest_and_keeps_every_line() {
        assert_eq!(carts(&[(1, 10), (2, 1)], &[(4, 8)], 12), [(1, 6), (2, 1), (4, 5)]);
        assert_eq!(carts(&[(1, 10), (2, 10)], &[(3, 9)], 4), [(1, 1), (2, 1), (3, 3)]);
        assert_eq!(carts(&[(1, 2), (2, 2)], &[(4, 2)], 0), [(1, 1), (2, 1), (4, 1)]);
    }

    prop_compose! {
        fn any_cart()(lines in prop::collection::btree_map(1..8_u64, 1..=25_u32, 0..7)) -> Vec<Entry> {
            lines.into_iter().map(|(product, quantity)| entry(product, quantity)).collect()
        }
    }

    proptest! {
        #[test]
        fn a_merge_is_symmetric_loses_no_line_and_keeps_the_limits(
            one in any_cart(), other in any_cart(), in_all in 0..120_u32, per_product in 0..15_u32,
        ) {
            let limits = Limits { per_product, in_all };
            let both = merged(&one, &other, limits);
            prop_assert_eq!(&both, &merged(&other, &one, limits));
            let (mut total, mut floors) = (0, 0);
            for entry in one.iter().chain(&other) {
                let quantity = *both.get(&entry.goods()).unwrap();
                prop_assert!(quantity >= 1 && quantity <= entry.most.min(per_product).max(1));
            }
            for ((product, _), quantity) in &both {
                total += quantity;
                floors += if product.get() == 3 { 3.min(per_product.max(1)) } else { 1 };
            }
            prop_assert!(total <= in_all.max(floors), "{} of {} and {}", total, in_all, floors);
        }

        #[test]
        fn a_cart_with_room_keeps_every_piece(one in any_cart(), other in any_cart()) {
            let limits = Limits { per_product: 100, in_all: 1_000 };
            for ((product, _), quantity) in merged(&one, &other, limits) {
                let sum: u32 = one.iter().chain(&other).filter(|e| e.product == product).map(|e| e.quantity).sum();
                prop_assert_eq!(quantity, sum.min(entry(product.get(), 1).most));
            }
        }
    }
}
