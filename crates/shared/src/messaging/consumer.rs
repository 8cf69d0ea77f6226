//! Takes messages from a listener's queue and has each of them acted upon once.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures::{FutureExt, StreamExt};
use kernel::Listener;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, BasicRejectOptions,
    ConfirmSelectOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::topology::{self, Names};
use super::{Broker, Message};
use crate::telemetry::correlation;
use crate::web::{Error, Result};

/// How many messages one replica works on at a time.
const AT_ONCE: u16 = 8;
/// How long one message may take.
const DEADLINE: Duration = Duration::from_secs(30);
/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait before the broker is asked again.
const REST: Duration = Duration::from_secs(1);
/// After so many failures, about an hour, somebody has to look.
const TRIES: u32 = 14;
const FAILURES: &str = "x-failures";

type Handler = dyn Fn(Arc<Message>) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync;

/// What a listener does with its messages.
pub struct Consumer {
    /// Which listener.
    pub listener: Listener,
    handler: Box<Handler>,
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Consumer({})", self.listener.name)
    }
}

impl Consumer {
    /// `handler` acts upon a message, and remembers it with `inbox::first_time` in the same transaction.
    ///
    /// What it answers with `Error::Unavailable` is tried again later, what with any other error never.
    pub fn new<F, R>(listener: Listener, handler: F) -> Self
    where
        F: Fn(Arc<Message>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<()>> + Send + 'static,
    {
        Self { listener, handler: Box::new(move |message| Box::pin(handler(message))) }
    }

    /// Acts upon one message, as if it had come through the queue.
    ///
    /// # Errors
    /// What the handler answered; a panic is an internal error.
    pub async fn handle(&self, message: Arc<Message>) -> Result<()> {
        let work = AssertUnwindSafe((self.handler)(message)).catch_unwind();
        match tokio::time::timeout(DEADLINE, work).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(Error::Internal(anyhow::anyhow!("the handler panicked"))),
            Err(elapsed) => Err(Error::unavailable(elapsed)),
        }
    }

    /// Works until `stopping`, whether the broker is there or not; what was begun is finished.
    pub async fn run(self, broker: Broker, bell: Arc<Notify>, stopping: CancellationToken) {
        while !stopping.is_cancelled() {
            if let Err(error) = self.work(&broker, &bell, &stopping).await {
                tracing::warn!(listener = self.listener.name, exception = %format!("{error:#}"), "no messages for now");
                tokio::select! {
                    () = tokio::time::sleep(REST) => {}
                    () = stopping.cancelled() => {}
                }
            }
        }
    }

    async fn work(&self, broker: &Broker, bell: &Notify, stopping: &CancellationToken) -> anyhow::Result<()> {
        let names = Names(broker.namespace());
        let channel = broker.channel().await?;
        let messages = tokio::time::timeout(PATIENCE, self.subscribe(&channel, names));
        let messages = messages.await.context("RabbitMQ did not answer in time")??;
        let taken = messages.take_until(stopping.cancelled());
        let desk = Desk { channel: &channel, names, bell };
        taken
            .for_each_concurrent(usize::from(AT_ONCE), async |delivery| match delivery {
                Ok(delivery) => self.settle(delivery, &desk).await,
                Err(error) => tracing::warn!(exception = %error, "a delivery was cut off"),
            })
            .await;
        anyhow::ensure!(stopping.is_cancelled(), "the queue is gone");
        Ok(())
    }

    async fn subscribe(&self, channel: &Channel, names: Names<'_>) -> lapin::Result<lapin::Consumer> {
        topology::declare(channel, names, &[self.listener]).await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        channel.basic_qos(AT_ONCE, BasicQosOptions::default()).await?;
        let (queue, tag) = (names.queue(&self.listener), "".into());
        channel.basic_consume(queue.into(), tag, BasicConsumeOptions::default(), FieldTable::default()).await
    }

    /// Has a message acted upon and tells the broker what became of it. A broker that cannot be told delivers it again,
    /// and the inbox knows it.
    async fn settle(&self, delivery: Delivery, desk: &Desk<'_>) {
        let told = match self.act_upon(&delivery).await {
            Verdict::Done => delivery.ack(BasicAckOptions::default()).await.map(drop).map_err(Into::into),
            Verdict::Later => desk.put_off(&delivery, &desk.names.queue(&self.listener)).await,
            Verdict::Never => {
                delivery.reject(BasicRejectOptions { requeue: false }).await.map(drop).map_err(Into::into)
            }
        };
        if let Err(error) = told {
            tracing::warn!(exception = %format!("{error:#}"), "the broker will deliver this again");
        }
        desk.bell.notify_waiters();
    }

    async fn act_upon(&self, delivery: &Delivery) -> Verdict {
        let message = match Message::parse(&delivery.data) {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(listener = self.listener.name, exception = %error, "a message is no message");
                return Verdict::Never;
            }
        };
        let request = message.request_id.clone().unwrap_or_else(|| message.id.to_string());
        let span = tracing::info_span!("message", request_id = request, event = %message.id, kind = message.kind);
        let done = correlation::scope(request, self.handle(message)).instrument(span.clone()).await;
        span.in_scope(|| self.judge(done, failures_of(delivery)))
    }

    fn judge(&self, done: Result<()>, failures: u32) -> Verdict {
        let listener = self.listener.name;
        match done {
            Ok(()) => {
                tracing::info!(listener, "acted upon");
                Verdict::Done
            }
            Err(Error::Unavailable { cause, .. }) if failures < TRIES => {
                tracing::warn!(listener, failures, exception = %format!("{cause:#}"), "tried again later");
                Verdict::Later
            }
            Err(Error::Unavailable { cause, .. } | Error::Internal(cause)) => {
                tracing::error!(listener, failures, exception = %format!("{cause:#}"), "a dead letter");
                Verdict::Never
            }
            Err(error) => {
                tracing::error!(listener, failures, exception = %error, "a dead letter");
                Verdict::Never
            }
        }
    }
}

/// What becomes of a message.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Done,
    Later,
    Never,
}

/// Where messages are settled.
struct Desk<'a> {
    channel: &'a Channel,
    names: Names<'a>,
    bell: &'a Notify,
}

impl Desk<'_> {
    /// The message is safe in a queue that waits before this one lets go of it. A broker that takes nothing now, as under
    /// a memory alarm, is asked again as long as it delivers; with the channel the message goes back by itself.
    async fn put_off(&self, delivery: &Delivery, queue: &str) -> anyhow::Result<()> {
        loop {
            match tokio::time::timeout(PATIENCE, self.try_to_put_off(delivery, queue)).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) if !self.channel.status().connected() => return Err(error),
                Ok(Err(error)) => tracing::warn!(exception = %format!("{error:#}"), "RabbitMQ takes nothing back"),
                Err(elapsed) if !self.channel.status().connected() => return Err(elapsed.into()),
                Err(_) => tracing::warn!("RabbitMQ takes nothing back in time"),
            }
            tokio::time::sleep(REST).await;
        }
    }

    async fn try_to_put_off(&self, delivery: &Delivery, queue: &str) -> anyhow::Result<()> {
        let failures = failures_of(delivery).saturating_add(1);
        let mut headers = FieldTable::default();
        headers.insert(FAILURES.into(), AMQPValue::LongLongInt(failures.into()));
        let properties = BasicProperties::default().with_delivery_mode(2).with_headers(headers);
        let exchange = self.names.retry(usize::try_from(failures)?);
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let sent = self
            .channel
            .basic_publish(exchange.as_str().into(), queue.into(), options, &delivery.data, properties)
            .await?;
        anyhow::ensure!(sent.await? == Confirmation::Ack(None), "the queue of {exchange} did not take the message");
        delivery.ack(BasicAckOptions::default()).await?;
        Ok(())
    }
}

fn failures_of(delivery: &Delivery) -> u32 {
    let header = delivery.properties.headers().as_ref().and_then(|headers| headers.inner().get(FAILURES));
    match header {
        Some(AMQPValue::LongLongInt(failures)) => u32::try_from(*failures).unwrap_or(u32::MAX),
        _ => 0,
    }
}
