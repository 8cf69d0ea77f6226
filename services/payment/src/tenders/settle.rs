//! The one way in which a gateway's word moves an attempt, whoever brings it: the checkout's callback, a webhook, the poller.

use chrono::{DateTime, Utc};
use commerce::events::{PaymentCaptured, PaymentFailed};
use commerce::ids::PaymentId;
use commerce::orders::RefundPurpose;
use gateways::{Fault, Gateway as _, Money, Payment, PaymentStatus, Razorpay};
use shared::config::ServiceName;
use shared::database::retry;
use shared::messaging::outbox;
use shared::web::{Error, Result};
use sqlx::{MySqlConnection, MySqlPool};

use super::schedule::next_check;
use super::{Tender, TenderStatus, TenderStep};
use crate::gateway::to_error;
use crate::orders::Order;
use crate::refunds;
use crate::store;

const NO_SUCH_PAYMENT: Error = Error::NotFound("payment");

/// Nobody saw the money before it was gone: a promise that was not taken in time, or a refund in the dashboard.
const GIVEN_BACK: &str = "the gateway has given it back";
/// What is promised and not taken goes back by itself.
const NOT_WANTED: &str = "nobody waits for this payment any more";

/// Brings `tender` to where `payment`, which is the gateway's own record, says that it stands. Money that is promised for an
/// order that still waits for it is taken.
pub(crate) async fn follow(
    db: &MySqlPool,
    razorpay: &Razorpay,
    tender: PaymentId,
    payment: &Payment,
    now: DateTime<Utc>,
) -> Result<Tender> {
    let seen = retry(|| observe(db, tender, payment, now)).await?;
    if !seen.is_to_be_taken {
        return Ok(seen.tender);
    }
    let taken = take(razorpay, payment).await.map_err(to_error)?;
    Ok(retry(|| observe(db, tender, &taken, now)).await?.tender)
}

/// Takes the money that was promised. There is no key that would make this happen once, so what came of it is looked at; and
/// only that look tells what kind of card it was.
async fn take(razorpay: &Razorpay, payment: &Payment) -> Result<Payment, Fault> {
    let money = Money { amount: payment.amount, currency: &payment.currency };
    match razorpay.capture(&payment.id, &money).await {
        Ok(taken) => Ok(razorpay.payment(&payment.id).await.unwrap_or(taken)),
        Err(Fault::Refused { .. } | Fault::Unknown { .. }) => razorpay.payment(&payment.id).await,
        Err(fault) => Err(fault),
    }
}

/// An attempt after a look, and whether its money waits to be taken.
struct Seen {
    tender: Tender,
    is_to_be_taken: bool,
}

async fn observe(db: &MySqlPool, id: PaymentId, payment: &Payment, now: DateTime<Utc>) -> Result<Seen> {
    let mut tx = db.begin().await?;
    let order = store::tenders::find(&mut tx, id).await?.ok_or(NO_SUCH_PAYMENT)?.order_id;
    let order = store::orders::lock(&mut tx, order).await?.ok_or(Error::NotFound("order"))?;
    let tender = store::tenders::lock(&mut tx, id).await?.ok_or(NO_SUCH_PAYMENT)?;
    match payment.status {
        PaymentStatus::Captured => take_in(&mut tx, &tender, payment, now).await?,
        PaymentStatus::Authorized if is_wanted(&order, &tender, payment) => {
            promise(&mut tx, &tender, payment, now).await?;
        }
        PaymentStatus::Authorized => fail(&mut tx, &tender, payment, NOT_WANTED, now).await?,
        PaymentStatus::Refunded => fail(&mut tx, &tender, payment, GIVEN_BACK, now).await?,
        PaymentStatus::Failed => {
            let why = payment.failure.as_deref().unwrap_or("declined");
            fail(&mut tx, &tender, payment, why, now).await?;
        }
        PaymentStatus::Created | PaymentStatus::Other => {}
    }
    let tender = store::tenders::find(&mut tx, id).await?.ok_or(NO_SUCH_PAYMENT)?;
    tx.commit().await?;
    let is_to_be_taken = payment.status == PaymentStatus::Authorized && is_wanted(&order, &tender, payment);
    Ok(Seen { tender, is_to_be_taken })
}

/// Whether the shop wants the promised money: the order waits for it, and it is the right sum.
fn is_wanted(order: &Order, tender: &Tender, payment: &Payment) -> bool {
    order.is_due() && is_its_price(tender, payment) && tender.status.after(TenderStep::Capture).is_some()
}

fn is_its_price(tender: &Tender, payment: &Payment) -> bool {
    payment.amount == tender.amount && payment.currency == tender.currency
}

/// The money is there: it pays the attempt, or it is too much and goes back.
async fn take_in(conn: &mut MySqlConnection, tender: &Tender, payment: &Payment, now: DateTime<Utc>) -> Result<()> {
    let known = store::tenders::find_by_gateway_payment(conn, tender.gateway, &payment.id).await?;
    if known.is_some_and(|known| known.status.is_captured()) {
        return Ok(());
    }
    match tender.status.after(TenderStep::Capture) {
        Some(captured) if is_its_price(tender, payment) => pay(conn, tender, payment, captured, now).await,
        Some(_) => send_back(conn, tender, payment, "the amount is not the order's", now).await,
        None if tender.status.is_captured() => send_back(conn, tender, payment, "paid twice", now).await,
        None => Err(Error::Internal(anyhow::anyhow!("{} was paid before it was offered", tender.id))),
    }
}

async fn pay(
    conn: &mut MySqlConnection,
    tender: &Tender,
    payment: &Payment,
    captured: TenderStatus,
    now: DateTime<Utc>,
) -> Result<()> {
    let next = next_check(captured, 0, tender.expires_at, now);
    store::attempts::update_captured(conn, tender, payment, next, now).await?;
    let event = PaymentCaptured {
        payment_id: tender.id,
        order_id: tender.order_id,
        user_id: tender.user_id,
        amount: tender.amount,
        currency: tender.currency.clone(),
        gateway: tender.gateway,
    };
    outbox::emit(conn, ServiceName::Payment, now, &event).await?;
    call_off_cash(conn, tender, now).await
}

/// The carrier need not take what came after all.
async fn call_off_cash(conn: &mut MySqlConnection, paid: &Tender, now: DateTime<Utc>) -> Result<()> {
    let Some(cash) = store::tenders::find_cash(conn, &paid.order_number).await? else { return Ok(()) };
    if let Some(failed) = cash.status.after(TenderStep::Fail) {
        store::tenders::take_failed(conn, &cash, failed, "paid online", now).await?;
    }
    Ok(())
}

/// Money that pays nothing is written down by itself, and its refund with it.
async fn send_back(
    conn: &mut MySqlConnection,
    tender: &Tender,
    payment: &Payment,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    tracing::warn!(order = %tender.order_id, gateway_payment = payment.id, amount = %payment.amount, reason, "money goes back");
    let stray = store::attempts::insert_stray(conn, tender, payment, now).await?;
    let stray = store::tenders::find(conn, stray).await?.ok_or(NO_SUCH_PAYMENT)?;
    refunds::begin(conn, &stray, stray.amount, (RefundPurpose::Surplus, reason), now).await?;
    Ok(())
}

/// The bank has promised the money. While another attempt is open this one stays as it is: the schema allows one.
async fn promise(conn: &mut MySqlConnection, tender: &Tender, payment: &Payment, now: DateTime<Utc>) -> Result<()> {
    let open = store::tenders::find_open(conn, tender.order_id).await?;
    let is_free = open.is_none_or(|open| open.id == tender.id);
    if is_free && tender.status.after(TenderStep::Authorize).is_some() {
        store::attempts::update_authorized(conn, tender.id, payment, now).await?;
    }
    Ok(())
}

/// One try of the customer's failed. Another one, promised already, is not this one's business.
async fn fail(
    conn: &mut MySqlConnection,
    tender: &Tender,
    payment: &Payment,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let is_other = tender.gateway_payment_id.as_ref().is_some_and(|id| *id != payment.id);
    let Some(failed) = tender.status.after(TenderStep::Fail).filter(|_| !is_other) else { return Ok(()) };
    let next = next_check(failed, 0, tender.expires_at, now);
    store::attempts::update_failed(conn, tender.id, reason, next, now).await?;
    let event = PaymentFailed {
        payment_id: tender.id,
        order_id: tender.order_id,
        user_id: tender.user_id,
        reason: reason.to_owned(),
    };
    Ok(outbox::emit(conn, ServiceName::Payment, now, &event).await?)
}
