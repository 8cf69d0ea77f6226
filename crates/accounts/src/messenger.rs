//! Has codes and links sent, as many in an hour as the shop allows.

use chrono::{DateTime, Utc};
use shared::Ground;
use shared::config::ServiceName;
use shared::settings::Settings;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use uuid::Uuid;

use crate::proofs::{self, ProofKeys, Purpose, Wanted};
use crate::quotas::{self, Quota};

/// Has codes and links sent in the name of a service. Clones share everything.
#[derive(Clone, Debug)]
pub struct Messenger {
    producer: ServiceName,
    settings: Settings,
    keys: ProofKeys,
}

impl Messenger {
    /// The messenger of the service that stands on `ground`.
    pub fn new(ground: &Ground) -> Self {
        let keys = ProofKeys::new(&ground.config.jwt);
        Self { producer: ground.config.service, settings: ground.settings.clone(), keys }
    }

    /// By what codes and links are known again.
    pub fn keys(&self) -> &ProofKeys {
        &self.keys
    }

    /// Counts one more that `who` asks for, unless there were as many as the shop allows in an hour.
    pub async fn quota(&self, conn: &mut MySqlConnection, who: (Purpose, &str), now: DateTime<Utc>) -> Result<Quota> {
        let limit = self.settings.read(conn).await?.whole("rate_limit_codes_per_hour")?;
        Ok(quotas::take(conn, &self.keys, who, limit, now).await?)
    }

    /// The same, where whoever asks is told.
    ///
    /// # Errors
    /// 429 when there were as many.
    pub async fn spend(&self, conn: &mut MySqlConnection, who: (Purpose, &str), now: DateTime<Utc>) -> Result<()> {
        match self.quota(conn, who, now).await? {
            Quota::Granted => Ok(()),
            Quota::Spent(wait) => Err(Error::RateLimited { retry_after: wait.to_std().unwrap_or_default() }),
        }
    }

    /// Has a code or a link sent when the caller's transaction commits, as [`proofs::send`] does; its name.
    pub async fn send(&self, conn: &mut MySqlConnection, wanted: Wanted<'_>, now: DateTime<Utc>) -> Result<Uuid> {
        Ok(proofs::send(conn, &self.keys, wanted, self.producer, now).await?)
    }
}
