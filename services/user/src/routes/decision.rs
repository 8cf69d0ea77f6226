//! What an administrator decided about an account, out of a body or the query.

use axum::body::HttpBody;
use axum::extract::{FromRequest, FromRequestParts, Request};
use serde::Deserialize;
use shared::web::{Error, Query, Result, Valid};
use utoipa::IntoParams;
use validator::Validate;

use crate::people::SetStatus;

/// The status in the query.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct StatusQuery {
    /// Whether they may sign in; instead of a body.
    is_active: Option<bool>,
}

/// What an administrator decided.
pub(super) struct Decision(pub(super) SetStatus);

impl<S: Send + Sync> FromRequest<S> for Decision {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let Query(query) = Query::<StatusQuery>::from_request_parts(&mut parts, state).await?;
        let wanted = match query.is_active {
            Some(is_active) if body.is_end_stream() => SetStatus { is_active },
            _ => Valid::from_request(Request::from_parts(parts, body), state).await?.0,
        };
        Ok(Self(wanted))
    }
}
