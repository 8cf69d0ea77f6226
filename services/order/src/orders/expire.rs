//! Gives up orders whose payment did not come in time, so that others can buy what they held.

use std::time::Duration;

use chrono::{DateTime, Utc};
use commerce::ids::OrderId;
use inventory::Return;
use shared::database::retry;
use shared::task::{Progress, Task};
use shared::web::{Error, Result};

use super::Actor;
use super::cancel::{self, Cancellation};
use crate::state::Shop;
use crate::store;

const PERIOD: Duration = Duration::from_secs(5);
const BATCH: u32 = 50;

/// The task named `expiry`.
pub(crate) fn expiry(shop: Shop) -> Task {
    Task::every("expiry", PERIOD, move || {
        let shop = shop.clone();
        async move { Ok(expire_due(&shop).await?) }
    })
}

async fn expire_due(shop: &Shop) -> Result<Progress> {
    let now = shop.clock.now();
    let due = inventory::list_expired(&mut *shop.database.acquire().await?, now, BATCH).await?;
    let mut ended = 0;
    for order in &due {
        match retry(|| expire(shop, *order, now)).await {
            Ok(is_over) => ended += usize::from(is_over),
            Err(error @ Error::Unavailable { .. }) => return Err(error),
            Err(error) => tracing::error!(%order, exception = %error, "an order should have expired and cannot"),
        }
    }
    // One that cannot end must not keep the task spinning, nor the others waiting.
    Ok(if ended > 0 { Progress::More } else { Progress::Idle })
}

/// Under the order's lock it is looked at again: a payment may have come in the meantime. Whether it ended.
async fn expire(shop: &Shop, id: OrderId, now: DateTime<Utc>) -> Result<bool> {
    let mut tx = shop.database.begin().await?;
    let Some(order) = store::orders::lock(&mut tx, id).await? else { return Ok(false) };
    let is_due = order.hold_expires_at.is_some_and(|until| until <= now);
    if is_due {
        let why = Cancellation { by: Actor::System, user: None, reason: "not paid in time", stock: Return::Expired };
        cancel::end(&mut tx, &order, why, now).await?;
    }
    tx.commit().await?;
    Ok(is_due)
}
