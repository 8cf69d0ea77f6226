//! The table of routes.

mod cart;
mod password;
mod profile;
mod visit;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// Every route of this service.
pub(crate) fn table() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().nest("/api/v1/users", profile::router().merge(password::router()).merge(cart::router()))
}
