//! The table of routes.

mod brands;
mod categories;
mod kept;
mod lists;
mod products;
mod reviews;

use shared::Ground;
use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;
use crate::views::Views;

/// Every route of this service. Categories and brands also answer under the products' prefix.
pub(crate) fn table(ground: &Ground, views: &Views) -> OpenApiRouter<AppState> {
    let shown = OpenApiRouter::new()
        .nest("/api/v1/products", products::shown().merge(lists::shown()).merge(reviews::shown()))
        .nest("/api/v1/products/categories", categories::router())
        .nest("/api/v1/products/brands", brands::router())
        .nest("/api/v1/categories", categories::router())
        .nest("/api/v1/brands", brands::router());
    let asked = OpenApiRouter::new().nest("/api/v1/products", products::asked().merge(reviews::asked()));
    kept::around(shown, ground, views).merge(asked)
}
