//! Redis, the only user of the `redis` crate. Losing it changes latency and nothing else.

pub mod answers;
mod throttle;

use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo, RedisResult};
use secrecy::ExposeSecret;

use crate::config;

pub(crate) use self::throttle::Throttle;
pub use answers::{Answers, Kept, Loaded, Scope};

/// A handle on Redis that starts without it and finds it again by itself.
#[derive(Clone)]
pub struct Cache {
    connection: ConnectionManager,
    /// What the name of every key begins with.
    namespace: String,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cache")
    }
}

impl Cache {
    /// A handle that connects when it is first used.
    ///
    /// # Errors
    /// When the configuration names no address at all; an absent server is no error.
    pub fn connect_lazily(config: &config::Redis) -> RedisResult<Self> {
        let settings = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_millis(500)))
            .set_response_timeout(Some(Duration::from_millis(500)))
            .set_number_of_retries(1);
        let client = Client::open(address(config)?)?;
        let connection = ConnectionManager::new_lazy_with_config(client, settings)?;
        Ok(Self { connection, namespace: config.namespace.clone() })
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> RedisResult<()> {
        let mut connection = self.connection.clone();
        redis::cmd("PING").query_async(&mut connection).await
    }
}

fn address(config: &config::Redis) -> RedisResult<redis::ConnectionInfo> {
    let mut login = RedisConnectionInfo::default();
    if let Some(password) = &config.password {
        login = login.set_password(password.expose_secret());
    }
    let address = ConnectionAddr::Tcp(config.host.clone(), config.port);
    Ok(address.into_connection_info()?.set_redis_settings(login))
}
