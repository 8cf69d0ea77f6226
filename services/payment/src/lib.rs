//! Payments: what is to be paid for an order, and what has been. Port 8005.
//!
//! - [`routes`] the table of routes, and HTTP
//! - [`tenders`] the use cases: cash on delivery is opened, collected, called off
//! - [`methods`] how an order may be paid
//! - [`orders`] what of an order a payment depends on; read here, written by the order service
//! - `store` the SQL
//!
//! **Invariants**
//! - An order has at most one tender of cash on delivery, over the order's total.
//! - Whoever opens or collects a tender holds the order's row: it is not being cancelled at the same moment.
//! - The order learns of its money by an event, written in the transaction of the capture, once.

pub mod methods;
pub mod orders;
pub mod routes;
mod state;
mod store;
pub mod tenders;

use std::sync::Arc;

use commerce::listeners;
use shared::Ground;
use shared::web::Service;

/// The payment service on `ground`.
pub fn build(ground: &Arc<Ground>) -> Service {
    Service::new(routes::table().with_state(state::AppState::new(ground)))
        .consumer(tenders::consumer(ground))
        .emits_to(listeners::ALL)
}
