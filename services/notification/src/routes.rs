//! The table of routes.

mod logs;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// Every route of this service.
pub(crate) fn table() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().nest("/api/v1/notifications/logs", logs::router())
}
