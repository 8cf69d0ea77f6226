//! The table of routes.

mod payments;
mod transactions;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// Every route of this service.
pub(crate) fn table() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().nest("/api/v1/payments", payments::router().merge(transactions::router()))
}
