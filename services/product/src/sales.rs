//! What was sold of products: counted when an order is confirmed, and taken off when it is cancelled.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use commerce::events::{OrderCancelled, OrderConfirmed};
use commerce::ids::OrderId;
use commerce::listeners::PRODUCT_SALES;
use kernel::Event;
use shared::messaging::{Message, inbox};
use shared::task::Progress;
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};

use crate::store;

/// How often orders are looked for that no event told of, such as those of the time before.
pub(crate) const PERIOD: Duration = Duration::from_mins(1);
/// How many orders are looked at in one go.
const BATCH: u32 = 200;

/// Hears of an order; told twice, it counts once.
///
/// # Errors
/// When the database is away, or the event is none.
pub(crate) async fn hear(db: &MySqlPool, message: &Message, now: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    if !inbox::first_time(&mut tx, PRODUCT_SALES.name, message.id, now).await? {
        return Ok(());
    }
    if message.kind == OrderCancelled::TYPE {
        take_off(&mut tx, message.read::<OrderCancelled>().map_err(Error::Internal)?.order_id).await?;
    } else {
        count(&mut tx, message.read::<OrderConfirmed>().map_err(Error::Internal)?.order_id).await?;
    }
    Ok(tx.commit().await?)
}

/// The order counts, unless it is cancelled by now: its cancellation may have been heard first. Whoever hears of one
/// meanwhile waits for the row.
async fn count(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<()> {
    if !store::sales::insert_order(conn, order).await? {
        return Ok(());
    }
    if store::sales::find_whether_sold(conn, order).await? == Some(true) {
        store::sales::insert_or_add(conn, order).await
    } else {
        store::sales::delete_order(conn, order).await.map(drop)
    }
}

async fn take_off(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<()> {
    if store::sales::delete_order(conn, order).await? {
        store::sales::update_taken_off(conn, order).await
    } else {
        Ok(())
    }
}

/// A walk over all orders, once per start and then over the new ones.
#[derive(Debug, Default)]
pub(crate) struct Walk(AtomicU64);

impl Walk {
    /// Counts what is sold among the next orders.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn step(&self, db: &MySqlPool) -> anyhow::Result<Progress> {
        let last = self.0.load(Ordering::Acquire);
        let orders = store::sales::list_orders_after(&mut *db.acquire().await?, last, BATCH).await?;
        let Some((next, _)) = orders.last().copied() else { return Ok(Progress::Idle) };
        for (order, _) in orders.into_iter().filter(|(_, is_left)| *is_left) {
            let mut tx = db.begin().await?;
            count(&mut tx, order).await?;
            tx.commit().await?;
        }
        self.0.store(next.get(), Ordering::Release);
        Ok(Progress::More)
    }
}
