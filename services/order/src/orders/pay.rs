//! Marks an order as paid when the payment service says that the money is there.

use chrono::{DateTime, Utc};
use commerce::events::{OrderConfirmed, PaymentCaptured, RefundRequested};
use commerce::orders::{OrderStatus, PaymentStep, RefundPurpose, Step};
use shared::config::ServiceName;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use uuid::Uuid;

use super::cancel::refund_of;
use super::hear::{lock_once, write_history};
use crate::state::Shop;
use crate::store;
use crate::store::orders::Locked;

/// Acts upon a capture once. Money for an order that is over is asked back.
pub(crate) async fn mark_paid(shop: &Shop, message: Uuid, captured: &PaymentCaptured) -> Result<()> {
    let now = shop.clock.now();
    let mut tx = shop.database.begin().await?;
    let Some(order) = lock_once(&mut tx, message, captured.order_id, now).await? else { return Ok(()) };
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
        let refund = RefundRequested {
            amount: captured.amount,
            payment_id: Some(captured.payment_id),
            purpose: RefundPurpose::Surplus,
            ..refund_of(order, "paid twice")
        };
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
    write_history(conn, order, (paid, confirmed), "payment captured", now).await?;
    if confirmed.is_some() {
        outbox::emit(conn, ServiceName::Order, now, &confirmation(order, captured)).await?;
    }
    if order.status == OrderStatus::Cancelled {
        let payment_id = Some(captured.payment_id);
        let refund = RefundRequested { payment_id, ..refund_of(order, "paid after it was cancelled") };
        outbox::emit(conn, ServiceName::Order, now, &refund).await?;
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
