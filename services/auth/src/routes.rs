//! The table of routes.

mod codes;
mod done;
mod me;
mod recovery;
mod registration;
mod sessions;
mod tokens;
mod verification;
mod visitor;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// Every route of this service.
pub(crate) fn table() -> OpenApiRouter<AppState> {
    let auth = registration::router().merge(sessions::router()).merge(me::router());
    let auth = auth.merge(codes::router()).merge(recovery::router()).merge(verification::router());
    OpenApiRouter::new().nest("/api/v1/auth", auth)
}
