//! RabbitMQ, the only user of the `lapin` crate. Losing it delays messages and nothing else.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use lapin::uri::{AMQPAuthority, AMQPUri, AMQPUserInfo};
use lapin::{Connection, ConnectionProperties};
use secrecy::ExposeSecret;
use tokio::sync::Mutex;

use crate::config;

/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_millis(1500);
/// AMQP 0-9-1 §1.2: the code of a close without a fault.
const REPLY_SUCCESS: u16 = 200;

/// A handle on RabbitMQ that starts without it and connects again when asked.
#[derive(Clone)]
pub struct Broker {
    address: Arc<AMQPUri>,
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
        let address = AMQPUri { authority, vhost: "/".to_owned(), ..AMQPUri::default() };
        Self { address: Arc::new(address), connection: Arc::default() }
    }

    /// Whether the broker answers: a channel is opened and closed, on a new connection if the old one is gone.
    ///
    /// # Errors
    /// When it does not answer in time; the connection is then given up.
    pub async fn ping(&self) -> anyhow::Result<()> {
        let mut connection = self.connection.lock().await;
        let open = connection.take().filter(|open| open.status().connected());
        let answer = tokio::time::timeout(PATIENCE, self.knock(open)).await;
        *connection = Some(answer.context("no answer from RabbitMQ")??);
        Ok(())
    }

    async fn knock(&self, open: Option<Connection>) -> lapin::Result<Connection> {
        let address = (*self.address).clone();
        let connection = match open {
            Some(connection) => connection,
            None => Connection::connect_uri(address, ConnectionProperties::default()).await?,
        };
        connection.create_channel().await?.close(REPLY_SUCCESS, "".into()).await?;
        Ok(connection)
    }
}
