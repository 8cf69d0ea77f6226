//! Notes what has gone back to the customer of an order; when it is all of it, an order that is over is refunded.

use chrono::{DateTime, Utc};
use commerce::events::RefundProcessed;
use commerce::orders::{PaymentStatus, PaymentStep, RefundPurpose, Step};
use shared::web::{Error, Result};
use sqlx::MySqlConnection;
use uuid::Uuid;

use super::hear::{lock_once, write_history};
use crate::state::Shop;
use crate::store;
use crate::store::orders::Locked;

/// Acts upon a refund once. What was paid too often and goes back changes nothing about the order.
///
/// # Errors
/// `Unavailable` while the order has not heard of the payment itself: it overtook its capture, and comes again.
pub(crate) async fn mark_refunded(shop: &Shop, message: Uuid, refund: &RefundProcessed) -> Result<()> {
    let now = shop.clock.now();
    let mut tx = shop.database.begin().await?;
    let Some(order) = lock_once(&mut tx, message, refund.order_id, now).await? else { return Ok(()) };
    match refund.purpose {
        RefundPurpose::Order => settle(&mut tx, &order, refund, now).await?,
        RefundPurpose::Surplus => {
            tracing::info!(order = %order.id, refund = %refund.refund_id, "what was paid too often has gone back");
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Refunds may come in any order: `refunded` is the sum by then, and a smaller one after a larger is old news.
async fn settle(
    conn: &mut MySqlConnection,
    order: &Locked,
    refund: &RefundProcessed,
    now: DateTime<Utc>,
) -> Result<()> {
    let is_all = refund.refunded >= order.total_amount;
    let step = if is_all { PaymentStep::RefundAll } else { PaymentStep::RefundPart };
    let Some(payment) = order.payment_status.after(step) else { return old_news(order, refund) };
    if payment == order.payment_status {
        return Ok(());
    }
    let status = if payment == PaymentStatus::Refunded { order.status.after(Step::Refund) } else { None };
    store::orders::update_states(conn, order.id, (status.unwrap_or(order.status), payment), now).await?;
    write_history(conn, order, (payment, status), "refund processed", now).await
}

fn old_news(order: &Locked, refund: &RefundProcessed) -> Result<()> {
    match order.payment_status {
        PaymentStatus::Pending | PaymentStatus::Failed => Err(Error::unavailable(anyhow::anyhow!(
            "a refund of what order {} does not know as paid: {refund:?}",
            order.id
        ))),
        PaymentStatus::Paid | PaymentStatus::PartiallyRefunded | PaymentStatus::Refunded => Ok(()),
    }
}
