//! A database connection for a handler that only reads.

use std::ops::{Deref, DerefMut};

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use sqlx::pool::PoolConnection;
use sqlx::{MySql, MySqlConnection, MySqlPool};

use crate::web::{Error, Result};

/// A connection from the service's pool, for reads without a body: the last of a handler's parameters, so that nobody
/// holds one whose request is refused. A write goes through a use case instead, because only that may begin.
#[derive(Debug)]
pub struct Conn(PoolConnection<MySql>);

impl<S: Send + Sync> FromRequestParts<S> for Conn
where
    MySqlPool: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, state: &S) -> Result<Self> {
        Ok(Self(MySqlPool::from_ref(state).acquire().await?))
    }
}

impl Deref for Conn {
    type Target = MySqlConnection;

    fn deref(&self) -> &MySqlConnection {
        &self.0
    }
}

impl DerefMut for Conn {
    fn deref_mut(&mut self) -> &mut MySqlConnection {
        &mut self.0
    }
}
