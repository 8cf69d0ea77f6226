//! The journal of what happened to money: only ever added to, and kept apart from the entities it is compared with.

use serde::Serialize;
use serde_json::{Value, json};

/// Everything that happened, in its order.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    /// Seconds since 1970.
    pub(crate) at: i64,
    pub(crate) kind: Kind,
    pub(crate) order_id: String,
    pub(crate) payment_id: Option<String>,
    pub(crate) refund_id: Option<String>,
    /// In paise.
    pub(crate) amount: u64,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// An order was made.
    Order,
    /// Somebody began to pay.
    Attempt,
    /// The bank promised the money.
    Authorization,
    /// The bank or the customer declined.
    Failure,
    /// The money was taken.
    Capture,
    /// A refund was asked for and accepted.
    Refund,
    /// The money went back.
    RefundProcessed,
    /// The money did not go back.
    RefundFailed,
    /// A promise ended without money being taken.
    Reversal,
}

impl Ledger {
    pub(crate) fn note(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The entries of one kind.
    pub(crate) fn of(&self, kind: Kind) -> Vec<&Entry> {
        self.entries.iter().filter(|entry| entry.kind == kind).collect()
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How much of each kind, in paise. `balance` is what the shop has: captured − refunded − about to be refunded.
    pub(crate) fn sums(&self) -> Value {
        let sum = |kind| self.of(kind).iter().map(|entry| entry.amount).sum::<u64>();
        let (captured, asked) = (sum(Kind::Capture), sum(Kind::Refund));
        let (refunded, failed) = (sum(Kind::RefundProcessed), sum(Kind::RefundFailed));
        json!({
            "ordered": sum(Kind::Order),
            "attempted": sum(Kind::Attempt),
            "authorized": sum(Kind::Authorization),
            "failed": sum(Kind::Failure),
            "captured": captured,
            "refunds_requested": asked,
            "refunded": refunded,
            "refunds_failed": failed,
            "refunds_pending": asked.saturating_sub(refunded + failed),
            "reversed": sum(Kind::Reversal),
            "balance": i128::from(captured) + i128::from(failed) - i128::from(asked),
        })
    }
}
