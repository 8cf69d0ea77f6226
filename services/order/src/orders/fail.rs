//! Notes that an attempt to pay an order has failed. The order stays as it is and keeps its goods: another may follow.

use commerce::events::PaymentFailed;
use commerce::orders::PaymentStep;
use shared::web::Result;
use uuid::Uuid;

use super::hear::{lock_once, write_history};
use crate::state::Shop;
use crate::store;

/// How many characters of a reason the history keeps.
const REASON: usize = 255;

/// Acts upon a failure once. An order that is paid by now, or has failed before, stays as it is.
pub(crate) async fn mark_failed(shop: &Shop, message: Uuid, failed: &PaymentFailed) -> Result<()> {
    let now = shop.clock.now();
    let mut tx = shop.database.begin().await?;
    let Some(order) = lock_once(&mut tx, message, failed.order_id, now).await? else { return Ok(()) };
    if let Some(payment) = order.payment_status.after(PaymentStep::Fail) {
        let reason: String = failed.reason.chars().take(REASON).collect();
        store::orders::update_states(&mut tx, order.id, (order.status, payment), now).await?;
        write_history(&mut tx, &order, (payment, None), &reason, now).await?;
    }
    tx.commit().await?;
    Ok(())
}
