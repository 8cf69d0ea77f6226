//! Marks an order as paid when the payment service says that the money is there.

use chrono::{DateTime, Utc};
use commerce::events::{OrderConfirmed, PaymentCaptured, RefundRequested};
use commerce::listeners::ORDER_PAYMENTS;
use commerce::orders::{OrderStatus, PaymentStatus, PaymentStep, Step};
use shared::config::ServiceName;
use shared::messaging::{inbox, outbox};
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use uuid::Uuid;

use super::cancel::refund_of;
use super::{Actor, Field};
use crate::state::Shop;
use crate::store;
use crate::store::history::{self, Entry};
use crate::store::orders::Locked;

/// Acts upon a capture once. Money for an order that is over is asked back.
pub(crate) async fn mark_paid(shop: &Shop, message: Uuid, captured: &PaymentCaptured) -> Result<()> {
    let now = shop.clock.now();
    let mut tx = shop.database.begin().await?;
    if !inbox::first_time(&mut tx, ORDER_PAYMENTS.name, message, now).await? {
        return Ok(());
    }
    let order = store::orders::lock(&mut tx, captured.order_id).await?;
    let order = order.ok_or_else(|| Error::Internal(anyhow::anyhow!("a payment for no order: {captured:?}")))?;
    settle(&mut tx, &order, captured, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn settle(
    conn: &mut MySqlConnection,
    order: &Locked,
    captured: &PaymentCaptured,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(paid) = order.payment_status.after(PaymentStep::Pay) else {
        tracing::warn!(order = %order.id, "an order was paid a second time");
        let refund = RefundRequested { amount: captured.amount, ..refund_of(order, "paid twice") };
        return Ok(outbox::emit(conn, ServiceName::Order, now, &refund).await?);
    };
    if captured.amount != order.total_amount {
        return Err(Error::Internal(anyhow::anyhow!(
            "{} was paid for an order of {}",
            captured.amount,
            order.total_amount
        )));
    }
    let confirmed = order.status.after(Step::Confirm);
    store::orders::update_paid(conn, order, confirmed.unwrap_or(order.status), now).await?;
    inventory::keep(conn, order.id).await?;
    write_history(conn, order, (paid, confirmed), now).await?;
    if confirmed.is_some() {
        outbox::emit(conn, ServiceName::Order, now, &confirmation(order, captured)).await?;
    }
    if order.status == OrderStatus::Cancelled {
        outbox::emit(conn, ServiceName::Order, now, &refund_of(order, "paid after it was cancelled")).await?;
    }
    Ok(())
}

async fn write_history(
    conn: &mut MySqlConnection,
    order: &Locked,
    (paid, confirmed): (PaymentStatus, Option<OrderStatus>),
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = |field, old, new| Entry {
        order: order.id,
        field,
        old: Some(old),
        new,
        by: Actor::System,
        user: None,
        reason: Some("payment captured"),
    };
    let payment = entry(Field::PaymentStatus, order.payment_status.as_str(), paid.as_str());
    history::insert(conn, &payment, now).await?;
    if let Some(confirmed) = confirmed {
        history::insert(conn, &entry(Field::Status, order.status.as_str(), confirmed.as_str()), now).await?;
    }
    Ok(())
}

fn confirmation(order: &Locked, captured: &PaymentCaptured) -> OrderConfirmed {
    OrderConfirmed {
        order_id: order.id,
        order_number: order.order_number.clone(),
        user_id: order.user_id,
        total: order.total_amount,
        currency: captured.currency.clone(),
        payment_method: order.payment_method,
        revision: order.revision + 1,
    }
}
