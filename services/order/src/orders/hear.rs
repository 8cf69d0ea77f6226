//! What every message about the payment of an order begins with, and what it leaves in the order's history.

use chrono::{DateTime, Utc};
use commerce::ids::OrderId;
use commerce::listeners::ORDER_PAYMENTS;
use commerce::orders::{OrderStatus, PaymentStatus};
use shared::messaging::inbox;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use uuid::Uuid;

use super::{Actor, Field};
use crate::store;
use crate::store::history::{self, Entry};
use crate::store::orders::Locked;

/// The order that a message is about, locked; nothing if the message has had its effect.
///
/// # Errors
/// When there is no such order: nobody can act upon the message.
pub(super) async fn lock_once(
    conn: &mut MySqlConnection,
    message: Uuid,
    order: OrderId,
    now: DateTime<Utc>,
) -> Result<Option<Locked>> {
    if !inbox::first_time(conn, ORDER_PAYMENTS.name, message, now).await? {
        return Ok(None);
    }
    let found = store::orders::lock(conn, order).await?;
    found.map(Some).ok_or_else(|| Error::Internal(anyhow::anyhow!("a message about the payment of no order: {order}")))
}

/// Where the payment of `order` stands from now on, and the order itself if it moved with it.
pub(super) async fn write_history(
    conn: &mut MySqlConnection,
    order: &Locked,
    (payment, status): (PaymentStatus, Option<OrderStatus>),
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = |field, old, new| Entry {
        order: order.id,
        field,
        old: Some(old),
        new,
        by: Actor::System,
        user: None,
        reason: Some(reason),
    };
    let payment = entry(Field::PaymentStatus, order.payment_status.as_str(), payment.as_str());
    history::insert(conn, &payment, now).await?;
    if let Some(status) = status {
        history::insert(conn, &entry(Field::Status, order.status.as_str(), status.as_str()), now).await?;
    }
    Ok(())
}
