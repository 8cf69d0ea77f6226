//! The tables, as Markdown.

use std::iter::repeat;
use std::slice::from_ref;
use std::time::Duration;

use shared::config::ServiceName;

use crate::identity::{Comparison, LogIns, Search, Storm};
use crate::measure::{Beside, Measured, percentile, rate};
use crate::memory::Memory;

/// A service must be ready within this time.
const READY: Duration = Duration::from_secs(1);
/// And have less in memory than this, in KiB.
const RESIDENT: u64 = 40 * 1024;

/// How much of the rate of bare hashes log-ins reach.
const KEEPING_PACE: f64 = 0.9;
/// By how much log-ins may slow others down.
const DISTURBED: f64 = 2.0;
/// People are found within so many milliseconds.
const FOUND: f64 = 50.0;
/// From this t on there is a difference that an attacker can use (the bound of dudect, Reparaz et al. 2017).
const TELLING: f64 = 4.5;

/// What a service has in memory when it has started, and when it has worked.
pub(crate) type Weights = (ServiceName, Memory, Memory);

/// Rates and ratios: a line for each counterpart; nothing for no rows.
pub(crate) fn rates(rows: &[Measured]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head = "| row | ours/s | p50 ms | p99 ms | statements | beside | bare/s | ratio | of the rounds | goal |\n\
                |---|--:|--:|--:|--:|---|--:|--:|--:|---|\n";
    rows.iter().fold(head.to_owned(), |table, row| table + &rates_of(row))
}

fn rates_of(measured: &Measured) -> String {
    let Measured { row, statements, beside, .. } = measured;
    let (rate, half, most) = (measured.rate(), measured.percentile(50), measured.percentile(99));
    let ours = format!("{} | {rate:.0} | {half:.1} | {most:.1} | {statements}", row.title());
    let left = [ours.as_str()].into_iter().chain(repeat(" | | | |"));
    let goals = [row.goal()].into_iter().chain(repeat(None));
    let lines = left.zip(goals).zip(beside);
    lines.fold(String::new(), |text, ((left, goal), beside)| {
        text + &format!("| {left} | {} |\n", beside_of(beside, goal))
    })
}

fn beside_of(beside: &Beside, goal: Option<f64>) -> String {
    let (what, rate, ratio, (low, high)) = (beside.what, beside.rate(), beside.ratio(), beside.spread());
    let goal = goal.map_or(String::new(), |goal| format!("≥ {goal:.2}: {}", met(ratio >= goal)));
    format!("{what} | {rate:.0} | **{ratio:.2}** | {low:.2}–{high:.2} | {goal}")
}

/// How long the starts took.
pub(crate) fn starts(rows: &[(ServiceName, Duration)]) -> String {
    let head = "| service | ready after ms | goal < 1 s |\n|---|--:|---|\n";
    rows.iter().fold(head.to_owned(), |table, (service, took)| {
        table + &format!("| {service} | {} | {} |\n", took.as_millis(), met(*took < READY))
    })
}

/// What is in memory.
pub(crate) fn weights(rows: &[Weights]) -> String {
    let head = "| service | resident MiB, started | of it anonymous | resident MiB, after load | of it anonymous | peak | \
                goal < 40 MiB |\n|---|--:|--:|--:|--:|--:|---|\n";
    rows.iter().fold(head.to_owned(), |table, (service, fresh, used)| {
        let columns = [fresh.resident, fresh.anonymous, used.resident, used.anonymous, used.peak].map(mebibytes);
        table
            + &format!(
                "| {service} | {} | {} |\n",
                columns.join(" | "),
                met(used.resident.max(fresh.resident) < RESIDENT)
            )
    })
}

/// How log-ins keep pace with bare hashes.
pub(crate) fn log_ins(turns: &LogIns) -> String {
    let (ours, bare) = (rate(&turns.ours), rate(&turns.bare));
    let (half, most) = (percentile(&turns.ours, 50), percentile(&turns.ours, 99));
    format!(
        "| log-ins/s | p50 ms | p99 ms | bare Argon2id/s | ratio | goal ≥ {KEEPING_PACE:.2} |\n|--:|--:|--:|--:|--:|---|\n\
         | {ours:.1} | {half:.0} | {most:.0} | {bare:.1} | **{:.2}** | {} |\n",
        ours / bare,
        met(ours / bare >= KEEPING_PACE)
    )
}

/// How shoppers fare while others log in.
pub(crate) fn storm(turns: &Storm) -> String {
    let (idle, stormy) = (percentile(&turns.idle, 99), percentile(&turns.stormy, 99));
    format!(
        "| product list, p99 ms | while people log in | ratio | goal ≤ {DISTURBED:.1} |\n|--:|--:|--:|---|\n\
         | {idle:.1} | {stormy:.1} | **{:.2}** | {} |\n",
        stormy / idle,
        met(stormy / idle <= DISTURBED)
    )
}

/// Whether a refusal tells who is there.
pub(crate) fn strangers(comparison: &Comparison) -> String {
    let Comparison { known, unknown, t } = comparison;
    format!(
        "| refused, mean µs | nobody there, mean µs | t | goal: between −{TELLING:.1} and {TELLING:.1} |\n|--:|--:|--:|---|\n\
         | {known:.0} | {unknown:.0} | **{t:.2}** | {} |\n",
        met(t.abs() < TELLING)
    )
}

/// How long administrators waited.
pub(crate) fn searches(searches: &[Search]) -> String {
    let head =
        format!("| people found by | searches/s | p50 ms | p99 ms | goal < {FOUND:.0} ms |\n|---|--:|--:|--:|---|\n");
    searches.iter().fold(head, |table, Search { what, slice }| {
        let slices = from_ref(slice);
        let (rate, half, most) = (rate(slices), percentile(slices, 50), percentile(slices, 99));
        table + &format!("| {what} | {rate:.0} | {half:.1} | {most:.1} | {} |\n", met(most < FOUND))
    })
}

pub(crate) fn mebibytes(kibibytes: u64) -> String {
    format!("{}.{}", kibibytes / 1024, kibibytes % 1024 * 10 / 1024)
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "not met" }
}
