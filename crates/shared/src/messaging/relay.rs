//! Carries events from the outbox to RabbitMQ: as often as it takes, and never forgotten in between.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures::future::join_all;
use kernel::Listener;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Channel, Confirmation, PublisherConfirm};
use sqlx::{Connection, MySqlPool};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::Broker;
use super::outbox::{self, Waiting};
use super::topology::{self, Names};
use crate::clock::Clock;
use crate::config::ServiceName;
use crate::ground::Ground;
use crate::task::{Progress, Task};

/// How often the outbox is looked at when no bell rings.
const PERIOD: Duration = Duration::from_millis(500);
/// How many events are published at once; confirms of a batch cost hardly more than one.
const BATCH: u32 = 100;
/// How long the broker may take to confirm a batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// AMQP 0-9-1 delivery-mode: kept on disk.
const PERSISTENT: u8 = 2;

/// Publishes what one service has to tell.
#[derive(Debug)]
pub struct Relay {
    producer: ServiceName,
    database: MySqlPool,
    broker: Broker,
    clock: Clock,
    listeners: &'static [Listener],
    channel: Mutex<Option<Channel>>,
}

impl Relay {
    /// The relay of the service on `ground`, whose events these `listeners` hear.
    pub fn new(ground: &Ground, listeners: &'static [Listener]) -> Self {
        Self {
            producer: ground.config.service,
            database: ground.database.clone(),
            broker: ground.broker.clone(),
            clock: ground.clock.clone(),
            listeners,
            channel: Mutex::default(),
        }
    }

    /// The relay as a task named `relay`.
    pub fn into_task(self) -> Task {
        let relay = Arc::new(self);
        Task::every("relay", PERIOD, move || {
            let relay = Arc::clone(&relay);
            async move { relay.tick().await }
        })
    }

    /// Publishes the events that wait, one batch at most.
    ///
    /// # Errors
    /// When the database or the broker does not answer; what was not confirmed is published again.
    pub async fn tick(&self) -> anyhow::Result<Progress> {
        let lease = Uuid::now_v7().to_string();
        let waiting = self.take(&lease).await?;
        if waiting.is_empty() {
            return Ok(Progress::Idle);
        }
        let outcome = self.publish(&waiting).await;
        let confirmed = outcome.as_ref().map_or(&[][..], Vec::as_slice);
        let lost: Vec<u64> = waiting.iter().map(|event| event.id).filter(|id| !confirmed.contains(id)).collect();
        let mut conn = self.database.acquire().await?;
        outbox::mark_published(&mut conn, confirmed, &lease, self.clock.now()).await?;
        outbox::give_back(&mut conn, &lost, &lease).await?;
        outcome?;
        anyhow::ensure!(lost.is_empty(), "RabbitMQ did not take {} events", lost.len());
        Ok(Progress::More)
    }

    /// No lock of the database waits for the broker: the events are leased, and the transaction is over.
    async fn take(&self, lease: &str) -> sqlx::Result<Vec<Waiting>> {
        let mut conn = self.database.acquire().await?;
        let mut tx = conn.begin().await?;
        let now = self.clock.now();
        let waiting = outbox::lock_waiting(&mut tx, self.producer, now, BATCH).await?;
        if !waiting.is_empty() {
            let ids: Vec<u64> = waiting.iter().map(|event| event.id).collect();
            outbox::lease(&mut tx, &ids, lease, now + outbox::LEASE).await?;
        }
        tx.commit().await?;
        Ok(waiting)
    }

    /// Publishes all and waits for all; the keys of those that are safe.
    async fn publish(&self, waiting: &[Waiting]) -> anyhow::Result<Vec<u64>> {
        let mut kept = self.channel.lock().await;
        let channel = match kept.take().filter(|channel| channel.status().connected()) {
            Some(channel) => channel,
            None => self.open().await?,
        };
        let confirmed = tokio::time::timeout(PATIENCE, self.publish_on(&channel, waiting)).await;
        let confirmed = confirmed.context("RabbitMQ did not confirm in time")??;
        if confirmed.len() == waiting.len() {
            // Otherwise a queue may be gone: a new channel makes sure of all of them.
            *kept = Some(channel);
        }
        Ok(confirmed)
    }

    async fn open(&self) -> anyhow::Result<Channel> {
        let channel = self.broker.channel().await?;
        let prepared = async {
            topology::declare(&channel, Names(self.broker.namespace()), self.listeners).await?;
            channel.confirm_select(ConfirmSelectOptions::default()).await
        };
        tokio::time::timeout(PATIENCE, prepared).await.context("RabbitMQ did not make our queues in time")??;
        Ok(channel)
    }

    async fn publish_on(&self, channel: &Channel, waiting: &[Waiting]) -> lapin::Result<Vec<u64>> {
        let mut sent: Vec<(u64, PublisherConfirm)> = Vec::with_capacity(waiting.len());
        for event in waiting {
            sent.push((event.id, self.send(channel, event).await?));
        }
        let answers = join_all(sent.into_iter().map(async |(id, confirm)| confirm.await.map(|answer| (id, answer))));
        let answers: lapin::Result<Vec<_>> = answers.await.into_iter().collect();
        Ok(answers?.into_iter().filter(|(_, answer)| is_safe(answer)).map(|(id, _)| id).collect())
    }

    /// An event that nobody listens to may vanish; any other has to reach a queue.
    async fn send(&self, channel: &Channel, event: &Waiting) -> lapin::Result<PublisherConfirm> {
        let is_heard = self.listeners.iter().any(|listener| listener.topics.contains(&event.kind.as_str()));
        let options = BasicPublishOptions { mandatory: is_heard, ..BasicPublishOptions::default() };
        let properties =
            BasicProperties::default().with_delivery_mode(PERSISTENT).with_content_type("application/json".into());
        let exchange = Names(self.broker.namespace()).events();
        let key = event.kind.as_str().into();
        channel.basic_publish(exchange.into(), key, options, event.payload.as_bytes(), properties).await
    }
}

/// RabbitMQ acknowledges what it could not route too, and returns it: that is no safety.
fn is_safe(answer: &Confirmation) -> bool {
    matches!(answer, Confirmation::Ack(None))
}
