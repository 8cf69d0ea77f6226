//! The payment service through its own router.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod acts;
mod anyway;
mod between;
mod collected;
mod counter;
mod cuts;
mod events;
mod hooks;
mod initiate;
mod methods;
mod online;
mod polling;
mod refunding;
mod shop;
mod strays;
mod switching;
mod transactions;
mod trouble;
mod verifying;
mod ways;

use shop::Shop;
