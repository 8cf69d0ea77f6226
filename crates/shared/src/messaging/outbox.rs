//! Events that wait to be published, written in the transaction of what they tell.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::Event;
use sqlx::{FromRow, MySql, MySqlConnection, QueryBuilder};

use super::Message;
use crate::config::ServiceName;
use crate::telemetry::correlation;

/// Announces `event` when the caller's transaction commits, and only then.
pub async fn emit<E: Event>(
    conn: &mut MySqlConnection,
    producer: ServiceName,
    now: DateTime<Utc>,
    event: &E,
) -> sqlx::Result<()> {
    let message = Message::of(event, now, correlation::current()).map_err(unwritable)?;
    let payload = serde_json::to_string(&message).map_err(unwritable)?;
    sqlx::query("INSERT INTO outbox (event_id, producer, type, payload, occurred_at) VALUES (?, ?, ?, ?, ?)")
        .bind(message.id.to_string())
        .bind(producer.as_str())
        .bind(&message.kind)
        .bind(payload)
        .bind(now)
        .execute(conn)
        .await
        .map(drop)
}

fn unwritable(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Encode(error.into())
}

/// An event that waits.
#[derive(Debug, FromRow)]
pub(super) struct Waiting {
    pub(super) id: u64,
    #[sqlx(rename = "type")]
    pub(super) kind: String,
    pub(super) payload: String,
}

/// Locks the oldest events of `producer` that nobody is publishing; those that somebody is writing or locking are passed over.
pub(super) async fn lock_waiting(
    conn: &mut MySqlConnection,
    producer: ServiceName,
    now: DateTime<Utc>,
    limit: u32,
) -> sqlx::Result<Vec<Waiting>> {
    sqlx::query_as(
        "SELECT id, type, payload FROM outbox
         WHERE producer = ? AND published_at IS NULL AND (leased_until IS NULL OR leased_until <= ?)
         ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED",
    )
    .bind(producer.as_str())
    .bind(now)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// Takes the locked events for `lease`.
pub(super) async fn lease(
    conn: &mut MySqlConnection,
    ids: &[u64],
    lease: &str,
    until: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new("UPDATE outbox SET attempts = attempts + 1, lease = ");
    query.push_bind(lease.to_owned()).push(", leased_until = ").push_bind(until);
    among(&mut query, ids);
    query.build().execute(conn).await.map(drop)
}

/// The broker has them.
pub(super) async fn mark_published(
    conn: &mut MySqlConnection,
    ids: &[u64],
    lease: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new("UPDATE outbox SET lease = NULL, leased_until = NULL, published_at = ");
    query.push_bind(now);
    among(&mut query, ids);
    query.push(" AND lease = ").push_bind(lease.to_owned());
    query.build().execute(conn).await.map(drop)
}

/// The broker does not have them: others may try.
pub(super) async fn give_back(conn: &mut MySqlConnection, ids: &[u64], lease: &str) -> sqlx::Result<()> {
    let mut query = QueryBuilder::new("UPDATE outbox SET lease = NULL, leased_until = NULL");
    among(&mut query, ids);
    query.push(" AND lease = ").push_bind(lease.to_owned());
    query.build().execute(conn).await.map(drop)
}

fn among(query: &mut QueryBuilder<MySql>, ids: &[u64]) {
    let mut list = query.push(" WHERE id IN (").separated(", ");
    for id in ids {
        list.push_bind(*id);
    }
    if ids.is_empty() {
        list.push("NULL");
    }
    query.push(")");
}

/// How long a relay may take to publish what it took.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(15);
