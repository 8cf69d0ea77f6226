//! The one way in which a gateway's word moves a refund, whoever brings it: the answer, a webhook, a later look.

use chrono::{DateTime, Utc};
use commerce::events::RefundProcessed;
use commerce::ids::RefundId;
use commerce::orders::{Gateway, RefundPurpose};
use gateways::{Refund as AtGateway, RefundStatus as AtGatewayStatus};
use kernel::Paise;
use shared::config::ServiceName;
use shared::database::retry;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};

use super::{Refund, RefundStatus};
use crate::store;
use crate::tenders::{Tender, TenderStep};

const NO_SUCH_REFUND: Error = Error::NotFound("refund");

/// Brings the refund `id` to where `said`, which is the gateway's own record, says that it stands.
pub(crate) async fn observe(db: &MySqlPool, id: RefundId, said: &AtGateway, now: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    let payment = store::refunds::find(&mut tx, id).await?.ok_or(NO_SUCH_REFUND)?.payment_id;
    let tender = store::tenders::lock(&mut tx, payment).await?.ok_or(Error::NotFound("payment"))?;
    let refund = store::refunds::find(&mut tx, id).await?.ok_or(NO_SUCH_REFUND)?;
    if said.amount != refund.amount {
        return Err(Error::Internal(anyhow::anyhow!("{} of {} goes back", said.amount, refund.amount)));
    }
    match refund.status.after(said.status) {
        Some(RefundStatus::Processed) => done(&mut tx, &tender, &refund, said, now).await?,
        Some(RefundStatus::Failed) => failed(&mut tx, &refund, "the bank did not take it", now).await?,
        Some(_) => store::refunds::update_pending(&mut tx, id, &said.id, now).await?,
        None if (refund.status, said.status) == (RefundStatus::Processed, AtGatewayStatus::Failed) => {
            tracing::error!(refund = %refund.id, order = %refund.order_id, "the gateway takes back that a refund was made");
        }
        None => {}
    }
    tx.commit().await?;
    Ok(())
}

async fn done(
    conn: &mut MySqlConnection,
    tender: &Tender,
    refund: &Refund,
    said: &AtGateway,
    now: DateTime<Utc>,
) -> Result<()> {
    store::refunds::update_processed(conn, refund.id, &said.id, now).await?;
    let is_all = store::refunds::find_processed_of_payment(conn, tender.id).await? >= tender.amount;
    let step = if is_all { TenderStep::RefundAll } else { TenderStep::RefundPart };
    if let Some(status) = tender.status.after(step) {
        store::attempts::update_refunded(conn, tender.id, status, now).await?;
    }
    let refunded = store::refunds::find_processed_of_order(conn, tender.order_id).await?;
    Ok(outbox::emit(conn, ServiceName::Payment, now, &told(refund, refunded)).await?)
}

fn told(refund: &Refund, refunded: Paise) -> RefundProcessed {
    RefundProcessed {
        refund_id: refund.id,
        payment_id: refund.payment_id,
        order_id: refund.order_id,
        order_number: refund.order_number.clone(),
        user_id: refund.user_id,
        amount: refund.amount,
        refunded,
        currency: refund.currency.clone(),
        purpose: refund.purpose,
        reason: refund.reason.clone(),
    }
}

/// The money did not go back, and is the customer's all the same: staff have to see it. The payment is locked.
pub(super) async fn failed(conn: &mut MySqlConnection, refund: &Refund, why: &str, now: DateTime<Utc>) -> Result<()> {
    tracing::error!(refund = %refund.id, order = %refund.order_id, amount = %refund.amount, why, "a refund has failed");
    store::refunds::update_failed(conn, refund.id, why, now).await?;
    Ok(store::attempts::update_not_refunded(conn, refund.payment_id, refund.amount, now).await?)
}

/// Whose a refund is that the gateway tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// Of a payment of ours: it stands where the gateway says.
    Ours,
    /// Of nothing that this shop has captured.
    NotOurs,
}

/// Brings a refund, also one that was made in the gateway's dashboard, to where `said` says that it stands.
pub(crate) async fn follow(db: &MySqlPool, said: &AtGateway, now: DateTime<Utc>) -> Result<Followed> {
    let Some(refund) = retry(|| find_or_adopt(db, said, now)).await? else { return Ok(Followed::NotOurs) };
    retry(|| observe(db, refund, said, now)).await?;
    Ok(Followed::Ours)
}

/// Ours by our own name for it, or by the gateway's; else one that was made in its dashboard, which is written down.
async fn find_or_adopt(db: &MySqlPool, said: &AtGateway, now: DateTime<Utc>) -> Result<Option<RefundId>> {
    let mut tx = db.begin().await?;
    let receipt = said.receipt.as_deref().unwrap_or_default();
    if let Some(known) = store::refunds::find_by_uuid(&mut tx, receipt).await? {
        return Ok(Some(known.id));
    }
    let payment = store::tenders::find_by_gateway_payment(&mut tx, Gateway::Razorpay, &said.payment_id).await?;
    let Some(payment) = payment else { return Ok(None) };
    let Some(tender) = store::tenders::lock(&mut tx, payment.id).await? else { return Ok(None) };
    if let Some(known) = store::refunds::find_by_gateway(&mut tx, Gateway::Razorpay, &said.id).await? {
        return Ok(Some(known.id));
    }
    if !tender.status.is_captured() || said.status == AtGatewayStatus::Failed {
        return Ok(None);
    }
    let why = (RefundPurpose::Order, "refunded at the gateway");
    let id = super::begin(&mut tx, &tender, said.amount, why, now).await?;
    store::refunds::update_pending(&mut tx, id, &said.id, now).await?;
    tx.commit().await?;
    Ok(Some(id))
}
