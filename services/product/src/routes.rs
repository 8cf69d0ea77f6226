//! The table of routes.

mod administration;
mod brands;
mod categories;
mod kept;
mod lists;
mod placed;
mod products;
mod reviews;
mod transfer;

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
    let staff = OpenApiRouter::new()
        .nest("/api/v1/products", administration::products::changes())
        .nest(
            "/api/v1/products/admin/products",
            administration::products::changes().merge(administration::products::reads()),
        )
        .nest("/api/v1/products/admin/products/{id}/variations", administration::variations::router())
        .nest("/api/v1/products/admin/attributes", administration::attributes::router());
    let shelves = OpenApiRouter::new()
        .nest("/api/v1/products/categories", administration::categories::changes())
        .nest("/api/v1/products/brands", administration::brands::changes())
        .nest("/api/v1/categories", administration::categories::changes())
        .nest("/api/v1/brands", administration::brands::changes())
        .nest("/api/v1/products/admin/categories", administration::categories::reads())
        .nest("/api/v1/products/admin/brands", administration::brands::reads());
    let files = OpenApiRouter::new().nest("/api/v1/products", transfer::router());
    let asked = OpenApiRouter::new().nest("/api/v1/products", products::asked().merge(reviews::asked()));
    kept::around(shown, ground, views)
        .merge(asked)
        .merge(staff)
        .merge(shelves)
        .merge(files)
        .merge(administration::table())
}
