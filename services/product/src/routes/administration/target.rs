//! Reads out of a request which product it changes, and of which revision.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use commerce::ids::ProductId;
use shared::web::{Error, IfMatch, Path, Result};

use crate::administration::products::Target;

impl<S: Send + Sync> FromRequestParts<S> for Target {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Path(id) = Path::<ProductId>::from_request_parts(parts, state).await?;
        let revision = IfMatch::from_request_parts(parts, state).await?.required()?;
        Ok(Self { id, revision })
    }
}
