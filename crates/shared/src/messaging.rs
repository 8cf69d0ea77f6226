//! RabbitMQ, the only user of the `lapin` crate. Losing it delays messages and nothing else.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use lapin::uri::{AMQPAuthority, AMQPUri, AMQPUserInfo};
use lapin::{Connection, ConnectionProperties};
use secrecy::ExposeSecret;
use tokio::sync::Mutex;

use crate::config;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A handle on RabbitMQ that starts without it and connects again when asked.
#[derive(Clone, Debug)]
pub struct Broker {
    address: Arc<AMQPUri>,
    connection: Arc<Mutex<Option<Connection>>>,
}

impl Broker {
    /// A handle that connects when it is first used.
    pub fn connect_lazily(config: &config::RabbitMq) -> Self {
        let userinfo =
            AMQPUserInfo { username: config.user.clone(), password: config.password.expose_secret().to_owned() };
        let authority = AMQPAuthority { userinfo, host: config.host.clone(), port: config.port };
        let address = AMQPUri { authority, vhost: "/".to_owned(), ..AMQPUri::default() };
        Self { address: Arc::new(address), connection: Arc::default() }
    }

    /// Whether the broker holds a connection with us, opening one if there is none.
    ///
    /// # Errors
    /// When it does not answer within two seconds.
    pub async fn ping(&self) -> anyhow::Result<()> {
        let mut connection = self.connection.lock().await;
        if !connection.as_ref().is_some_and(|open| open.status().connected()) {
            *connection = Some(self.connect().await?);
        }
        Ok(())
    }

    async fn connect(&self) -> anyhow::Result<Connection> {
        let attempt = Connection::connect_uri((*self.address).clone(), ConnectionProperties::default());
        tokio::time::timeout(CONNECT_TIMEOUT, attempt).await.context("no answer from RabbitMQ")?.map_err(Into::into)
    }
}
