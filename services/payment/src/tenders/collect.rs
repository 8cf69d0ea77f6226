//! The carrier has taken the cash.

use chrono::{DateTime, Utc};
use commerce::events::PaymentCaptured;
use commerce::ids::OrderId;
use shared::config::ServiceName;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};

use super::open::{load, open};
use super::{Tender, TenderStatus, TenderStep};
use crate::store;

const WILL_NOT_COME: Error =
    Error::Impossible { code: "INVALID_STATE", message: "this payment was called off: its cash cannot be collected" };

/// The tender of the order, collected now or before; the order learns of it once.
///
/// # Errors
/// 404 without such an order; `INVALID_STATE` if it is cancelled, free or paid otherwise.
pub async fn collect(db: &MySqlPool, order: OrderId, now: DateTime<Utc>) -> Result<Tender> {
    let mut tx = db.begin().await?;
    let order = store::orders::lock(&mut tx, order).await?.ok_or(Error::NotFound("order"))?;
    let known = store::tenders::find_cash(&mut tx, &order.number).await?;
    if let Some(collected) = known.filter(|tender| tender.status == TenderStatus::Captured) {
        return Ok(collected);
    }
    order.takes_cash()?;
    let tender = open(&mut tx, &order, now).await?.into_tender();
    let tender = capture(&mut tx, tender, now).await?;
    tx.commit().await?;
    Ok(tender)
}

async fn capture(conn: &mut MySqlConnection, tender: Tender, now: DateTime<Utc>) -> Result<Tender> {
    let collected = tender.status.after(TenderStep::Collect).ok_or(WILL_NOT_COME)?;
    if !store::tenders::take_collected(conn, &tender, collected, now).await? {
        return Err(WILL_NOT_COME);
    }
    let event = PaymentCaptured {
        payment_id: tender.id,
        order_id: tender.order_id,
        user_id: tender.user_id,
        amount: tender.amount,
        currency: tender.currency,
        gateway: tender.gateway,
    };
    outbox::emit(conn, ServiceName::Payment, now, &event).await?;
    load(conn, tender.id).await
}
