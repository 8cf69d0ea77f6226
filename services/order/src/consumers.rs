//! What other services' events lead to.

use commerce::events::{CashPromised, PaymentCaptured, PaymentFailed, RefundProcessed};
use commerce::listeners::ORDER_PAYMENTS;
use kernel::Event;
use shared::database::retry;
use shared::messaging::{Consumer, Message};
use shared::web::{Error, Result};

use crate::orders;
use crate::state::Shop;

/// Money has come in, has not come in, will come on delivery, or has gone back.
pub(crate) fn payments(shop: Shop) -> Consumer {
    Consumer::new(ORDER_PAYMENTS, move |message| {
        let shop = shop.clone();
        async move { hear(&shop, &message).await }
    })
}

async fn hear(shop: &Shop, message: &Message) -> Result<()> {
    match message.kind.as_str() {
        PaymentCaptured::TYPE => {
            let captured: PaymentCaptured = message.read().map_err(Error::Internal)?;
            retry(|| orders::mark_paid(shop, message.id, &captured)).await
        }
        PaymentFailed::TYPE => {
            let failed: PaymentFailed = message.read().map_err(Error::Internal)?;
            retry(|| orders::mark_failed(shop, message.id, &failed)).await
        }
        CashPromised::TYPE => {
            let promised: CashPromised = message.read().map_err(Error::Internal)?;
            retry(|| orders::mark_promised(shop, message.id, promised)).await
        }
        RefundProcessed::TYPE => {
            let refund: RefundProcessed = message.read().map_err(Error::Internal)?;
            retry(|| orders::mark_refunded(shop, message.id, &refund)).await
        }
        other => Err(Error::Internal(anyhow::anyhow!("nobody here knows what {other} means"))),
    }
}
