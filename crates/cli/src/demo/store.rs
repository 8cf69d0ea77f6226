//! Reads what became of the events of an order.

use chrono::{DateTime, Utc};
use commerce::ids::OrderId;
use sqlx::{FromRow, MySqlConnection};

/// An event, and when it reached the broker.
#[derive(FromRow)]
pub(super) struct Event {
    #[sqlx(rename = "event_id")]
    pub(super) id: String,
    #[sqlx(rename = "type")]
    pub(super) kind: String,
    pub(super) occurred_at: DateTime<Utc>,
    pub(super) published_at: Option<DateTime<Utc>>,
}

/// Who has acted upon an event.
#[derive(FromRow)]
pub(super) struct Receipt {
    pub(super) consumer: String,
    pub(super) received_at: DateTime<Utc>,
}

/// A message to the customer that an event caused.
#[derive(FromRow)]
pub(super) struct Letter {
    #[sqlx(rename = "type")]
    pub(super) channel: String,
    pub(super) sent_at: Option<DateTime<Utc>>,
}

/// What the order service and the payment service told about `order`, the oldest first.
pub(super) async fn list_events(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Vec<Event>> {
    sqlx::query_as(
        "SELECT event_id, type, occurred_at, published_at FROM outbox
         WHERE (producer = 'order' AND JSON_EXTRACT(payload, '$.aggregate.id') = ?)
            OR (producer = 'payment' AND JSON_EXTRACT(payload, '$.data.order_id') = ?)
         ORDER BY occurred_at, id",
    )
    .bind(order)
    .bind(order)
    .fetch_all(conn)
    .await
}

pub(super) async fn list_receipts(conn: &mut MySqlConnection, event: &str) -> sqlx::Result<Vec<Receipt>> {
    sqlx::query_as("SELECT consumer, received_at FROM inbox WHERE event_id = ? ORDER BY received_at")
        .bind(event)
        .fetch_all(conn)
        .await
}

pub(super) async fn list_letters(conn: &mut MySqlConnection, event: &str) -> sqlx::Result<Vec<Letter>> {
    sqlx::query_as("SELECT type, sent_at FROM notification_logs WHERE event_id = ? ORDER BY id")
        .bind(event)
        .fetch_all(conn)
        .await
}
