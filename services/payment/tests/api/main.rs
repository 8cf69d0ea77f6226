//! The payment service through its own router.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod collected;
mod events;
mod initiate;
mod methods;
mod shop;
mod transactions;

use shop::Shop;
