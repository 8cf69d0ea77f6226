//! How a handler says who may call it.

use std::marker::PhantomData;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use kernel::UserId;
use sqlx::MySqlPool;
use uuid::Uuid;

use super::{Caller, Permission, Permissions};
use crate::web::{Error, Result};

/// Somebody who signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentUser {
    /// Who.
    pub id: UserId,
    /// The log-in that the token belongs to.
    pub session: Uuid,
}

impl CurrentUser {
    fn of(parts: &Parts) -> Result<Option<Self>> {
        match parts.extensions.get::<Caller>() {
            None | Some(Caller::Anonymous) => Ok(None),
            Some(Caller::Refused(refusal)) => Err(Error::TokenRefused(*refusal)),
            Some(Caller::Unproven) => Err(Error::unavailable(anyhow::anyhow!("which log-ins ended is not known yet"))),
            Some(Caller::Known(claims)) => Ok(claims.user().map(|id| Self { id, session: claims.sid })),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Self::of(parts)?.ok_or(Error::Unauthenticated)
    }
}

/// Somebody, signed in or not; a token that proves nothing is refused all the same.
#[derive(Clone, Copy, Debug)]
pub struct MaybeUser(pub Option<CurrentUser>);

impl<S: Send + Sync> FromRequestParts<S> for MaybeUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        CurrentUser::of(parts).map(Self)
    }
}

/// Somebody who signed in and may do `P`.
#[derive(Clone, Copy, Debug)]
pub struct Allow<P> {
    /// Who.
    pub user: CurrentUser,
    permission: PhantomData<P>,
}

impl<S: Send + Sync, P: Permission> FromRequestParts<S> for Allow<P>
where
    MySqlPool: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let user = CurrentUser::from_request_parts(parts, state).await?;
        let kept = parts.extensions.get::<Permissions>();
        let kept = kept.ok_or_else(|| Error::Internal(anyhow::anyhow!("the request did not pass `observe`")))?;
        let is_allowed = kept.holds(&MySqlPool::from_ref(state), user.id, P::NAME).await?;
        if is_allowed { Ok(Self { user, permission: PhantomData }) } else { Err(Error::Forbidden) }
    }
}
