//! Who asks and when, out of a request.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use kernel::UserId;
use shared::identity::CurrentUser;
use shared::web::{Error, Now, Result};

/// Somebody who signed in, at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker {
    pub(super) user: UserId,
    pub(super) now: DateTime<Utc>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let user = CurrentUser::from_request_parts(parts, state).await?;
        let Now(now) = Now::from_request_parts(parts, state).await?;
        Ok(Self { user: user.id, now })
    }
}
