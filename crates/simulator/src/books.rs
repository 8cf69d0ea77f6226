//! Everything that the simulator knows, behind its one lock.

mod ledger;
mod shelf;

pub(crate) use self::ledger::{Entry, Kind, Ledger};
pub(crate) use self::shelf::Shelf;

use crate::faults::Faults;
use crate::orders::Order;
use crate::payments::Payment;
use crate::refunds::{Keys, Refund};
use crate::settings::{Account, Settings};
use crate::traffic::Traffic;
use crate::webhooks::Post;

/// The state of the account.
#[derive(Debug)]
pub(crate) struct Books {
    pub(crate) account: Account,
    pub(crate) orders: Shelf<Order>,
    pub(crate) payments: Shelf<Payment>,
    pub(crate) refunds: Shelf<Refund>,
    pub(crate) refund_keys: Keys,
    pub(crate) ledger: Ledger,
    pub(crate) post: Post,
    pub(crate) faults: Faults,
    pub(crate) traffic: Traffic,
}

impl Books {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            account: settings.account,
            orders: Shelf::new("order_"),
            payments: Shelf::new("pay_"),
            refunds: Shelf::new("rfnd_"),
            refund_keys: Keys::default(),
            ledger: Ledger::default(),
            post: Post::new(settings.webhook_url.clone(), settings.webhook_secret.clone()),
            faults: Faults::default(),
            traffic: Traffic::default(),
        }
    }
}
