//! The instant at which a request arrived.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};

use crate::web::{Error, Result};

/// When the request arrived, UTC: the `now` of everything that it does.
#[derive(Clone, Copy, Debug)]
pub struct Now(pub DateTime<Utc>);

impl<S: Send + Sync> FromRequestParts<S> for Now {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let now = parts.extensions.get::<Self>().copied();
        now.ok_or_else(|| Error::Internal(anyhow::anyhow!("the request did not pass `observe`")))
    }
}
