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
    let (now, mut last) = (shop.clock.now(), None);
    loop {
        let due = store::orders::list_due(&mut *shop.database.acquire().await?, now, last, BATCH).await?;
        for order in &due {
            give_up(shop, *order, now).await?;
        }
        last = due.last().copied();
        if last.is_none() {
            return Ok(Progress::Idle);
        }
    }
}

/// One that cannot end keeps nobody else waiting.
async fn give_up(shop: &Shop, order: OrderId, now: DateTime<Utc>) -> Result<()> {
    match retry(|| expire(shop, order, now)).await {
        Err(error @ Error::Unavailable { .. }) => Err(error),
        Err(error) => {
            tracing::error!(%order, exception = %error, "an order should have expired and cannot");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Under the order's lock it is looked at again: a payment may have come in the meantime.
async fn expire(shop: &Shop, id: OrderId, now: DateTime<Utc>) -> Result<()> {
    let mut tx = shop.database.begin().await?;
    let Some(order) = store::orders::lock(&mut tx, id).await? else { return Ok(()) };
    if order.hold_expires_at.is_some_and(|until| until <= now) {
        let why = Cancellation { by: Actor::System, user: None, reason: "not paid in time", stock: Return::Expired };
        cancel::end(&mut tx, &order, why, now).await?;
    }
    tx.commit().await?;
    Ok(())
}
