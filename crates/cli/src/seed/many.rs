//! Products without end, to measure with: plain, generated, and the same in every shop.
//!
//! **Invariant**: they are added in the order of their numbers, a batch at a time; a run that is cut off goes on where it
//! stopped.

use std::num::NonZeroU32;

use anyhow::Context;
use chrono::{DateTime, Utc};
use commerce::ids::{BrandId, CategoryId};
use kernel::Paise;
use sqlx::{Acquire, MySqlConnection};

use super::chance::Chance;
use super::store::many as store;

/// The most that can be asked for.
pub(super) const MOST: u32 = 1_000_000;
/// How many are written at once: their values stay far below what one statement can hold.
const BATCH: u32 = 1_000;
/// How often somebody who waits is told.
const TELL: u32 = 50_000;
/// Every so many batches the stock is another one.
const STOCKS: [u32; 4] = [12, 80, 250, 600];

const KINDS: [&str; 16] = [
    "Fresh", "Classic", "Golden", "Royal", "Daily", "Premium", "Village", "Hill", "Coastal", "Organic", "Family",
    "Festive", "Little", "Grand", "Silver", "Sunrise",
];
const THINGS: [&str; 24] = [
    "Rice",
    "Atta",
    "Dal",
    "Oil",
    "Ghee",
    "Masala",
    "Tea",
    "Coffee",
    "Biscuits",
    "Namkeen",
    "Pickle",
    "Soap",
    "Shampoo",
    "Toothpaste",
    "Detergent",
    "Incense",
    "Tiffin",
    "Bottle",
    "Bulb",
    "Towel",
    "Notebook",
    "Pencils",
    "Kurta",
    "Battery",
];
const PACKS: [&str; 8] = ["100 g", "200 g", "500 g", "1 kg", "pack of 2", "pack of 6", "small", "large"];
/// Rates with a heading of the tariff that has them.
const RATES: [(u32, &str); 4] = [(5, "1006"), (18, "3402"), (0, "4820"), (40, "220210")];

/// A generated product.
#[derive(Debug)]
pub(super) struct Generated {
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) description: String,
    pub(super) price: Paise,
    pub(super) mrp: Paise,
    pub(super) rate: u32,
    pub(super) hsn: &'static str,
    pub(super) category: CategoryId,
    pub(super) brand: BrandId,
}

/// Where generated products stand.
struct Shelves {
    categories: Vec<CategoryId>,
    brands: Vec<BrandId>,
}

/// Adds what is missing of the first `size` generated products; how many those were.
pub(super) async fn add(conn: &mut MySqlConnection, size: u32, now: DateTime<Utc>) -> anyhow::Result<u32> {
    let known = store::find_last(conn).await?.map_or(Ok(0), |sku| number_of(&sku))?;
    let shelves = Shelves { categories: store::list_categories(conn).await?, brands: store::list_brands(conn).await? };
    let mut done = known;
    while done < size {
        let last = size.min((done / BATCH + 1) * BATCH);
        add_batch(conn, &shelves, (done + 1, last), now).await?;
        done = last;
        if done % TELL == 0 {
            tracing::info!("{done} of {size} generated products");
        }
    }
    Ok(done - known)
}

async fn add_batch(
    conn: &mut MySqlConnection,
    shelves: &Shelves,
    (first, last): (u32, u32),
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let products = (first..=last).map(|number| shelves.product(number)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut tx = conn.begin().await?;
    store::insert(&mut tx, &products, now).await?;
    let ids = store::list_ids(&mut tx, &sku_of(first), &sku_of(last)).await?;
    let stock = Chance::of(&sku_of(last)).one_of(40, &STOCKS);
    inventory::open_all(&mut tx, &ids, NonZeroU32::new(stock).context("no stock")?, now).await?;
    tx.commit().await?;
    Ok(())
}

impl Shelves {
    fn product(&self, number: u32) -> anyhow::Result<Generated> {
        let sku = sku_of(number);
        let mut chance = Chance::of(&sku);
        let words = [chance.one_of("Plain", &KINDS), chance.one_of("Sugar", &THINGS), chance.one_of("single", &PACKS)];
        let [kind, thing, pack] = words;
        let price = i64::from(10 + chance.below(4_000)) * 100 - i64::from(chance.below(2));
        let above = i64::from(chance.below(600)) * 50;
        let (rate, hsn) = chance.one_of((5, "0713"), &RATES);
        let (category, others) = self.categories.split_first().context("there is no category: seed the catalogue")?;
        let (brand, other_brands) = self.brands.split_first().context("there is no brand: seed the catalogue")?;
        Ok(Generated {
            name: format!("{kind} {thing}, {pack}, no. {number}"),
            slug: format!("{kind}-{thing}-{number}").to_lowercase(),
            description: format!("{kind} {thing} in {pack}, to measure with. It is number {number} of its kind."),
            price: Paise::new(price),
            mrp: Paise::new(price + above),
            rate,
            hsn,
            category: chance.one_of(*category, others),
            brand: chance.one_of(*brand, other_brands),
            sku,
        })
    }
}

/// Sorted as text they are in the order of their numbers.
fn sku_of(number: u32) -> String {
    format!("GEN-{number:07}")
}

fn number_of(sku: &str) -> anyhow::Result<u32> {
    sku.trim_start_matches("GEN-").parse().with_context(|| format!("{sku} is no generated product"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_always_the_same_product_and_no_other() {
        let category = CategoryId::new(3).unwrap();
        let shelves = Shelves { categories: vec![category], brands: vec![BrandId::new(4).unwrap()] };
        let product = |number| shelves.product(number).unwrap();
        for number in [1, 2, 999, MOST] {
            let Generated { sku, slug, price, mrp, .. } = product(number);
            assert_eq!((number_of(&sku).unwrap(), &slug), (number, &product(number).slug));
            assert!(Paise::ZERO < price && price <= mrp, "{sku}");
            assert!(slug.split('-').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric())));
        }
        assert!(sku_of(999_999) < sku_of(MOST));
    }
}
