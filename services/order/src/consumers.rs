//! What other services' events lead to.

use std::sync::Arc;

use commerce::events::PaymentCaptured;
use commerce::listeners::ORDER_PAYMENTS;
use shared::database::retry;
use shared::messaging::{Consumer, Message};
use shared::web::{Error, Result};

use crate::orders;
use crate::state::Shop;

/// Money has come in: the order is paid.
pub(crate) fn payments(shop: Shop) -> Consumer {
    Consumer::new(ORDER_PAYMENTS, move |message| {
        let shop = shop.clone();
        async move { pay(&shop, &message).await }
    })
}

async fn pay(shop: &Shop, message: &Arc<Message>) -> Result<()> {
    let captured: PaymentCaptured = message.read().map_err(Error::Internal)?;
    retry(|| orders::mark_paid(shop, message.id, &captured)).await
}
