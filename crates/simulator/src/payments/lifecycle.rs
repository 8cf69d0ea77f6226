//! What happens to a payment, from the attempt to the money.

use serde::Deserialize;
use serde_json::json;

use super::{Decline, Payment, Status, Tender};
use crate::books::{Books, Entry, Kind};
use crate::fields::Fields;
use crate::orders;
use crate::refunds;
use crate::refusal::Refusal;
use crate::settings::Capture;
use crate::webhooks;

/// How long a bank may take to answer, in seconds.
const ANSWER: i64 = 10 * 60;
/// How long a promise may wait to be captured, in seconds: three days.
const PROMISE: i64 = 3 * 24 * 60 * 60;

/// How far a payment is carried by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Until {
    /// The bank does not answer.
    Created,
    /// The bank promises, nobody takes.
    Authorized,
    /// The money is taken.
    Captured,
}

/// Somebody begins to pay an order. Refused while another payment of it is authorised, and once it is paid.
pub(crate) fn attempt(books: &mut Books, order_id: &str, tender: &Tender, now: i64) -> Result<Payment, Refusal> {
    let order = books.orders.find(order_id)?;
    if order.status == orders::Status::Paid {
        return Err(already_paid());
    }
    let mut payments = order.payment_ids.iter().filter_map(|id| books.payments.find(id).ok());
    if payments.any(|payment| payment.status == Status::Authorized) {
        return Err(Refusal::invalid("A payment for this order is already authorized."));
    }
    attempt_anyway(books, order_id, tender, now)
}

/// Begins a payment whatever happened to the order before: two customers can be quicker than Razorpay's own check.
pub(crate) fn attempt_anyway(books: &mut Books, order_id: &str, tender: &Tender, now: i64) -> Result<Payment, Refusal> {
    let order = books.orders.find_mut(order_id)?;
    let payment = tender.payment(order, now);
    order.attempts += 1;
    order.payment_ids.push(payment.id.clone());
    if order.status == orders::Status::Created {
        order.status = orders::Status::Attempted;
    }
    note(books, &payment, Kind::Attempt, now);
    books.payments.add(&payment.id, payment.clone());
    Ok(payment)
}

/// Carries a new payment on; without a word for how far, as its order's capture setting says.
pub(crate) fn carry(books: &mut Books, id: &str, until: Option<Until>, now: i64) -> Result<Payment, Refusal> {
    let order = books.orders.find(&books.payments.find(id)?.order_id)?;
    let until = until.unwrap_or(match order.capture {
        Capture::Automatic => Until::Captured,
        Capture::Manual => Until::Authorized,
    });
    if until != Until::Created {
        authorize(books, id, now)?;
    }
    if until == Until::Captured {
        take(books, id, now)?;
    }
    books.payments.find(id).cloned()
}

/// The bank promises the money, of a payment that it has not answered for or declined before.
fn authorize(books: &mut Books, id: &str, now: i64) -> Result<(), Refusal> {
    let payment = books.payments.find_mut(id)?;
    match payment.status {
        Status::Created => {}
        Status::Failed => {
            payment.late_authorized = Some(true);
            payment.explain(None);
        }
        Status::Authorized | Status::Captured | Status::Refunded => {
            return Err(Refusal::invalid("This payment has already been authorized"));
        }
    }
    payment.status = Status::Authorized;
    let payment = payment.clone();
    note(books, &payment, Kind::Authorization, now);
    announce(books, "payment.authorized", id, now)
}

/// The bank's promise comes after all: captured if the order still waits for it and the setting says so, given back if
/// the order was paid otherwise.
pub(crate) fn authorize_late(books: &mut Books, id: &str, now: i64) -> Result<Payment, Refusal> {
    authorize(books, id, now)?;
    let payment = books.payments.find(id)?;
    let order = books.orders.find(&payment.order_id)?;
    let is_in_time = now - payment.created_at <= PROMISE;
    match (order.status, order.capture) {
        (orders::Status::Paid, _) => refunds::reverse(books, id, now)?,
        (_, Capture::Automatic) if is_in_time => take(books, id, now)?,
        _ => {}
    }
    books.payments.find(id).cloned()
}

/// `POST /v1/payments/{id}/capture`: all of an authorised payment, once.
pub(crate) fn capture(books: &mut Books, id: &str, fields: &Fields, now: i64) -> Result<Payment, Refusal> {
    fields.only(&["amount", "currency"])?;
    let (amount, _currency) = (fields.required_amount()?, fields.currency()?);
    let payment = books.payments.find(id)?;
    match payment.status {
        Status::Captured | Status::Refunded => {
            return Err(Refusal::invalid("This payment has already been captured"));
        }
        Status::Created | Status::Failed => {
            return Err(Refusal::invalid(
                "Only payments which have been authorized and not yet captured can be captured",
            ));
        }
        Status::Authorized => {}
    }
    if books.orders.find(&payment.order_id)?.status == orders::Status::Paid {
        return Err(already_paid());
    }
    if payment.amount != amount {
        return Err(Refusal::invalid("Capture amount must be equal to the amount authorized").about("amount"));
    }
    take(books, id, now)?;
    books.payments.find(id).cloned()
}

/// Takes the money of an authorised payment, and with it pays the order.
fn take(books: &mut Books, id: &str, now: i64) -> Result<(), Refusal> {
    let payment = books.payments.find_mut(id)?;
    // 2 % and 18 % GST on them, in whole paise.
    let fee = payment.amount * 236 / 10_000;
    payment.status = Status::Captured;
    payment.captured = true;
    payment.fee = Some(fee);
    payment.tax = Some(fee * 18 / 118);
    let payment = payment.clone();
    note(books, &payment, Kind::Capture, now);
    let order = books.orders.find_mut(&payment.order_id)?;
    let is_first = order.status != orders::Status::Paid;
    order.status = orders::Status::Paid;
    order.amount_paid = order.amount;
    order.amount_due = 0;
    let order = order.clone();
    announce(books, "payment.captured", id, now)?;
    if is_first {
        webhooks::announce(books, "order.paid", &[("payment", json!(payment)), ("order", json!(order))], now);
    }
    Ok(())
}

/// The bank or the customer declines a payment that was not answered for.
pub(crate) fn fail(books: &mut Books, id: &str, decline: &Decline, now: i64) -> Result<Payment, Refusal> {
    let payment = books.payments.find_mut(id)?;
    if payment.status != Status::Created {
        return Err(Refusal::invalid("Only a payment that is not authorized can fail"));
    }
    payment.status = Status::Failed;
    payment.explain(Some(decline));
    let payment = payment.clone();
    note(books, &payment, Kind::Failure, now);
    announce(books, "payment.failed", id, now)?;
    Ok(payment)
}

/// Ends what has waited too long: attempts without an answer fail, promises that nobody took go back.
pub(crate) fn expire(books: &mut Books, now: i64) -> Result<(), Refusal> {
    let waiting = |status, longest| {
        let old = books.payments.oldest_first().filter(move |payment| payment.status == status);
        old.filter(|payment| now - payment.created_at > longest).map(|payment| payment.id.clone()).collect::<Vec<_>>()
    };
    let (silent, promised) = (waiting(Status::Created, ANSWER), waiting(Status::Authorized, PROMISE));
    let decline = Decline::named(Some("payment_timed_out"))?;
    for id in silent {
        fail(books, &id, &decline, now)?;
    }
    for id in promised {
        refunds::reverse(books, &id, now)?;
    }
    Ok(())
}

impl Payment {
    fn explain(&mut self, decline: Option<&Decline>) {
        self.error_code = decline.map(|decline| decline.code);
        self.error_description = decline.map(|decline| decline.description);
        self.error_source = decline.map(|decline| decline.source);
        self.error_step = decline.map(|decline| decline.step);
        self.error_reason = decline.map(|decline| decline.reason);
    }
}

fn note(books: &mut Books, payment: &Payment, kind: Kind, now: i64) {
    books.ledger.note(Entry {
        at: now,
        kind,
        order_id: payment.order_id.clone(),
        payment_id: Some(payment.id.clone()),
        refund_id: None,
        amount: payment.amount,
    });
}

fn announce(books: &mut Books, event: &'static str, id: &str, now: i64) -> Result<(), Refusal> {
    let payment = json!(books.payments.find(id)?);
    webhooks::announce(books, event, &[("payment", payment)], now);
    Ok(())
}

fn already_paid() -> Refusal {
    Refusal::invalid(
        "Your payment has been declined as the order is already paid. Please initiate the payment with a new order.",
    )
}
