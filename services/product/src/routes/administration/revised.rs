//! Which revision a change is meant for, and which one there is after it.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderName;
use axum::http::header::ETAG;
use axum::http::request::Parts;
use shared::audit::By;
use shared::identity::Permission;
use shared::web::{Created, Envelope, Error, IfMatch, Result};
use sqlx::MySqlPool;

/// Somebody who may do `P`, and what they have seen.
pub(super) struct Seen<P> {
    pub(super) by: By<P>,
    pub(super) revision: IfMatch,
}

impl<S: Send + Sync, P: Permission> FromRequestParts<S> for Seen<P>
where
    MySqlPool: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let by = By::from_request_parts(parts, state).await?;
        Ok(Self { by, revision: IfMatch::from_request_parts(parts, state).await? })
    }
}

/// `ETag`: the revision in quotes.
type Tag = [(HeaderName, String); 1];

/// An answer with its revision.
pub(super) type Revised<T> = (Tag, Envelope<T>);

/// The same about something new.
pub(super) type RevisedNew<T> = (Tag, Created<T>);

/// `data` has this revision.
pub(super) fn revised<T>(revision: u64, data: T) -> Revised<T> {
    (tag(revision), Envelope::of(data))
}

/// `data` is new, has this revision, and is to be found at `location`.
pub(super) fn revised_new<T>(revision: u64, location: String, data: T) -> RevisedNew<T> {
    (tag(revision), Created::at(location, data))
}

fn tag(revision: u64) -> Tag {
    [(ETAG, format!("\"{revision}\""))]
}
