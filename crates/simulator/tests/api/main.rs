//! The simulator over HTTP, as shops and tests use it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod authentication;
mod checkout;
mod command;
mod faults;
mod ledger;
mod lifecycle;
mod lists;
mod orders;
mod page;
mod payments;
mod receiver;
mod refunds;
mod sdk;
mod shop;
mod webhook_faults;
mod webhooks;
