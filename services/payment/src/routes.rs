//! The table of routes.

mod payments;
mod transactions;
mod webhooks;

use utoipa_axum::router::OpenApiRouter;

use crate::state::Till;

/// What answers while the shop is closed: money that moved then is heard of.
pub(crate) const OPEN: &[&str] = &["/api/v1/payments/webhook/razorpay", "/api/v1/payments/webhook/stripe"];

/// Every route of this service.
pub(crate) fn table() -> OpenApiRouter<Till> {
    let all = payments::router().merge(transactions::router()).merge(webhooks::router());
    OpenApiRouter::new().nest("/api/v1/payments", all)
}
