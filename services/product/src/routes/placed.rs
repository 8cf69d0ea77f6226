//! A page where it was looked for, or the word that it has moved.

use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::slugs::Slug;

/// What is under an address that ends in a slug.
pub(super) enum Placed<T> {
    /// The page.
    Here(T),
    /// 301: the page is at this address now.
    Moved(String),
}

impl<T> Placed<T> {
    /// Beside `uri`, under another slug.
    pub(super) fn moved(uri: &Uri, slug: &Slug) -> Self {
        let beside = uri.path().trim_end_matches('/').rsplit_once('/').map_or("", |(beside, _)| beside);
        Self::Moved(format!("{beside}/{}", slug.as_str()))
    }
}

impl<T: IntoResponse> IntoResponse for Placed<T> {
    fn into_response(self) -> Response {
        match self {
            Self::Here(page) => page.into_response(),
            Self::Moved(to) => (StatusCode::MOVED_PERMANENTLY, [(LOCATION, to)]).into_response(),
        }
    }
}
