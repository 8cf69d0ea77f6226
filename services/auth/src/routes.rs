//! The table of routes.

mod devices;
mod me;
mod mfa;
mod registration;
mod sessions;
mod tokens;
mod visitor;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// Every route of this service.
pub(crate) fn table() -> OpenApiRouter<AppState> {
    let auth = registration::router()
        .merge(sessions::router())
        .merge(me::router())
        .merge(devices::router())
        .merge(mfa::router());
    OpenApiRouter::new().nest("/api/v1/auth", auth)
}
