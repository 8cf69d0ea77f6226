//! Everything that a service stands on, in one place, made from its configuration.

use std::sync::Arc;

use sqlx::MySqlPool;
use tokio_util::sync::CancellationToken;

use crate::cache::Cache;
use crate::clock::Clock;
use crate::config::Config;
use crate::database;
use crate::identity::TokenKeys;
use crate::messaging::Broker;
use crate::telemetry::Metrics;

/// What every service has. Nothing in it has to be reachable for a service to start.
#[derive(Debug)]
pub struct Ground {
    /// What the environment decided.
    pub config: Config,
    /// The pool, under the services' account.
    pub database: MySqlPool,
    /// Redis.
    pub cache: Cache,
    /// RabbitMQ.
    pub broker: Broker,
    /// Keys of access tokens.
    pub tokens: TokenKeys,
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
        Ok(Arc::new(Self {
            database: database::connect_lazily(&config.database),
            cache: Cache::connect_lazily(&config.redis)?,
            broker: Broker::connect_lazily(&config.rabbitmq),
            tokens: TokenKeys::new(&config.jwt)?,
            metrics: Metrics::new()?,
            clock,
            stopping: CancellationToken::new(),
            config,
        }))
    }
}
