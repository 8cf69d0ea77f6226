//! Events on their way: from a transaction through the outbox, the relay and RabbitMQ to an effect that happens once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kernel::{Aggregate, Event, Listener};
use lapin::options::{BasicGetOptions, BasicPublishOptions, QueueDeleteOptions};
use lapin::uri::{AMQPAuthority, AMQPUri, AMQPUserInfo};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use shared::Ground;
use shared::config::ServiceName;
use shared::messaging::{Consumer, Message, Relay, inbox, outbox};
use shared::task::Progress;
use shared::web::{Error, Result};
use sqlx::MySqlPool;
use testing::{TestApp, Wire, noon};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::shop::eventually;

/// What the bell does to who hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Sound {
    Plain,
    /// The first time, the listener's database is away.
    Interrupting,
    /// The listener panics.
    Shattering,
}

#[derive(Debug, Serialize, Deserialize)]
struct Rung {
    sound: Sound,
}

impl Event for Rung {
    const TYPE: &'static str = "bell.rung";

    fn aggregate(&self) -> Aggregate {
        Aggregate { kind: "bell", id: 1, version: 0 }
    }
}

/// An event that nobody listens to.
#[derive(Debug, Serialize, Deserialize)]
struct Whispered {}

impl Event for Whispered {
    const TYPE: &'static str = "bell.whispered";

    fn aggregate(&self) -> Aggregate {
        Aggregate { kind: "bell", id: 1, version: 0 }
    }
}

const EARS: Listener = Listener { name: "test.ears", topics: &[Rung::TYPE] };
const LISTENERS: &[Listener] = &[EARS];

/// A service that emits and one that hears, on the servers of the test run.
struct House {
    ground: Arc<Ground>,
    relay: Relay,
    heard: Arc<AtomicU32>,
    stopping: CancellationToken,
    /// Ends with the test.
    listening: JoinSet<()>,
}

impl House {
    async fn new(db: &MySqlPool) -> Self {
        Self::on(TestApp::new(db, ServiceName::Order, order_service::build).await.ground)
    }

    fn on(ground: Arc<Ground>) -> Self {
        let relay = Relay::new(&ground, LISTENERS);
        Self { ground, relay, heard: Arc::default(), stopping: CancellationToken::new(), listening: JoinSet::new() }
    }

    async fn emit(&self, sound: Sound) {
        let mut tx = self.ground.database.begin().await.unwrap();
        outbox::emit(&mut tx, ServiceName::Order, noon(), &Rung { sound }).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Starts to listen; every effect is counted.
    fn listen(&mut self) {
        let (ground, heard) = (Arc::clone(&self.ground), Arc::clone(&self.heard));
        let consumer = Consumer::new(EARS, move |message| hear(Arc::clone(&ground), Arc::clone(&heard), message));
        let run = consumer.run(self.ground.broker.clone(), Arc::default(), self.stopping.clone());
        self.listening.spawn(run);
    }

    fn heard(&self) -> u32 {
        self.heard.load(Ordering::SeqCst)
    }

    async fn waiting(&self) -> i64 {
        let waiting = sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE published_at IS NULL");
        waiting.fetch_one(&self.ground.database).await.unwrap()
    }

    /// RabbitMQ as an operator sees it.
    async fn channel(&self) -> Channel {
        let config = &self.ground.config.rabbitmq;
        let userinfo =
            AMQPUserInfo { username: config.user.clone(), password: config.password.expose_secret().to_owned() };
        let authority = AMQPAuthority { userinfo, host: config.host.clone(), port: config.port };
        let address = AMQPUri { authority, vhost: "/".to_owned(), ..AMQPUri::default() };
        let connection = Connection::connect_uri(address, ConnectionProperties::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        std::mem::forget(connection);
        channel
    }

    fn queue(&self, name: &str) -> String {
        format!("{}.{name}", self.ground.config.rabbitmq.namespace)
    }

    /// How many dead letters there are; they are gone then.
    async fn dead_letters(&self) -> usize {
        let (channel, mut found) = (self.channel().await, 0);
        let queue = self.queue("test.ears.dead");
        while channel.basic_get(queue.as_str().into(), BasicGetOptions { no_ack: true }).await.unwrap().is_some() {
            found += 1;
        }
        found
    }
}

async fn hear(ground: Arc<Ground>, heard: Arc<AtomicU32>, message: Arc<Message>) -> Result<()> {
    let sound = message.read::<Rung>().map_err(Error::Internal)?.sound;
    let mut tx = ground.database.begin().await?;
    if !inbox::first_time(&mut tx, EARS.name, message.id, noon()).await? {
        return Ok(());
    }
    let before = heard.fetch_add(1, Ordering::SeqCst);
    assert!(sound != Sound::Shattering, "glass");
    if sound == Sound::Interrupting && before == 0 {
        return Err(Error::unavailable(anyhow::anyhow!("the database is away")));
    }
    tx.commit().await?;
    Ok(())
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_committed_is_heard_once_and_what_was_rolled_back_never(db: MySqlPool) {
    let mut house = House::new(&db).await;
    let mut tx = house.ground.database.begin().await.unwrap();
    outbox::emit(&mut tx, ServiceName::Order, noon(), &Rung { sound: Sound::Plain }).await.unwrap();
    drop(tx);
    for _ in 0..3 {
        house.emit(Sound::Plain).await;
    }
    // Before the listener's first start.
    assert_eq!(house.relay.tick().await.unwrap(), Progress::More);
    assert_eq!(house.relay.tick().await.unwrap(), Progress::Idle);
    house.listen();
    eventually("heard", async || house.heard() == 3).await;
    assert_eq!((house.waiting().await, house.dead_letters().await), (0, 0));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_message_that_comes_twice_has_one_effect(db: MySqlPool) {
    let mut house = House::new(&db).await;
    house.listen();
    house.emit(Sound::Plain).await;
    house.relay.tick().await.unwrap();
    eventually("heard", async || house.heard() == 1).await;
    // As a relay does whose confirm was lost.
    sqlx::query("UPDATE outbox SET published_at = NULL").execute(&db).await.unwrap();
    house.relay.tick().await.unwrap();
    house.emit(Sound::Plain).await;
    house.relay.tick().await.unwrap();
    eventually("heard the next", async || house.heard() == 2).await;
    let acted: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM inbox").fetch_one(&db).await.unwrap();
    assert_eq!(acted, 2);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_rabbitmq_events_wait_and_go_out_by_themselves_later(db: MySqlPool) {
    let mut config = TestApp::new(&db, ServiceName::Order, order_service::build).await.ground.config.clone();
    let wire = Wire::cut_off_from((config.rabbitmq.host, config.rabbitmq.port)).await;
    (config.rabbitmq.host, config.rabbitmq.port) = (wire.address.ip().to_string(), wire.address.port());
    let mut house = House::on(TestApp::with(config, order_service::build).ground);
    house.listen();
    house.emit(Sound::Plain).await;
    assert!(house.relay.tick().await.is_err());
    assert_eq!(house.waiting().await, 1);
    wire.mend();
    eventually("heard", async || house.relay.tick().await.is_ok() && house.heard() == 1).await;
    wire.mute();
    house.emit(Sound::Plain).await;
    assert!(house.relay.tick().await.is_err(), "a broker that says nothing has nothing");
    // The old connection stays dumb; heartbeats tell.
    wire.mend();
    eventually("heard again", async || house.relay.tick().await.is_ok() && house.heard() == 2).await;
    assert_eq!(house.waiting().await, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_event_whose_queue_is_gone_waits_until_it_is_there_again(db: MySqlPool) {
    let mut house = House::new(&db).await;
    house.emit(Sound::Plain).await;
    house.relay.tick().await.unwrap();
    let queue = house.queue("test.ears");
    house.channel().await.queue_delete(queue.as_str().into(), QueueDeleteOptions::default()).await.unwrap();
    house.emit(Sound::Plain).await;
    assert!(house.relay.tick().await.is_err(), "RabbitMQ acknowledges what it throws away");
    assert_eq!(house.waiting().await, 1);
    house.relay.tick().await.unwrap();
    assert_eq!(house.waiting().await, 0);
    house.listen();
    eventually("heard", async || house.heard() == 1).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_event_that_nobody_listens_to_does_not_hold_up_the_others(db: MySqlPool) {
    let house = House::new(&db).await;
    let mut tx = house.ground.database.begin().await.unwrap();
    outbox::emit(&mut tx, ServiceName::Order, noon(), &Whispered {}).await.unwrap();
    // Another service's events are its own affair.
    outbox::emit(&mut tx, ServiceName::Auth, noon(), &Whispered {}).await.unwrap();
    tx.commit().await.unwrap();
    house.relay.tick().await.unwrap();
    assert_eq!(house.waiting().await, 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_event_that_is_being_written_holds_up_nobody(db: MySqlPool) {
    let house = House::new(&db).await;
    let mut slow = house.ground.database.begin().await.unwrap();
    outbox::emit(&mut slow, ServiceName::Order, noon(), &Rung { sound: Sound::Plain }).await.unwrap();
    house.emit(Sound::Plain).await;
    assert_eq!(house.relay.tick().await.unwrap(), Progress::More);
    slow.commit().await.unwrap();
    assert_eq!(house.waiting().await, 1);
    house.relay.tick().await.unwrap();
    assert_eq!(house.waiting().await, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn poison_is_set_aside_once_and_the_others_flow(db: MySqlPool) {
    let mut house = House::new(&db).await;
    house.emit(Sound::Shattering).await;
    house.relay.tick().await.unwrap();
    let mut unknown = Message::of(&Rung { sound: Sound::Plain }, noon(), None).unwrap();
    unknown.version = 99;
    for poison in [b"no JSON".to_vec(), serde_json::to_vec(&unknown).unwrap()] {
        let (exchange, key) = (house.queue("events"), Rung::TYPE.into());
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
        let channel = house.channel().await;
        drop(channel.basic_publish(exchange.into(), key, options, &poison, properties).await.unwrap());
    }
    house.emit(Sound::Plain).await;
    house.relay.tick().await.unwrap();
    house.listen();
    let mut dead = 0;
    eventually("three dead letters", async || {
        dead += house.dead_letters().await;
        dead == 3
    })
    .await;
    eventually("heard", async || house.heard() == 2).await;
    let acted: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM inbox").fetch_one(&db).await.unwrap();
    assert_eq!((acted, house.heard()), (1, 2), "the panic was one of the two, and left nothing");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_cannot_be_done_now_is_done_a_little_later(db: MySqlPool) {
    let mut house = House::new(&db).await;
    house.listen();
    house.emit(Sound::Interrupting).await;
    house.relay.tick().await.unwrap();
    eventually("tried", async || house.heard() == 1).await;
    house.emit(Sound::Plain).await;
    house.relay.tick().await.unwrap();
    eventually("the next is not held up", async || house.heard() == 2).await;
    eventually("tried again", async || house.heard() == 3).await;
    assert_eq!(house.dead_letters().await, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_relays_share_the_work_and_a_dead_one_s_is_taken_over(db: MySqlPool) {
    let mut house = House::new(&db).await;
    for _ in 0..5 {
        house.emit(Sound::Plain).await;
    }
    let other = Relay::new(&house.ground, LISTENERS);
    let (one, two) = futures::future::join(house.relay.tick(), other.tick()).await;
    assert!(one.is_ok() && two.is_ok());
    house.emit(Sound::Plain).await;
    let lease = Uuid::now_v7().to_string();
    sqlx::query("UPDATE outbox SET lease = ?, leased_until = ? WHERE published_at IS NULL")
        .bind(&lease)
        .bind(noon() + Duration::from_secs(30))
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(house.relay.tick().await.unwrap(), Progress::Idle, "somebody else is at it");
    sqlx::query("UPDATE outbox SET leased_until = ? WHERE lease = ?")
        .bind(noon())
        .bind(&lease)
        .execute(&db)
        .await
        .unwrap();
    house.relay.tick().await.unwrap();
    house.listen();
    eventually("heard", async || house.heard() == 6).await;
    let published_twice: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE attempts > 1").fetch_one(&db).await.unwrap();
    assert_eq!(published_twice, 0);
}
