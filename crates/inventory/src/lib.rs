//! The only code that writes stock.
//!
//! - [`open`] the first stock of a product, [`open_all`] of many, [`open_variation`] of a variation
//! - [`take`] what an order needs, all of it or a list of what is short; [`Taken::hold`] makes it the order's
//! - [`correct`] what the shop's staff found to be so
//! - [`keep`], [`sell`], [`release`] what becomes of it; [`list_expired`] which orders kept it too long
//!
//! **Invariants**
//! - Every change of `products.stock_quantity` is a row of `stock_movements` in the same transaction: Σ movements = stock.
//! - What is sold by variation has the stock of its variations: Σ `product_variations.stock_quantity` = the product's, and
//!   Σ movements of a variation = its own. Both change in one transaction, the product first; `stock_after` is the product's.
//! - `products.backordered_quantity` is what the holds that have not ended owe.
//! - A hold ends exactly once, whoever else tries at the same moment.
//! - Check and take are one statement. Products are locked in the order of their ids, then variations in the order of
//!   theirs, and before any row that refers to them is written, so that two orders queue and do not deadlock.
//! - Nothing here begins a transaction: the caller's commits it all, or none of it.

mod correcting;
mod holds;
mod opening;
mod store;
mod taking;

pub use correcting::{Cause, Change, Corrected, Correction, Level, MovementKind, correct};
pub use holds::{Return, keep, list_expired, release, sell};
pub use opening::{Opening, open, open_all, open_variation};
pub use taking::{Demand, Shortage, Take, Taken, take};
