//! Keeps the tender of an order that is paid on delivery in step with the order.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use commerce::events::{OrderCancelled, OrderConfirmed};
use commerce::ids::OrderId;
use commerce::listeners::PAYMENT_TENDERS;
use kernel::Event;
use shared::messaging::{Consumer, Message, inbox};
use shared::web::{Error, Result};
use shared::{Ground, database};
use sqlx::{MySqlConnection, MySqlPool};

use super::TenderStep;
use super::open::open;
use crate::store;

const CANCELLED: &str = "order cancelled";

/// Hears of orders that are confirmed and cancelled, in any order and any number of times.
pub(crate) fn consumer(ground: &Arc<Ground>) -> Consumer {
    let ground = Arc::clone(ground);
    Consumer::new(PAYMENT_TENDERS, move |message| {
        let ground = Arc::clone(&ground);
        async move { database::retry(|| hear(&ground.database, &message, ground.clock.now())).await }
    })
}

async fn hear(db: &MySqlPool, message: &Message, now: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    if inbox::first_time(&mut tx, PAYMENT_TENDERS.name, message.id, now).await? {
        match message.kind.as_str() {
            OrderCancelled::TYPE => call_off(&mut tx, message, now).await?,
            _ => confirm(&mut tx, message, now).await?,
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Opens the tender, unless the order has been cancelled since, or is paid otherwise.
async fn confirm(conn: &mut MySqlConnection, message: &Message, now: DateTime<Utc>) -> Result<()> {
    let id: OrderId = message.read::<OrderConfirmed>().map_err(Error::Internal)?.order_id;
    let order = store::orders::lock(conn, id).await?.ok_or(Error::NotFound("order"))?;
    if order.takes_cash().is_ok() {
        open(conn, &order, now).await?;
    }
    Ok(())
}

/// Ends the tender, unless its cash has come already: then the order sends it back.
async fn call_off(conn: &mut MySqlConnection, message: &Message, now: DateTime<Utc>) -> Result<()> {
    let number = message.read::<OrderCancelled>().map_err(Error::Internal)?.order_number;
    let Some(tender) = store::tenders::find_cash(conn, &number).await? else { return Ok(()) };
    if let Some(failed) = tender.status.after(TenderStep::Fail) {
        store::tenders::take_failed(conn, &tender, failed, CANCELLED, now).await?;
    }
    Ok(())
}
