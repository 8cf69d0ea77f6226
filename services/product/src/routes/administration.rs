//! What only the shop's staff may ask for.

pub(super) mod attributes;
pub(super) mod products;
mod target;
pub(super) mod variations;

use axum::http::HeaderName;
use axum::http::header::ETAG;

/// An answer with the revision that it shows, for `If-Match`.
pub(super) type Revised<T> = ([(HeaderName, String); 1], T);

/// `answer`, which shows this revision.
pub(super) fn revised<T>(revision: u64, answer: T) -> Revised<T> {
    ([(ETAG, format!("\"{revision}\""))], answer)
}
