//! Asks the gateway about attempts of which it has not told: its webhook was lost, the browser closed, this service killed.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use commerce::orders::Gateway;
use gateways::{Gateway as _, Payment, PaymentStatus, Razorpay};
use shared::database::retry;
use shared::task::{Progress, Task};
use shared::web::{Error, Result};

use super::schedule::next_check;
use super::{Tender, follow, online};
use crate::gateway::to_error;
use crate::refunds;
use crate::state::Till;
use crate::store;
use crate::store::attempts::Due;

const PERIOD: Duration = Duration::from_secs(2);
const BATCH: u32 = 20;
/// A batch with a gateway that takes its time.
const LONGEST: Duration = Duration::from_mins(5);
/// What was asked less than this ago may still be about to be known to the gateway.
const SETTLING: TimeDelta = TimeDelta::minutes(1);

const NOT_PAID: &str = "not paid in time";

/// The task named `poll`.
pub(crate) fn poll(till: Till) -> Task {
    Task::every("poll", PERIOD, move || {
        let till = till.clone();
        async move { Ok(look_round(&till).await?) }
    })
    .within(LONGEST)
}

async fn look_round(till: &Till) -> Result<Progress> {
    let Some(razorpay) = till.razorpay.as_deref() else { return Ok(Progress::Idle) };
    let now = till.clock.now();
    let due = store::attempts::list_due(&mut *till.database.acquire().await?, Gateway::Razorpay, now, BATCH).await?;
    for due in &due {
        look(till, razorpay, due, now).await?;
    }
    Ok(if due.is_empty() { Progress::Idle } else { Progress::More })
}

/// Who does not get an answer comes back at the next time that was set, and leaves the others in peace.
async fn look(till: &Till, razorpay: &Razorpay, due: &Due, now: DateTime<Utc>) -> Result<()> {
    let next = next_check(due.status, due.checks + 1, due.expires_at, now);
    let take = || async { store::attempts::take_check(&mut *till.database.acquire().await?, due, next).await };
    if !retry(take).await? {
        return Ok(());
    }
    let found = store::tenders::find(&mut *till.database.acquire().await?, due.id).await?;
    let tender = found.ok_or(Error::NotFound("payment"))?;
    match ask(till, razorpay, tender, now).await {
        Err(error @ Error::Unavailable { .. }) => Err(error),
        Err(error) => {
            tracing::error!(payment = %due.id, exception = %error, "an attempt cannot be followed");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

async fn ask(till: &Till, razorpay: &Razorpay, tender: Tender, now: DateTime<Utc>) -> Result<()> {
    let tender = match &tender.gateway_order_id {
        Some(_) => tender,
        None => match razorpay.find_order(&tender.uuid).await.map_err(to_error)? {
            Some(order) => online::record(&till.database, tender.id, &order.id, now).await?,
            None => return give_up_unheard(till, &tender, now).await,
        },
    };
    let Some(order) = tender.gateway_order_id.as_deref() else { return Ok(()) };
    let payments = razorpay.payments_of(order).await.map_err(to_error)?;
    for payment in relevant(&payments) {
        let payment = razorpay.payment(&payment.id).await.map_err(to_error)?;
        let tender = follow(&till.database, razorpay, tender.id, &payment, now).await?;
        if payment.refunded > tender.refunded_amount && tender.gateway_payment_id.as_ref() == Some(&payment.id) {
            follow_refunds(till, razorpay, &payment.id, now).await?;
        }
    }
    if is_over(&tender, now) && !payments.iter().any(is_undecided) {
        online::end(&till.database, tender.id, NOT_PAID, now).await?;
    }
    Ok(())
}

/// More went back than we know of: somebody gave it back in the gateway's dashboard.
async fn follow_refunds(till: &Till, razorpay: &Razorpay, payment: &str, now: DateTime<Utc>) -> Result<()> {
    for refund in razorpay.refunds_of(payment).await.map_err(to_error)? {
        refunds::follow(&till.database, &refund, now).await?;
    }
    Ok(())
}

/// Money first: what failed before it is not news any more.
fn relevant(payments: &[Payment]) -> Vec<&Payment> {
    let of = |wanted: &'static [PaymentStatus]| payments.iter().filter(|payment| wanted.contains(&payment.status));
    let money = of(&[PaymentStatus::Captured, PaymentStatus::Refunded]).chain(of(&[PaymentStatus::Authorized]));
    let money: Vec<_> = money.collect();
    if money.is_empty() { of(&[PaymentStatus::Failed]).take(1).collect() } else { money }
}

/// The bank may still say yes.
fn is_undecided(payment: &Payment) -> bool {
    matches!(payment.status, PaymentStatus::Created | PaymentStatus::Authorized | PaymentStatus::Other)
}

fn is_over(tender: &Tender, now: DateTime<Utc>) -> bool {
    tender.expires_at.is_some_and(|end| end <= now)
}

/// The gateway never heard of it: nobody can pay it.
async fn give_up_unheard(till: &Till, tender: &Tender, now: DateTime<Utc>) -> Result<()> {
    let is_settled = tender.asked_at.is_none_or(|asked| asked + SETTLING <= now);
    if is_over(tender, now) && is_settled {
        online::end(&till.database, tender.id, NOT_PAID, now).await?;
    }
    Ok(())
}
