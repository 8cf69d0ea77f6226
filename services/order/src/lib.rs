//! Orders and their documents. Port 8003.
//!
//! - [`routes`] the table of routes, and HTTP
//! - [`orders`] the use cases: place, read, cancel, expire, mark as paid, as not paid this time, as paid back
//! - `consumers` what other services' events lead to
//! - `store` the SQL
//!
//! **Invariants**
//! - An order, its lines, its hold on stock, its history and its events are one transaction.
//! - Locks are taken in the order cart, order, products by id, customer, so that two orders queue and never deadlock.
//! - What waits for its payment is bounded: per customer in number, per order in time.
//! - An order is never deleted, and its lines are never changed.

mod consumers;
pub mod orders;
pub mod routes;
mod state;
mod store;

use std::sync::Arc;

use commerce::listeners;
use shared::Ground;
use shared::web::Service;

use crate::state::Shop;

/// The order service on `ground`.
pub fn build(ground: &Arc<Ground>) -> Service {
    let shop = Shop::new(ground);
    Service::new(routes::table().with_state(shop.clone()))
        .consumer(consumers::payments(shop.clone()))
        .task(orders::expiry(shop))
        .emits_to(listeners::ALL)
}
