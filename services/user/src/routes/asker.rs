//! Who asks and when, out of a request, and which revision of something they have seen.

use axum::extract::FromRequestParts;
use axum::http::header::IF_MATCH;
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

/// The revision that `If-Match` names; nothing if the client does not mind.
#[derive(Clone, Copy, Debug)]
pub(super) struct IfMatch(pub(super) Option<u64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let Some(header) = parts.headers.get(IF_MATCH) else { return Ok(Self(None)) };
        let text = header.to_str().unwrap_or_default().trim();
        let number = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
        match (text, number.parse()) {
            ("*", _) => Ok(Self(None)),
            (_, Ok(revision)) => Ok(Self(Some(revision))),
            (_, Err(_)) => Err(Error::invalid("If-Match", "must be a revision, such as \"3\"")),
        }
    }
}
