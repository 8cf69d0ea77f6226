//! What a customer ordered in the past: when, how much, and how it ended.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use commerce::orders::{OrderStatus, PaymentStatus, PaymentStep, Step};

use crate::seed::chance::Chance;

/// Digits and letters that nobody mistakes for one another on the telephone.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];
/// Of so many orders one was cancelled.
const CANCELLED: u16 = 7;
/// Why people cancel.
const REASONS: [&str; 3] = ["Ordered twice by mistake", "Found it at the corner shop", "Will be out of town"];

/// An order that is over. Everything about it follows from the number of the customer and the day.
#[derive(Debug)]
pub(in crate::seed) struct Purchase {
    /// What people call it by.
    pub(in crate::seed) number: String,
    pub(in crate::seed) placed: DateTime<Utc>,
    pub(in crate::seed) end: End,
    /// Which goods, by their place on the list, and how many pieces.
    pub(super) pieces: BTreeMap<usize, NonZeroU32>,
}

/// How an order ended.
#[derive(Clone, Copy, Debug)]
pub(in crate::seed) enum End {
    /// The carrier took it, and brought back the cash.
    Delivered { packed: DateTime<Utc>, sent: DateTime<Utc>, at: DateTime<Utc> },
    /// The customer did not want it any more.
    Cancelled { at: DateTime<Utc>, reason: &'static str },
}

/// A row of the history of an order.
#[derive(Debug)]
pub(in crate::seed) struct Entry {
    pub(in crate::seed) field: &'static str,
    pub(in crate::seed) old: Option<&'static str>,
    pub(in crate::seed) new: &'static str,
    /// `customer` or `system`.
    pub(in crate::seed) by: &'static str,
    pub(in crate::seed) reason: Option<&'static str>,
    pub(in crate::seed) at: DateTime<Utc>,
}

/// The orders of the customer with this number, the oldest first, out of a list of so many goods.
pub(super) fn purchases(customer: u32, goods: usize, now: DateTime<Utc>) -> Vec<Purchase> {
    let mut chance = Chance::of(&format!("orders of customer {customer}"));
    let mut days: Vec<u16> = (0..=chance.below(5)).map(|_| 8 + chance.below(172)).collect();
    days.sort_unstable_by(|one, next| next.cmp(one));
    days.dedup();
    if goods == 0 {
        return Vec::new();
    }
    days.into_iter().map(|day| Purchase::drawn(&mut chance, goods, now - TimeDelta::days(day.into()))).collect()
}

impl Purchase {
    fn drawn(chance: &mut Chance, goods: usize, day: DateTime<Utc>) -> Self {
        let placed = (day - TimeDelta::minutes(chance.below(600).into())).trunc_subsecs(0);
        let count = u16::try_from(goods).unwrap_or(u16::MAX);
        let piece = |chance: &mut Chance| {
            let quantity = NonZeroU32::MIN.saturating_add(chance.below(3).into());
            (usize::from(chance.below(count)), quantity)
        };
        let pieces = (0..=chance.below(4)).map(|_| piece(chance)).collect();
        let tail: String = (0..8).map(|_| chance.one_of('7', &ALPHABET)).collect();
        let number = format!("PT-{}-{tail}", placed.format("%y%m%d"));
        Self { number, placed, end: End::drawn(chance, placed), pieces }
    }

    pub(in crate::seed) fn status(&self) -> OrderStatus {
        match self.end {
            End::Delivered { .. } => OrderStatus::Delivered,
            End::Cancelled { .. } => OrderStatus::Cancelled,
        }
    }

    pub(in crate::seed) fn payment_status(&self) -> PaymentStatus {
        match self.end {
            End::Delivered { .. } => PaymentStatus::Paid,
            End::Cancelled { .. } => PaymentStatus::Pending,
        }
    }

    /// When it ended.
    pub(in crate::seed) fn over(&self) -> DateTime<Utc> {
        match self.end {
            End::Delivered { at, .. } | End::Cancelled { at, .. } => at,
        }
    }

    /// Every step that it took, as the services would have written it.
    pub(in crate::seed) fn history(&self) -> Vec<Entry> {
        let mut walk = Walk { entries: Vec::new(), status: OrderStatus::Pending, payment: PaymentStatus::Pending };
        walk.begin(self.placed);
        walk.step(Step::Confirm, ("system", Some("cash on delivery")), self.placed);
        match self.end {
            End::Delivered { packed, sent, at } => {
                walk.step(Step::Process, ("system", None), packed);
                walk.step(Step::Ship, ("system", None), sent);
                walk.step(Step::Deliver, ("system", None), at);
                walk.pay(at);
            }
            End::Cancelled { at, reason } => walk.step(Step::Cancel, ("customer", Some(reason)), at),
        }
        walk.entries
    }
}

impl End {
    fn drawn(chance: &mut Chance, placed: DateTime<Utc>) -> Self {
        if chance.below(CANCELLED) == 0 {
            let (at, reason) = (later(chance, placed, 4), chance.one_of("Ordered by mistake", &REASONS));
            return Self::Cancelled { at, reason };
        }
        let packed = later(chance, placed, 20);
        let sent = later(chance, packed, 24);
        Self::Delivered { packed, sent, at: later(chance, sent, 96) }
    }
}

/// At most so many hours after `from`, and not at once.
fn later(chance: &mut Chance, from: DateTime<Utc>, hours: u16) -> DateTime<Utc> {
    from + TimeDelta::minutes((chance.below(hours * 60) + 20).into())
}

/// The history of an order while it is being told.
struct Walk {
    entries: Vec<Entry>,
    status: OrderStatus,
    payment: PaymentStatus,
}

impl Walk {
    fn begin(&mut self, at: DateTime<Utc>) {
        let begin = |field| Entry { field, old: None, new: "pending", by: "customer", reason: None, at };
        self.entries.extend(["status", "payment_status"].map(begin));
    }

    /// A step that cannot be taken is not told.
    fn step(&mut self, step: Step, (by, reason): (&'static str, Option<&'static str>), at: DateTime<Utc>) {
        let Some(next) = self.status.after(step) else { return };
        let (old, new) = (Some(self.status.as_str()), next.as_str());
        self.entries.push(Entry { field: "status", old, new, by, reason, at });
        self.status = next;
    }

    fn pay(&mut self, at: DateTime<Utc>) {
        let Some(next) = self.payment.after(PaymentStep::Pay) else { return };
        let (old, new, reason) = (Some(self.payment.as_str()), next.as_str(), Some("cash collected"));
        self.entries.push(Entry { field: "payment_status", old, new, by: "system", reason, at });
        self.payment = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Purchase> {
        let now = testing::noon();
        (1..=60).flat_map(|customer| purchases(customer, 100, now)).collect()
    }

    #[test]
    fn orders_are_over_by_now_and_their_history_says_how() {
        let now = testing::noon();
        let all = all();
        for purchase in &all {
            assert!(now - TimeDelta::days(182) < purchase.placed && purchase.over() < now, "{purchase:?}");
            assert!((1..=4).contains(&purchase.pieces.len()));
            let history = purchase.history();
            assert!(history.is_sorted_by_key(|entry| entry.at), "{history:?}");
            let last = |field| history.iter().rfind(|entry| entry.field == field).unwrap().new;
            assert_eq!(last("status"), purchase.status().as_str());
            assert_eq!(last("payment_status"), purchase.payment_status().as_str());
        }
        let cancelled = all.iter().filter(|purchase| purchase.status() == OrderStatus::Cancelled).count();
        assert!((1..all.len() / 3).contains(&cancelled), "{cancelled} of {}", all.len());
        let numbers: std::collections::BTreeSet<_> = all.iter().map(|purchase| &purchase.number).collect();
        assert_eq!(numbers.len(), all.len());
    }
}
