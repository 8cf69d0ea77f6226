//! Everything that a service stands on, in one place, made from its configuration.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{MySqlConnection, MySqlPool};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::audit::Notary;
use crate::cache::{Answers, Cache};
use crate::changes::{Change, Follower, News, Topic};
use crate::clock::Clock;
use crate::config::Config;
use crate::database;
use crate::identity::{Permissions, Revocations, TokenKeys};
use crate::limits::Limiter;
use crate::messaging::Broker;
use crate::sealing::Sealer;
use crate::settings::Settings;
use crate::telemetry::Metrics;

/// How long a look at the change log may take.
const LOOK: Duration = Duration::from_secs(4);

/// What every service has. Nothing in it has to be reachable for a service to start.
#[derive(Debug)]
pub struct Ground {
    /// What the environment decided.
    pub config: Config,
    /// The pool, under the services' account.
    pub database: MySqlPool,
    /// Redis.
    pub cache: Cache,
    /// Answers that everybody may see, kept ready.
    pub answers: Answers,
    /// RabbitMQ.
    pub broker: Broker,
    /// Keys of access tokens.
    pub tokens: TokenKeys,
    /// Log-ins that have ended.
    pub revocations: Revocations,
    /// Seals what rests in the database and nobody may read there.
    pub sealer: Sealer,
    /// Adds to the audit log.
    pub notary: Notary,
    /// What users may do.
    pub permissions: Permissions,
    /// How much one caller gets in a while.
    pub limits: Limiter,
    /// Run-time settings.
    pub settings: Settings,
    /// This replica's place in the change log.
    pub changes: Follower,
    /// Rung when a request may have left work for the tasks, such as an event in the outbox.
    pub bell: Arc<Notify>,
    /// What operators count.
    pub metrics: Metrics,
    /// What time it is.
    pub clock: Clock,
    /// Cancelled when the process was told to stop.
    pub stopping: CancellationToken,
}

impl Ground {
    /// Prepares everything and connects to nothing yet.
    ///
    /// # Errors
    /// When the configuration names what cannot exist, such as a Redis without a host.
    pub fn new(config: Config, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let sealer = Sealer::new(&config.secrets)?;
        let cache = Cache::connect_lazily(&config.redis)?;
        Ok(Arc::new(Self {
            database: database::connect_lazily(&config.database),
            limits: Limiter::new(cache.clone(), clock.clone()),
            answers: Answers::new(&cache, &config.database.name),
            cache,
            broker: Broker::connect_lazily(&config.rabbitmq),
            tokens: TokenKeys::new(&config.jwt)?,
            revocations: Revocations::default(),
            sealer: sealer.clone(),
            notary: Notary::new(&config.secrets),
            permissions: Permissions::default(),
            settings: Settings::new(sealer),
            changes: Follower::default(),
            bell: Arc::default(),
            metrics: Metrics::new()?,
            clock,
            stopping: CancellationToken::new(),
            config,
        }))
    }

    /// Hears what changed on any replica of any service since the last time.
    ///
    /// # Errors
    /// When the database does not answer; nothing is lost, the next time tells it again.
    pub async fn catch_up(&self) -> sqlx::Result<()> {
        let looking = async {
            self.changes.catch_up(&self.database, |news| self.hear(news)).await?;
            self.learn_limits().await
        };
        let looked = tokio::time::timeout(LOOK, looking).await;
        looked.unwrap_or_else(|elapsed| Err(std::io::Error::new(std::io::ErrorKind::TimedOut, elapsed).into()))
    }

    /// Hears what changed unless that has just been done; how long a request waits for it is bounded.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub(crate) async fn become_current(&self) -> anyhow::Result<()> {
        let looking = self.changes.become_current(&self.database, |news| self.hear(news));
        Ok(tokio::time::timeout(LOOK, looking).await??)
    }

    async fn hear(&self, news: News) -> sqlx::Result<()> {
        match news {
            News::Everything => self.start_over(&mut *self.database.acquire().await?).await,
            News::Changes(changes) => {
                for change in &changes {
                    self.heed(change);
                }
                if changes.iter().any(|change| change.topic == Topic::SettingsChanged) {
                    self.settings.read(&mut *self.database.acquire().await?).await?;
                }
                Ok(())
            }
        }
    }

    /// Read here and not when a request is counted, which costs no query.
    async fn learn_limits(&self) -> sqlx::Result<()> {
        let Some(changes) = self.limits.outdated() else { return Ok(()) };
        let values = self.settings.read(&mut *self.database.acquire().await?).await?;
        self.limits.learn(&values, changes);
        Ok(())
    }

    async fn start_over(&self, conn: &mut MySqlConnection) -> sqlx::Result<()> {
        self.forget_settings();
        self.answers.forget_all();
        self.settings.read(conn).await?;
        self.permissions.forget_all();
        self.revocations.reload(conn, self.clock.now()).await
    }

    fn forget_settings(&self) {
        self.settings.forget();
        self.limits.set_outdated();
    }

    fn heed(&self, change: &Change) {
        match change.topic {
            Topic::SessionRevoked => self.revocations.add(&change.subject),
            Topic::SettingsChanged => self.forget_settings(),
            Topic::RolesChanged => self.permissions.forget(&change.subject),
            Topic::CatalogueChanged => match change.subject.strip_prefix("product:").map(str::parse) {
                Some(Ok(product)) => self.answers.forget(product),
                _ => self.answers.forget_all(),
            },
        }
    }
}
