//! `/api/v1/products/admin`

mod images;
mod revised;
mod stock;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// What the shop's staff asks and changes; nothing of it is kept.
pub(super) fn table() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().nest("/api/v1/products/admin", stock::router().merge(images::router()))
}
