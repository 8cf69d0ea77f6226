//! The table of routes.

mod brands;
mod categories;
mod products;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// Every route of this service. Categories and brands also answer under the products' prefix.
pub(crate) fn table() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .nest("/api/v1/products", products::router())
        .nest("/api/v1/products/categories", categories::router())
        .nest("/api/v1/products/brands", brands::router())
        .nest("/api/v1/categories", categories::router())
        .nest("/api/v1/brands", brands::router())
}
