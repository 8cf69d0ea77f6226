//! The table of routes.

mod orders;

use utoipa_axum::router::OpenApiRouter;

use crate::state::Shop;

/// Every route of this service.
pub(crate) fn table() -> OpenApiRouter<Shop> {
    OpenApiRouter::new().nest("/api/v1/orders", orders::router())
}
