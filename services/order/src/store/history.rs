//! The history of orders: rows are added, never changed.

use chrono::{DateTime, Utc};
use commerce::ids::OrderId;
use kernel::UserId;
use sqlx::MySqlConnection;

use crate::orders::{Actor, Change, Field};

/// A change to be written down.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) order: OrderId,
    pub(crate) field: Field,
    pub(crate) old: Option<&'static str>,
    pub(crate) new: &'static str,
    pub(crate) by: Actor,
    pub(crate) user: Option<UserId>,
    pub(crate) reason: Option<&'a str>,
}

pub(crate) async fn insert(conn: &mut MySqlConnection, entry: &Entry<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO order_history (order_id, field_changed, old_value, new_value, change_type, changed_by, reason, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(entry.order)
    .bind(entry.field)
    .bind(entry.old)
    .bind(entry.new)
    .bind(entry.by)
    .bind(entry.user)
    .bind(entry.reason)
    .bind(now)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn list(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Vec<Change>> {
    sqlx::query_as(
        "SELECT field_changed, old_value, new_value, change_type, reason, created_at
         FROM order_history WHERE order_id = ? ORDER BY id",
    )
    .bind(order)
    .fetch_all(conn)
    .await
}
