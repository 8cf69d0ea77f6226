//! Gives up orders whose payment did not come in time, so that others can buy what they held.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use commerce::ids::OrderId;
use inventory::Return;
use shared::database::retry;
use shared::task::{Progress, Task};
use shared::web::{Error, Result};
use sqlx::MySqlConnection;

use super::Actor;
use super::cancel::{self, Cancellation};
use crate::state::Shop;
use crate::store;
use crate::store::orders::Locked;

const PERIOD: Duration = Duration::from_secs(5);
const BATCH: u32 = 50;
/// For how long beyond its hold an order is left alone whose payment is under way. A gateway calls a payment that gets no
/// answer failed after some ten minutes, and asks to be asked after fifteen: twice that is for a gateway that is away.
const UNDECIDED: TimeDelta = TimeDelta::minutes(30);

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
        let due = list_due(shop, now, last).await?;
        for order in &due {
            give_up(shop, *order, now).await?;
        }
        last = due.last().copied();
        if last.is_none() {
            return Ok(Progress::Idle);
        }
    }
}

async fn list_due(shop: &Shop, now: DateTime<Utc>, after: Option<OrderId>) -> Result<Vec<OrderId>> {
    let mut conn = shop.database.acquire().await?;
    Ok(store::orders::list_due(&mut conn, (now, now - UNDECIDED), after, BATCH).await?)
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

/// Under the order's lock it is looked at again: a payment may have come, or have begun, in the meantime.
async fn expire(shop: &Shop, id: OrderId, now: DateTime<Utc>) -> Result<()> {
    let mut tx = shop.database.begin().await?;
    let Some(order) = store::orders::lock(&mut tx, id).await? else { return Ok(()) };
    if is_due(&mut tx, &order, now).await? {
        let why = Cancellation { by: Actor::System, user: None, reason: "not paid in time", stock: Return::Expired };
        cancel::end(&mut tx, &order, why, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Nobody begins a payment while the order is locked.
async fn is_due(conn: &mut MySqlConnection, order: &Locked, now: DateTime<Utc>) -> Result<bool> {
    let Some(until) = order.hold_expires_at.filter(|until| *until <= now) else { return Ok(false) };
    Ok(until + UNDECIDED <= now || !store::payments::has_open_attempt(conn, order.id).await?)
}
