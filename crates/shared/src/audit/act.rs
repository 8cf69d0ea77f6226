//! Reads out of a request who acts, as handlers of the administration ask for it.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};

use super::Actor;
use crate::identity::{Allow, CurrentUser, Permission};
use crate::web::{Device, Error, Now, RequestId, Result};

/// Somebody who may do `P`, with all that the audit log wants to know about their request.
#[derive(Clone, Debug)]
pub struct By<P> {
    /// Who.
    pub user: CurrentUser,
    /// The same, for the log.
    pub actor: Actor,
    /// When the request arrived.
    pub now: DateTime<Utc>,
    permission: PhantomData<P>,
}

impl<S: Send + Sync, P: Permission> FromRequestParts<S> for By<P>
where
    sqlx::MySqlPool: axum::extract::FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let user = Allow::<P>::from_request_parts(parts, state).await?.user;
        let Now(now) = Now::from_request_parts(parts, state).await?;
        let address = match Device::from_request_parts(parts, state).await {
            Ok(device) => device.address,
            Err(never) => match never {},
        };
        let request = parts.extensions.get::<RequestId>().map(|id| id.as_str().to_owned());
        Ok(Self { user, actor: Actor { user: Some(user.id), request, address }, now, permission: PhantomData })
    }
}
