//! Reads out of a request which product or variation it changes, and of which revision.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use commerce::ids::{ProductId, VariationId};
use shared::web::{Error, IfMatch, Path, Result};

use crate::administration::products::Target;
use crate::administration::variations::VariationTarget;

impl<S: Send + Sync> FromRequestParts<S> for Target {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Path(id) = Path::<ProductId>::from_request_parts(parts, state).await?;
        let revision = IfMatch::from_request_parts(parts, state).await?.required()?;
        Ok(Self { id, revision })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for VariationTarget {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Path((product, id)) = Path::<(ProductId, VariationId)>::from_request_parts(parts, state).await?;
        let revision = IfMatch::from_request_parts(parts, state).await?.required()?;
        Ok(Self { product: Target { id: product, revision }, id })
    }
}
