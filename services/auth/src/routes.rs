//! The table of routes.

mod audit_log;
mod codes;
mod devices;
mod done;
mod me;
mod mfa;
mod recovery;
mod registration;
mod roles;
mod sessions;
mod settings;
mod tokens;
mod verification;
mod visitor;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// What answers while the shop is closed, so that those who can open it get in.
pub(crate) const OPEN: &[&str] =
    &["/api/v1/auth/login", "/api/v1/auth/login/mfa", "/api/v1/auth/refresh", "/api/v1/auth/frontend-settings"];

/// Every route of this service.
pub(crate) fn table() -> OpenApiRouter<AppState> {
    let auth = registration::router().merge(sessions::router()).merge(me::router());
    let proofs = codes::router().merge(recovery::router()).merge(verification::router());
    let log_ins = devices::router().merge(mfa::router());
    let administration = roles::router().merge(settings::router()).merge(audit_log::router());
    OpenApiRouter::new().nest("/api/v1/auth", auth.merge(proofs).merge(log_ins).merge(administration))
}
