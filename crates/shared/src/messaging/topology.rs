//! The exchanges and queues of a shop. Their names are for ever: RabbitMQ refuses a queue that is declared differently.
//!
//! Events go through a topic exchange into one quorum queue per listener. What a listener could not do now waits in a
//! queue per delay and comes back; what it can never do, or tried too often, rests in a dead-letter queue of its own.

use std::time::Duration;

use kernel::Listener;
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{Channel, ExchangeKind};

/// After which times a message is tried again; the last counts for all later tries.
const DELAYS: [(&str, Duration); 3] = [("5s", Duration::from_secs(5)), ("30s", Duration::from_secs(30)), LONGEST];
const LONGEST: (&str, Duration) = ("5m", Duration::from_mins(5));
/// How often RabbitMQ hands out a message whose consumer dies each time.
const DELIVERY_LIMIT: i32 = 10;

/// The names of one shop's exchanges and queues.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a>(pub(super) &'a str);

impl Names<'_> {
    pub(super) fn events(self) -> String {
        format!("{}.events", self.0)
    }

    pub(super) fn queue(self, listener: &Listener) -> String {
        format!("{}.{}", self.0, listener.name)
    }

    fn dead_exchange(self) -> String {
        format!("{}.dead", self.0)
    }

    fn dead_queue(self, listener: &Listener) -> String {
        format!("{}.dead", self.queue(listener))
    }

    /// Where a message goes that has failed `failures` times, the first being 1.
    pub(super) fn retry(self, failures: usize) -> String {
        let (name, _) = DELAYS.get(failures.saturating_sub(1)).unwrap_or(&LONGEST);
        format!("{}.retry.{name}", self.0)
    }
}

/// Makes sure that everything is there that events on their way to `listeners` need.
pub(super) async fn declare(channel: &Channel, names: Names<'_>, listeners: &[Listener]) -> lapin::Result<()> {
    exchange(channel, &names.events(), ExchangeKind::Topic).await?;
    exchange(channel, &names.dead_exchange(), ExchangeKind::Direct).await?;
    for (failures, (_, delay)) in (1..).zip(DELAYS) {
        declare_retry(channel, &names.retry(failures), delay).await?;
    }
    for listener in listeners {
        declare_listener(channel, names, listener).await?;
    }
    Ok(())
}

/// A message is published with the name of its queue as routing key, and goes back there when its time is over.
async fn declare_retry(channel: &Channel, name: &str, delay: Duration) -> lapin::Result<()> {
    exchange(channel, name, ExchangeKind::Fanout).await?;
    let mut arguments = dead_lettering("");
    arguments.insert("x-message-ttl".into(), AMQPValue::LongLongInt(delay.as_millis().try_into().unwrap_or(i64::MAX)));
    queue(channel, name, arguments).await?;
    bind(channel, name, name, "").await
}

async fn declare_listener(channel: &Channel, names: Names<'_>, listener: &Listener) -> lapin::Result<()> {
    let (alive, dead) = (names.queue(listener), names.dead_queue(listener));
    queue(channel, &dead, FieldTable::default()).await?;
    bind(channel, &dead, &names.dead_exchange(), &alive).await?;
    let mut arguments = dead_lettering(&names.dead_exchange());
    arguments.insert("x-dead-letter-routing-key".into(), text(&alive));
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(DELIVERY_LIMIT));
    queue(channel, &alive, arguments).await?;
    for topic in listener.topics {
        bind(channel, &alive, &names.events(), topic).await?;
    }
    Ok(())
}

/// A dead letter leaves its queue when the next one has it (at-least-once, which asks for reject-publish).
fn dead_lettering(exchange: &str) -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-dead-letter-exchange".into(), text(exchange));
    arguments.insert("x-dead-letter-strategy".into(), text("at-least-once"));
    arguments.insert("x-overflow".into(), text("reject-publish"));
    arguments
}

async fn exchange(channel: &Channel, name: &str, kind: ExchangeKind) -> lapin::Result<()> {
    let options = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    channel.exchange_declare(name.into(), kind, options, FieldTable::default()).await
}

async fn queue(channel: &Channel, name: &str, mut arguments: FieldTable) -> lapin::Result<()> {
    arguments.insert("x-queue-type".into(), text("quorum"));
    channel.queue_declare(name.into(), QueueDeclareOptions::durable(), arguments).await.map(drop)
}

async fn bind(channel: &Channel, queue: &str, exchange: &str, key: &str) -> lapin::Result<()> {
    channel
        .queue_bind(queue.into(), exchange.into(), key.into(), QueueBindOptions::default(), FieldTable::default())
        .await
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(LongString::from(value))
}
