//! Acts upon webhooks that were kept. A webhook says where to look; the gateway's own record says how things stand.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use commerce::orders::Gateway;
use futures::{StreamExt, stream};
use gateways::{Fault, Gateway as _, Notice, Razorpay};
use kernel::text_enum;
use shared::database::retry;
use shared::task::{Progress, Task};
use shared::web::{Error, Result};

use crate::gateway::to_error;
use crate::refunds::{self, Followed};
use crate::state::Till;
use crate::store;
use crate::store::events::Event;
use crate::tenders::{self, Tender, doubled};

const PERIOD: Duration = Duration::from_millis(500);
const BATCH: u32 = 50;
/// How many webhooks wait for the gateway beside each other.
const AT_ONCE: usize = 4;
/// A batch with a gateway that takes its time.
const LONGEST: Duration = Duration::from_mins(10);
/// What could not be acted upon is tried again after this, then after twice that…
const AGAIN: TimeDelta = TimeDelta::seconds(15);
/// … and at least this often.
const RAREST: TimeDelta = TimeDelta::minutes(10);

text_enum! {
    /// What became of a webhook.
    pub enum Outcome {
        /// What it is about stands where the gateway says.
        Applied = "applied",
        /// It is about something that this shop does not act upon.
        Ignored = "ignored",
        /// It is about a payment that this shop knows nothing of.
        Orphan = "orphan",
        /// It is the gateway's, and no event.
        Unreadable = "unreadable",
    }
}

/// The task named `webhooks`.
pub(crate) fn processing(till: Till) -> Task {
    Task::every("webhooks", PERIOD, move || {
        let till = till.clone();
        async move { Ok(process_due(&till).await?) }
    })
    .within(LONGEST)
}

async fn process_due(till: &Till) -> Result<Progress> {
    let Some(razorpay) = till.razorpay.as_deref() else { return Ok(Progress::Idle) };
    let now = till.clock.now();
    let due = store::events::list_due(&mut *till.database.acquire().await?, Gateway::Razorpay, now, BATCH).await?;
    let acting: Vec<_> = due.iter().map(|event| process(till, razorpay, event, now)).collect();
    let acted: Vec<Result<()>> = stream::iter(acting).buffer_unordered(AT_ONCE).collect().await;
    acted.into_iter().collect::<Result<Vec<()>>>()?;
    Ok(if due.is_empty() { Progress::Idle } else { Progress::More })
}

async fn process(till: &Till, razorpay: &Razorpay, event: &Event, now: DateTime<Utc>) -> Result<()> {
    let next = now + doubled(AGAIN, event.tries).min(RAREST);
    let take = || async { store::events::take_try(&mut *till.database.acquire().await?, event, next).await };
    if !retry(take).await? {
        return Ok(());
    }
    match act(till, razorpay, event, now).await {
        Ok(outcome) => {
            Ok(store::events::update_processed(&mut *till.database.acquire().await?, event.id, outcome, now).await?)
        }
        Err(error @ Error::Unavailable { .. }) => Err(error),
        Err(error) => {
            tracing::error!(event = event.id, exception = %error, "a webhook cannot be acted upon");
            Ok(())
        }
    }
}

async fn act(till: &Till, razorpay: &Razorpay, event: &Event, now: DateTime<Utc>) -> Result<Outcome> {
    match razorpay.read_event(&event.body) {
        Some(Notice::Payment { id, .. }) => look_at_payment(till, razorpay, &id, now).await,
        Some(Notice::Refund { id, .. }) => look_at_refund(till, razorpay, &id, now).await,
        Some(Notice::Other { kind }) => {
            tracing::info!(kind, "a webhook that nobody acts upon");
            Ok(Outcome::Ignored)
        }
        None => {
            tracing::error!(event = event.id, "a webhook cannot be read");
            Ok(Outcome::Unreadable)
        }
    }
}

async fn look_at_payment(till: &Till, razorpay: &Razorpay, id: &str, now: DateTime<Utc>) -> Result<Outcome> {
    if is_taken_in(till, id).await? {
        return Ok(Outcome::Applied);
    }
    let Some(payment) = known(razorpay.payment(id).await)? else { return Ok(Outcome::Orphan) };
    let tender = match &payment.order_id {
        Some(order) => find_tender(till, razorpay, order, now).await?,
        None => None,
    };
    let Some(tender) = tender else {
        tracing::warn!(gateway_payment = id, "a payment that this shop knows nothing of");
        return Ok(Outcome::Orphan);
    };
    tenders::follow(&till.database, razorpay, tender.id, &payment, now).await?;
    Ok(Outcome::Applied)
}

/// Money tells of itself three times and more: authorised, captured, order paid.
async fn is_taken_in(till: &Till, id: &str) -> Result<bool> {
    let mut conn = till.database.acquire().await?;
    let tender = store::tenders::find_by_gateway_payment(&mut conn, Gateway::Razorpay, id).await?;
    Ok(tender.is_some_and(|tender| tender.status.is_captured()))
}

/// The attempt that the gateway calls `order`; also one that was never told what it is called.
async fn find_tender(till: &Till, razorpay: &Razorpay, order: &str, now: DateTime<Utc>) -> Result<Option<Tender>> {
    let mut conn = till.database.acquire().await?;
    let found = store::tenders::find_by_gateway_order(&mut conn, Gateway::Razorpay, order).await?;
    drop(conn);
    if found.is_some() {
        return Ok(found);
    }
    let Some(order) = known(razorpay.order(order).await)? else { return Ok(None) };
    let receipt = order.receipt.unwrap_or_default();
    let unheard = store::tenders::find_by_uuid(&mut *till.database.acquire().await?, &receipt).await?;
    match unheard.filter(|tender| tender.gateway_order_id.is_none()) {
        Some(tender) => tenders::record(&till.database, tender.id, &order.id, now).await.map(Some),
        None => Ok(None),
    }
}

async fn look_at_refund(till: &Till, razorpay: &Razorpay, id: &str, now: DateTime<Utc>) -> Result<Outcome> {
    let Some(said) = known(razorpay.refund_by_id(id).await)? else { return Ok(Outcome::Orphan) };
    if refunds::follow(&till.database, &said, now).await? == Followed::Ours {
        return Ok(Outcome::Applied);
    }
    // The payment's own news may come later than this.
    look_at_payment(till, razorpay, &said.payment_id, now).await?;
    let followed = refunds::follow(&till.database, &said, now).await?;
    Ok(if followed == Followed::Ours { Outcome::Applied } else { Outcome::Orphan })
}

/// What the gateway knows; `None` if it knows no such thing.
fn known<T>(answer: Result<T, Fault>) -> Result<Option<T>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Fault::Missing) => Ok(None),
        Err(fault) => Err(to_error(fault)),
    }
}
