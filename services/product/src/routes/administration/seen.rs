//! Reads out of a request who changes something, and of which revision.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use shared::audit::By;
use shared::identity::Permission;
use shared::web::{Error, IfMatch, Result};
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
