//! The tables of the catalogue, as Markdown: what was reached at each size, how it grew, and the goals.

use std::time::Duration;

use super::row::Row;
use super::turns::Turns;
use crate::measure::{percentile, rate};
use crate::memory::Memory;
use crate::table::mebibytes;

/// How much of a bare route's rate an answer reaches that is kept.
const KEPT: f64 = 0.8;
/// Within how many milliseconds 99 of 100 searches are answered, with their counts.
const FOUND: f64 = 20.0;
/// Within how many milliseconds the last page is there.
const DEEP: f64 = 50.0;
/// By how much the slowest may become slower from the smallest to the largest shop.
const GROWTH: f64 = 2.0;
/// What the service keeps of its own, in KiB.
const RESIDENT: u64 = 400 * 1024;
/// How long the index takes.
const BUILT: Duration = Duration::from_mins(3);

/// All that was measured of a shop of one size.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) products: u64,
    pub(crate) seeded: Duration,
    /// From the start of the service until its index answers.
    pub(crate) built: Duration,
    /// The most anonymous memory that was seen meanwhile, in KiB.
    pub(crate) most: u64,
    /// After the index was built, and after all rows.
    pub(crate) memory: [Memory; 2],
    pub(crate) rows: Vec<Turns>,
}

impl Shop {
    fn worst(&self, row: Row) -> Option<f64> {
        self.rows.iter().find(|turns| turns.row == row).map(Turns::worst)
    }

    fn anonymous(&self) -> u64 {
        self.memory.iter().map(|memory| memory.anonymous).chain([self.most]).max().unwrap_or_default()
    }
}

/// The rows of one shop.
pub(crate) fn rows(shop: &Shop) -> String {
    let head = format!(
        "| {} products | ours/s | p50 ms | p99 ms | the same bytes/s | ratio | goal |\n|---|--:|--:|--:|--:|--:|---|\n",
        shop.products
    );
    shop.rows.iter().fold(head, |table, turns| {
        let (ours, bare) = (rate(&turns.ours), rate(&turns.bare));
        let (half, most) = (percentile(&turns.ours, 50), turns.worst());
        let title = turns.row.title();
        let ratio = turns.ratio();
        table
            + &format!(
                "| {title} | {ours:.0} | {half:.2} | {most:.2} | {bare:.0} | **{ratio:.2}** | {} |\n",
                goal(turns)
            )
    })
}

fn goal(turns: &Turns) -> String {
    match turns.row {
        Row::KeptList | Row::KeptDetail => format!("ratio ≥ {KEPT:.2}: {}", met(turns.ratio() >= KEPT)),
        Row::Search => format!("p99 ≤ {FOUND:.0} ms: {}", met(turns.worst() <= FOUND)),
        Row::LastPage => format!("p99 ≤ {DEEP:.0} ms: {}", met(turns.worst() <= DEEP)),
        _ => String::new(),
    }
}

/// How the rows grew from the first shop to the last; nothing for one shop.
pub(crate) fn growth(shops: &[Shop]) -> String {
    let (Some(small), Some(large)) = (shops.first(), shops.last()) else { return String::new() };
    if small.products == large.products {
        return String::new();
    }
    let head = format!(
        "| p99 ms | of {} products | of {} products | growth | goal |\n|---|--:|--:|--:|---|\n",
        small.products, large.products
    );
    let pairs = Row::ALL.into_iter().filter_map(|row| Some((row, small.worst(row)?, large.worst(row)?)));
    pairs.fold(head, |table, (row, before, after)| {
        let growth = after / before;
        let is_bound = !matches!(row, Row::Filtered | Row::Search | Row::Facets | Row::LastPage);
        let goal = if is_bound { format!("≤ {GROWTH:.1}: {}", met(growth <= GROWTH)) } else { String::new() };
        table + &format!("| {} | {before:.2} | {after:.2} | **{growth:.1}** | {goal} |\n", row.title())
    })
}

/// What each shop costs.
pub(crate) fn costs(shops: &[Shop]) -> String {
    let head = "| products | seeded in s | index built in s | goal ≤ 180 s | anonymous MiB, most while it was built | then | \
                after load | goal ≤ 400 MiB |\n|--:|--:|--:|---|--:|--:|--:|---|\n";
    shops.iter().fold(head.to_owned(), |table, shop| {
        let [fresh, used] = shop.memory.map(|memory| mebibytes(memory.anonymous));
        let (products, seeded, built) = (shop.products, shop.seeded.as_secs_f64(), shop.built.as_secs_f64());
        let most = mebibytes(shop.most);
        let goals = [shop.built <= BUILT, shop.anonymous() <= RESIDENT].map(met);
        let [in_time, in_memory] = goals;
        table
            + &format!(
                "| {products} | {seeded:.0} | {built:.1} | {in_time} | {most} | {fresh} | {used} | {in_memory} |\n"
            )
    })
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "not met" }
}

#[cfg(test)]
mod tests {
    use crate::load::Slice;

    use super::*;

    fn turns(row: Row, millis: u32, rate: usize) -> Turns {
        let slice = |latency, count| Slice { took: Duration::from_secs(1), latencies: vec![latency; count] };
        Turns { row, ours: vec![slice(millis * 1000, rate)], bare: vec![slice(1, 1000)] }
    }

    fn shop(products: u64, millis: u32) -> Shop {
        let memory = Memory { resident: 0, anonymous: 100 * 1024, peak: 0 };
        Shop {
            products,
            seeded: Duration::from_secs(2),
            built: Duration::from_secs(181),
            most: 401 * 1024,
            memory: [memory; 2],
            rows: vec![turns(Row::KeptList, 1, 799), turns(Row::List, millis, 10), turns(Row::Search, millis, 10)],
        }
    }

    #[test]
    fn goals_are_met_or_not() {
        let (met, missed) = (rows(&shop(10, 20)), rows(&shop(10, 21)));
        assert!(
            met.contains("| search with facets | 10 | 20.00 | 20.00 | 1000 | **0.01** | p99 ≤ 20 ms: met |"),
            "{met}"
        );
        assert!(missed.contains("p99 ≤ 20 ms: not met"), "{missed}");
        assert!(met.contains("**0.80** | ratio ≥ 0.80: not met"), "{met}");
        let costs = costs(&[shop(10, 1)]);
        assert!(costs.contains("| 10 | 2 | 181.0 | not met | 401.0 | 100.0 | 100.0 | not met |"), "{costs}");
    }

    #[test]
    fn growth_is_from_the_first_shop_to_the_last() {
        let table = growth(&[shop(10, 2), shop(100, 1), shop(1_000, 5)]);
        assert!(table.contains("| list | 2.00 | 5.00 | **2.5** | ≤ 2.0: not met |"), "{table}");
        assert!(table.contains("| search with facets | 2.00 | 5.00 | **2.5** |  |"), "{table}");
        assert_eq!(growth(&[shop(10, 2)]), "");
    }
}
