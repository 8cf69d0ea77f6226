//! An attempt to pay online, from the row to the gateway's name for it: offered once, whatever happens in between.

use chrono::{DateTime, TimeDelta, Utc};
use commerce::ids::PaymentId;
use gateways::{Fault, Gateway as _, NewOrder, Razorpay};
use shared::database::retry;
use shared::web::{Error, Result};
use sqlx::MySqlPool;

use super::schedule::next_check;
use super::{Tender, TenderStatus, TenderStep};
use crate::gateway::to_error;
use crate::store;

/// As long as this the gateway may still be working on what it was asked, and nobody asks again.
const SETTLING: TimeDelta = TimeDelta::seconds(20);
/// How long, and how often, a double click looks whether the first click is through.
const LOOKS: (u32, std::time::Duration) = (30, std::time::Duration::from_millis(100));

const NO_SUCH_PAYMENT: Error = Error::NotFound("payment");
const GIVEN_UP: Error =
    Error::Impossible { code: "INVALID_STATE", message: "this payment was given up: please try again" };

/// Asks the gateway to offer `tender`, which nobody has asked for yet: its turn was taken with the row.
pub(super) async fn offer(db: &MySqlPool, razorpay: &Razorpay, tender: &Tender, now: DateTime<Utc>) -> Result<Tender> {
    let notes = [("order_number", tender.order_number.as_str())];
    let wanted = NewOrder { receipt: &tender.uuid, amount: tender.amount, currency: &tender.currency, notes: &notes };
    let fault = match razorpay.create_order(&wanted).await {
        Ok(order) => return hand_out(record(db, tender.id, &order.id, now).await?),
        Err(fault) => fault,
    };
    let is_doubtful = matches!(fault, Fault::Unknown { .. });
    let error = give_way(db, tender, fault, now).await?;
    // What was done although nobody heard so is there to be seen.
    if !is_doubtful {
        return Err(error);
    }
    match razorpay.find_order(&tender.uuid).await {
        Ok(Some(order)) => hand_out(record(db, tender.id, &order.id, now).await?),
        _ => Err(error),
    }
}

/// Goes on with an attempt that somebody has begun: they are at work on it, or died, or do not know what came of it.
pub(super) async fn resume(db: &MySqlPool, razorpay: &Razorpay, tender: Tender, now: DateTime<Utc>) -> Result<Tender> {
    let tender = wait_for_the_first(db, tender).await?;
    if tender.gateway_order_id.is_some() || tender.status == TenderStatus::Failed {
        return hand_out(tender);
    }
    if let Some(order) = razorpay.find_order(&tender.uuid).await.map_err(to_error)? {
        return hand_out(record(db, tender.id, &order.id, now).await?);
    }
    if store::attempts::take_turn(&mut *db.acquire().await?, tender.id, SETTLING, now).await? {
        return offer(db, razorpay, &tender, now).await;
    }
    Err(Error::InProgress { retry_after: std::time::Duration::from_secs(2) })
}

/// An attempt that was given up meanwhile is nobody's to pay.
fn hand_out(tender: Tender) -> Result<Tender> {
    if tender.status == TenderStatus::Failed { Err(GIVEN_UP) } else { Ok(tender) }
}

async fn wait_for_the_first(db: &MySqlPool, mut tender: Tender) -> Result<Tender> {
    let (looks, rest) = LOOKS;
    for _ in 0..looks {
        let is_at_work = tender.status == TenderStatus::Initiated && tender.asked_at.is_some();
        if !is_at_work {
            break;
        }
        tokio::time::sleep(rest).await;
        let found = store::tenders::find(&mut *db.acquire().await?, tender.id).await?;
        tender = found.ok_or(NO_SUCH_PAYMENT)?;
    }
    Ok(tender)
}

/// Writes down what the gateway calls the attempt. Whoever comes second finds it written.
pub(crate) async fn record(db: &MySqlPool, id: PaymentId, gateway_order: &str, now: DateTime<Utc>) -> Result<Tender> {
    retry(|| record_once(db, id, gateway_order, now)).await
}

async fn record_once(db: &MySqlPool, id: PaymentId, gateway_order: &str, now: DateTime<Utc>) -> Result<Tender> {
    let mut tx = db.begin().await?;
    let tender = store::tenders::lock(&mut tx, id).await?.ok_or(NO_SUCH_PAYMENT)?;
    if tender.status.after(TenderStep::Offer).is_some() {
        store::attempts::update_offered(&mut tx, id, gateway_order, now).await?;
    } else if tender.gateway_order_id.is_none() {
        // It was given up. Should it be paid all the same, that is found under this name.
        store::attempts::update_name(&mut tx, id, gateway_order, now).await?;
    }
    let tender = store::tenders::find(&mut tx, id).await?.ok_or(NO_SUCH_PAYMENT)?;
    tx.commit().await?;
    Ok(tender)
}

/// What an attempt becomes that the gateway did not answer for, and what the customer is told.
async fn give_way(db: &MySqlPool, tender: &Tender, fault: Fault, now: DateTime<Utc>) -> Result<Error> {
    match &fault {
        Fault::Refused { description, .. } => end(db, tender.id, description, now).await?,
        Fault::Missing => end(db, tender.id, "the gateway does not know it", now).await?,
        Fault::Denied | Fault::Later { .. } | Fault::Away { .. } => {
            store::attempts::update_unasked(&mut *db.acquire().await?, tender.id).await?;
        }
        Fault::Unknown { .. } => doubt(db, tender.id, now).await?,
    }
    Ok(to_error(fault))
}

/// Ends an attempt that nobody waits for any more. Should it be paid all the same, that is seen too.
pub(super) async fn end(db: &MySqlPool, id: PaymentId, reason: &str, now: DateTime<Utc>) -> Result<()> {
    retry(|| async {
        let mut tx = db.begin().await?;
        let tender = store::tenders::lock(&mut tx, id).await?.ok_or(NO_SUCH_PAYMENT)?;
        if let Some(failed) = tender.status.after(TenderStep::Fail) {
            let next = next_check(failed, 0, tender.expires_at, now);
            store::attempts::update_failed(&mut tx, id, reason, next, now).await?;
        }
        Ok(tx.commit().await?)
    })
    .await
}

async fn doubt(db: &MySqlPool, id: PaymentId, now: DateTime<Utc>) -> Result<()> {
    retry(|| async {
        let mut tx = db.begin().await?;
        let tender = store::tenders::lock(&mut tx, id).await?.ok_or(NO_SUCH_PAYMENT)?;
        if tender.status.after(TenderStep::Doubt).is_some() {
            store::attempts::update_unknown(&mut tx, id, now).await?;
        }
        Ok(tx.commit().await?)
    })
    .await
}
