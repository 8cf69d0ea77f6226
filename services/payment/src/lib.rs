//! Payments: what is to be paid for an order, and what has been. Port 8005.
//!
//! - [`routes`] the table of routes, and HTTP
//! - [`tenders`] attempts to pay: online through the gateway, or in cash on delivery
//! - `webhooks` what the gateway tells by itself; [`refunds`] money that goes back
//! - [`methods`] how an order may be paid; `gateway` what its silence means
//! - [`orders`] what of an order a payment depends on; read here, written by the order service
//! - `store` the SQL
//!
//! **Invariants**
//! - An order has at most one attempt that is open, over the order's total.
//! - The gateway is asked outside of transactions. What it was asked for is written down before, under a name of our own by which
//!   it is found again; what is not known is looked at, never asked for twice.
//! - Callback, webhook and poller say where to look. The gateway's own record moves an attempt, in one place: `settle`.
//! - What came once too often, or in a wrong amount, goes back. Never more goes back than came.
//! - Whoever opens or collects a tender holds the order's row: it is not being cancelled at the same moment.
//! - The order learns of its money by an event, written in the transaction of the capture, once.

mod gateway;
pub mod methods;
pub mod orders;
pub mod refunds;
pub mod routes;
mod state;
mod store;
pub mod tenders;
mod webhooks;

use std::sync::Arc;

use commerce::listeners;
use shared::Ground;
use shared::web::Service;

use crate::state::Till;

/// The payment service on `ground`.
pub fn build(ground: &Arc<Ground>) -> Service {
    let till = Till::new(ground);
    Service::new(routes::table().with_state(till.clone()))
        .consumer(tenders::consumer(ground))
        .consumer(refunds::consumer(till.clone()))
        .task(webhooks::processing(till.clone()))
        .task(tenders::poll(till.clone()))
        .task(refunds::sending(till))
        .emits_to(listeners::ALL)
        .stays_open(routes::OPEN)
}
