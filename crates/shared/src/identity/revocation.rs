//! Which log-ins have ended while their access tokens would still be good.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::MySqlConnection;
use uuid::Uuid;

use super::store;

/// Longer than an access token lives, skew included.
const MEMORY: TimeDelta = TimeDelta::minutes(65);

/// The ended log-ins of the last hour, kept by every replica so that a token costs no query.
#[derive(Debug, Default)]
pub struct Revocations(RwLock<HashSet<Uuid>>);

impl Revocations {
    /// Whether the log-in `session` has ended.
    pub fn contains(&self, session: Uuid) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&session)
    }

    /// Reads all of them anew.
    pub(crate) async fn reload(&self, conn: &mut MySqlConnection, now: DateTime<Utc>) -> sqlx::Result<()> {
        let ended = store::list_revoked(conn, now - MEMORY).await?.into_iter().collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = ended;
        Ok(())
    }

    /// The change log said that a log-in ended.
    pub(crate) fn add(&self, session: &str) {
        match session.parse() {
            Ok(session) => drop(self.0.write().unwrap_or_else(PoisonError::into_inner).insert(session)),
            Err(error) => tracing::error!(exception = %error, "the change log names no session"),
        }
    }
}
