//! The connection to RabbitMQ, which comes and goes.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPUri, AMQPUserInfo};
use lapin::{Channel, Connection, ConnectionProperties};
use secrecy::ExposeSecret;
use tokio::sync::Mutex;

use crate::config;

/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_millis(1500);
/// A host that falls silent is noticed after two of these, in seconds.
const HEARTBEAT: u16 = 5;
/// AMQP 0-9-1 §1.2: the code of a close without a fault.
const REPLY_SUCCESS: u16 = 200;

/// A handle on RabbitMQ that starts without it and connects again when asked.
#[derive(Clone)]
pub struct Broker {
    address: Arc<AMQPUri>,
    namespace: Arc<str>,
    connection: Arc<Mutex<Option<Connection>>>,
}

impl std::fmt::Debug for Broker {
    /// Without the address, which holds the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Broker")
    }
}

impl Broker {
    /// A handle that connects when it is first used.
    pub fn connect_lazily(config: &config::RabbitMq) -> Self {
        let userinfo =
            AMQPUserInfo { username: config.user.clone(), password: config.password.expose_secret().to_owned() };
        let authority = AMQPAuthority { userinfo, host: config.host.clone(), port: config.port };
        let query = AMQPQueryString { heartbeat: Some(HEARTBEAT), ..AMQPQueryString::default() };
        let address = AMQPUri { authority, vhost: "/".to_owned(), query, ..AMQPUri::default() };
        Self { address: Arc::new(address), namespace: config.namespace.as_str().into(), connection: Arc::default() }
    }

    /// Whether the broker answers: a channel is opened and closed, on a new connection if the old one is gone.
    ///
    /// # Errors
    /// When it does not answer in time; the connection is then given up.
    pub async fn ping(&self) -> anyhow::Result<()> {
        let channel = self.channel().await?;
        tokio::time::timeout(PATIENCE, channel.close(REPLY_SUCCESS, "".into()))
            .await
            .context("no answer from RabbitMQ")??;
        Ok(())
    }

    /// What the names of this shop's exchanges and queues begin with.
    pub(super) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// A channel of its own, on a new connection if the old one is gone.
    pub(super) async fn channel(&self) -> anyhow::Result<Channel> {
        let mut connection = self.connection.lock().await;
        let open = connection.take().filter(|open| open.status().connected());
        let answer = tokio::time::timeout(PATIENCE, self.open(open)).await;
        let (open, channel) = answer.context("no answer from RabbitMQ")??;
        *connection = Some(open);
        Ok(channel)
    }

    async fn open(&self, open: Option<Connection>) -> lapin::Result<(Connection, Channel)> {
        let connection = match open {
            Some(connection) => connection,
            None => Connection::connect_uri((*self.address).clone(), ConnectionProperties::default()).await?,
        };
        let channel = connection.create_channel().await?;
        Ok((connection, channel))
    }
}
