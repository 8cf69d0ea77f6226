//! Asks the gateway to give money back, and again under the same key until it says what became of it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use commerce::orders::Gateway;
use gateways::{Fault, Gateway as _, NewRefund, Razorpay, Refund as AtGateway};
use shared::database::retry;
use shared::task::{Progress, Task};
use shared::web::{Error, Result};

use super::observe::{failed, observe};
use super::{Refund, RefundStatus};
use crate::gateway::to_error;
use crate::state::Till;
use crate::store;
use crate::tenders::doubled;

const PERIOD: Duration = Duration::from_secs(1);
const BATCH: u32 = 20;
/// A batch with a gateway that takes its time.
const LONGEST: Duration = Duration::from_mins(5);
/// What was not answered is asked again after this, then after twice that…
const AGAIN: TimeDelta = TimeDelta::seconds(15);
/// … and at least this often; banks take days for what is on its way.
const RAREST: TimeDelta = TimeDelta::hours(1);

/// The task named `refunds`.
pub(crate) fn sending(till: Till) -> Task {
    Task::every("refunds", PERIOD, move || {
        let till = till.clone();
        async move { Ok(send_due(&till).await?) }
    })
    .within(LONGEST)
}

async fn send_due(till: &Till) -> Result<Progress> {
    let Some(razorpay) = till.razorpay.as_deref() else { return Ok(Progress::Idle) };
    let now = till.clock.now();
    let due = store::refunds::list_due(&mut *till.database.acquire().await?, Gateway::Razorpay, now, BATCH).await?;
    for refund in &due {
        send(till, razorpay, refund, now).await?;
    }
    Ok(if due.is_empty() { Progress::Idle } else { Progress::More })
}

async fn send(till: &Till, razorpay: &Razorpay, refund: &Refund, now: DateTime<Utc>) -> Result<()> {
    let next = now + doubled(AGAIN, refund.checks).min(RAREST);
    let take = || async { store::refunds::take_check(&mut *till.database.acquire().await?, refund, next).await };
    if !retry(take).await? {
        return Ok(());
    }
    let payment = payment_of(till, refund).await?;
    match ask(razorpay, refund, &payment).await {
        Ok(said) => retry(|| observe(&till.database, refund.id, &said, now)).await,
        Err(Fault::Refused { description, .. }) => {
            settle_refused((till, razorpay), refund, &payment, &description, now).await
        }
        Err(Fault::Missing) => {
            settle_refused((till, razorpay), refund, &payment, "the gateway does not know it", now).await
        }
        Err(fault @ Fault::Unknown { .. }) => {
            store::refunds::update_unknown(&mut *till.database.acquire().await?, refund.id, now).await?;
            Err(to_error(fault))
        }
        Err(fault @ Fault::Later { .. }) => {
            tracing::warn!(refund = %refund.id, exception = %format!("{:#}", anyhow::Error::new(fault)), "a refund has to wait");
            Ok(())
        }
        Err(fault) => Err(to_error(fault)),
    }
}

async fn ask(razorpay: &Razorpay, refund: &Refund, payment: &str) -> Result<AtGateway, Fault> {
    if let (RefundStatus::Pending, Some(id)) = (refund.status, &refund.gateway_refund_id) {
        return razorpay.refund_by_id(id).await;
    }
    let wanted = NewRefund { key: &refund.uuid, payment, amount: refund.amount, reason: &refund.reason };
    razorpay.refund(&wanted).await
}

/// The gateway's name for the payment that goes back.
async fn payment_of(till: &Till, refund: &Refund) -> Result<String> {
    let tender = store::tenders::find(&mut *till.database.acquire().await?, refund.payment_id).await?;
    let payment = tender.and_then(|tender| tender.gateway_payment_id);
    payment.ok_or_else(|| Error::Internal(anyhow::anyhow!("refund {} is of no payment of the gateway's", refund.id)))
}

/// A refusal may mean that it was done before: keys are not kept for ever. Only what is nowhere to be seen has failed.
async fn settle_refused(
    (till, razorpay): (&Till, &Razorpay),
    refund: &Refund,
    payment: &str,
    why: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let refunds = razorpay.refunds_of(payment).await.map_err(to_error)?;
    if let Some(done) = refunds.iter().find(|done| done.receipt.as_deref() == Some(refund.uuid.as_str())) {
        return retry(|| observe(&till.database, refund.id, done, now)).await;
    }
    retry(|| async {
        let mut tx = till.database.begin().await?;
        store::tenders::lock(&mut tx, refund.payment_id).await?;
        let now_stands = store::refunds::find(&mut tx, refund.id).await?;
        if now_stands.is_some_and(|now_stands| now_stands.status == refund.status) {
            failed(&mut tx, refund, why, now).await?;
        }
        Ok(tx.commit().await?)
    })
    .await
}
