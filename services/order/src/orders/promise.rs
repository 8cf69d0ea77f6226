//! An order that waited for its payment is paid on delivery after all.

use chrono::{DateTime, Utc};
use commerce::events::{CashPromised, OrderConfirmed};
use commerce::orders::{OrderStatus, PaymentMethod, Step};
use shared::config::ServiceName;
use shared::messaging::outbox;
use shared::web::Result;
use sqlx::MySqlConnection;
use uuid::Uuid;

use super::hear::lock_once;
use super::{Actor, Field};
use crate::state::Shop;
use crate::store;
use crate::store::history::{self, Entry};
use crate::store::orders::Locked;

/// Acts upon a promise once: the order is confirmed and keeps its goods. One that is over, or confirmed already, stays as it is.
pub(crate) async fn mark_promised(shop: &Shop, message: Uuid, promised: CashPromised) -> Result<()> {
    let now = shop.clock.now();
    let mut tx = shop.database.begin().await?;
    let Some(order) = lock_once(&mut tx, message, promised.order_id, now).await? else { return Ok(()) };
    if let Some(confirmed) = order.status.after(Step::Confirm) {
        confirm(&mut tx, &order, confirmed, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn confirm(conn: &mut MySqlConnection, order: &Locked, confirmed: OrderStatus, now: DateTime<Utc>) -> Result<()> {
    store::orders::update_promised(conn, order.id, confirmed, now).await?;
    inventory::keep(conn, order.id).await?;
    let entry = Entry {
        order: order.id,
        field: Field::Status,
        old: Some(order.status.as_str()),
        new: confirmed.as_str(),
        by: Actor::Customer,
        user: Some(order.user_id),
        reason: Some("cash on delivery"),
    };
    history::insert(conn, &entry, now).await?;
    let event = OrderConfirmed {
        order_id: order.id,
        order_number: order.order_number.clone(),
        user_id: order.user_id,
        total: order.total_amount,
        currency: "INR".to_owned(),
        payment_method: PaymentMethod::CashOnDelivery,
        revision: order.revision + 1,
    };
    Ok(outbox::emit(conn, ServiceName::Order, now, &event).await?)
}
