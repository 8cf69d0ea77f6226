//! The table of routes.

mod audit_log;
mod me;
mod registration;
mod roles;
mod sessions;
mod settings;
mod tokens;
mod visitor;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// What answers while the shop is closed, so that those who can open it get in.
pub(crate) const OPEN: &[&str] =
    &["/api/v1/auth/login", "/api/v1/auth/login/mfa", "/api/v1/auth/refresh", "/api/v1/auth/frontend-settings"];

/// Every route of this service.
pub(crate) fn table() -> OpenApiRouter<AppState> {
    let auth = registration::router().merge(sessions::router()).merge(me::router());
    let administration = roles::router().merge(settings::router()).merge(audit_log::router());
    OpenApiRouter::new().nest("/api/v1/auth", auth.merge(administration))
}
