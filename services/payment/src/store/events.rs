//! Keeps webhooks: rows are added, and marked once they were acted upon.

use chrono::{DateTime, Utc};
use commerce::orders::Gateway;
use sqlx::{FromRow, MySqlConnection};

use crate::webhooks::Outcome;

/// A webhook to be kept.
#[derive(Debug)]
pub(crate) struct NewEvent<'a> {
    pub(crate) gateway: Gateway,
    pub(crate) event_id: &'a str,
    pub(crate) hash: &'a str,
    pub(crate) body: &'a [u8],
}

/// A duplicate is refused by the schema: by the gateway's name for it, and by its body.
pub(crate) async fn insert(conn: &mut MySqlConnection, event: &NewEvent<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO gateway_events (gateway_name, event_id, body_hash, body, received_at, next_try_at)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(event.gateway)
    .bind(event.event_id)
    .bind(event.hash)
    .bind(event.body)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

/// A webhook that waits.
#[derive(Debug, FromRow)]
pub(crate) struct Event {
    pub(crate) id: u64,
    pub(crate) body: Vec<u8>,
    pub(crate) tries: u32,
}

/// Webhooks that wait, those that came first first.
pub(crate) async fn list_due(
    conn: &mut MySqlConnection,
    gateway: Gateway,
    now: DateTime<Utc>,
    limit: u32,
) -> sqlx::Result<Vec<Event>> {
    sqlx::query_as(
        "SELECT id, body, tries FROM gateway_events
         WHERE gateway_name = ? AND next_try_at <= ? ORDER BY id LIMIT ?",
    )
    .bind(gateway)
    .bind(now)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// Whether this replica is the one to act now; should it fail, the next try is at `next`.
pub(crate) async fn take_try(conn: &mut MySqlConnection, event: &Event, next: DateTime<Utc>) -> sqlx::Result<bool> {
    let take = sqlx::query(
        "UPDATE gateway_events SET tries = tries + 1, next_try_at = ? WHERE id = ? AND tries = ? AND processed_at IS NULL",
    );
    let updated = take.bind(next).bind(event.id).bind(event.tries).execute(conn).await?;
    Ok(updated.rows_affected() == 1)
}

pub(crate) async fn update_processed(
    conn: &mut MySqlConnection,
    id: u64,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE gateway_events SET outcome = ?, processed_at = ?, next_try_at = NULL WHERE id = ?")
        .bind(outcome)
        .bind(now)
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}
