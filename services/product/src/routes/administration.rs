//! What only the shop's staff may ask for.

pub(super) mod attributes;
pub(super) mod brands;
pub(super) mod categories;
mod images;
pub(super) mod products;
mod seen;
mod stock;
mod target;
pub(super) mod variations;

use axum::http::HeaderName;
use axum::http::header::ETAG;
use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// What fills the shelves; nothing of it is kept.
pub(super) fn table() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().nest("/api/v1/products/admin", stock::router().merge(images::router()))
}

/// An answer with the revision that it shows, for `If-Match`.
pub(super) type Revised<T> = ([(HeaderName, String); 1], T);

/// `answer`, which shows this revision.
pub(super) fn revised<T>(revision: u64, answer: T) -> Revised<T> {
    ([(ETAG, format!("\"{revision}\""))], answer)
}
