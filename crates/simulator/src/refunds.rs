//! Refunds: `pending → processed` or `failed`, any number of parts, together never more than was captured.
//!
//! Not documented and chosen here: a refund is `pending` in `refund.created` even where the answer already says
//! `processed`; a key that was used for another request is a 409; what is refused does not use a key up.

mod keys;

pub(crate) use self::keys::{Claim, Keys};

use serde::Serialize;
use serde_json::{Value, json};

use crate::books::{Books, Entry, Kind};
use crate::fields::Fields;
use crate::ids;
use crate::listing::{Listing, collection};
use crate::notes::Notes;
use crate::payments::{self, Payment};
use crate::refusal::Refusal;
use crate::settings::Refunds;
use crate::webhooks;

/// The smallest refund, ₹1.
const SMALLEST: u64 = 100;
/// How long after the payment a bank takes a refund, in seconds: six months.
const REFUNDABLE: i64 = 183 * 24 * 60 * 60;
/// The amount for which the vendor's test mode cannot refund instantly.
const NEVER_INSTANT: u64 = 2468;

/// A refund as Razorpay shows it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    entity: &'static str,
    pub(crate) amount: u64,
    currency: &'static str,
    pub(crate) payment_id: String,
    notes: Notes,
    receipt: Option<String>,
    acquirer_data: Value,
    created_at: i64,
    batch_id: Option<String>,
    pub(crate) status: Status,
    speed_processed: Speed,
    speed_requested: Speed,
}

/// How far a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// On its way.
    Pending,
    /// Done.
    Processed,
    /// The bank did not take it; its amount can be refunded again.
    Failed,
}

/// How fast the money goes back: `instant` and `normal` are what happened, `optimum` and `normal` what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Speed {
    Normal,
    Optimum,
    Instant,
}

/// How a refund that was pending ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The money is back.
    Processed,
    /// It is not.
    Failed,
}

/// `POST /v1/payments/{id}/refund`. With a `key`, the same request again is answered with the same refund.
pub(crate) fn create(
    books: &mut Books,
    payment_id: &str,
    fields: &Fields,
    key: Option<&str>,
    now: i64,
) -> Result<Refund, Refusal> {
    if let Some(key) = key
        && let Some(id) = books.refund_keys.recall(key, payment_id, fields)?
    {
        return books.refunds.find(&id).cloned();
    }
    let refund = draft(books.payments.find(payment_id)?, fields, now)?;
    if let Some(key) = key {
        books.refund_keys.remember(key, payment_id, fields, &refund.id);
    }
    let is_slower = refund.speed_requested == Speed::Optimum && refund.speed_processed == Speed::Normal;
    let id = add(books, refund, Kind::Refund, now)?;
    if is_slower {
        announce(books, "refund.speed_changed", &id, now)?;
    }
    if books.account.refunds == Refunds::Processed {
        end(books, &id, End::Processed, now)?;
    }
    books.refunds.find(&id).cloned()
}

/// Puts a refund on the books and tells the shop.
fn add(books: &mut Books, refund: Refund, kind: Kind, now: i64) -> Result<String, Refusal> {
    let (id, amount) = (refund.id.clone(), refund.amount);
    let payment = books.payments.find_mut(&refund.payment_id)?;
    payment.set_refunded(payment.amount_refunded + amount);
    books.refunds.add(&id, refund);
    note(books, &id, kind, now)?;
    announce(books, "refund.created", &id, now)?;
    Ok(id)
}

/// What the shop asks for, checked against what is left of the payment.
fn draft(payment: &Payment, fields: &Fields, now: i64) -> Result<Refund, Refusal> {
    fields.only(&["amount", "speed", "notes", "receipt"])?;
    let (asked, receipt, notes) = (fields.amount()?, fields.receipt()?, fields.notes()?);
    let speed = match fields.text("speed")? {
        None | Some("normal") => Speed::Normal,
        Some("optimum") => Speed::Optimum,
        Some(_) => return Err(Refusal::invalid("The speed must be normal or optimum.").about("speed")),
    };
    check(payment, asked, now)?;
    let amount = asked.unwrap_or_else(|| payment.left());
    Ok(Refund { notes, receipt, ..blank(payment, amount, speed, now) })
}

fn check(payment: &Payment, asked: Option<u64>, now: i64) -> Result<(), Refusal> {
    match payment.status {
        payments::Status::Refunded => return Err(Refusal::invalid("The payment has been fully refunded already")),
        payments::Status::Captured => {}
        _ => return Err(Refusal::invalid("The payment status should be captured for action to be taken")),
    }
    if now - payment.created_at > REFUNDABLE {
        return Err(Refusal::plain(
            "Refund is not supported by the bank because the payment is more than 6 months old",
        ));
    }
    match asked {
        Some(amount) if amount < SMALLEST => {
            Err(Refusal::invalid("The amount must be at least INR 1.00").about("amount"))
        }
        Some(amount) if amount > payment.left() => {
            Err(Refusal::invalid("The refund amount provided is greater than amount captured").about("amount"))
        }
        _ => Ok(()),
    }
}

fn blank(payment: &Payment, amount: u64, speed: Speed, now: i64) -> Refund {
    let is_instant = speed == Speed::Optimum && amount != NEVER_INSTANT;
    Refund {
        id: ids::new("rfnd_"),
        entity: "refund",
        amount,
        currency: payment.currency,
        payment_id: payment.id.clone(),
        notes: Notes::default(),
        receipt: None,
        acquirer_data: json!({ "arn": null }),
        created_at: now,
        batch_id: None,
        status: Status::Pending,
        speed_processed: if is_instant { Speed::Instant } else { Speed::Normal },
        speed_requested: speed,
    }
}

/// Says how a pending refund ended. A failed one gives its amount back to the payment.
pub(crate) fn end(books: &mut Books, id: &str, end: End, now: i64) -> Result<Refund, Refusal> {
    let refund = books.refunds.find_mut(id)?;
    if refund.status != Status::Pending {
        return Err(Refusal::plain("This refund is not pending"));
    }
    let (status, kind, event) = match end {
        End::Processed => (Status::Processed, Kind::RefundProcessed, "refund.processed"),
        End::Failed => (Status::Failed, Kind::RefundFailed, "refund.failed"),
    };
    refund.status = status;
    let (payment_id, amount) = (refund.payment_id.clone(), refund.amount);
    if end == End::Failed {
        let payment = books.payments.find_mut(&payment_id)?;
        payment.set_refunded(payment.amount_refunded.saturating_sub(amount));
    }
    note(books, id, kind, now)?;
    announce(books, event, id, now)?;
    books.refunds.find(id).cloned()
}

/// Gives back a promise whose money was never taken, as Razorpay does by itself.
pub(crate) fn reverse(books: &mut Books, payment_id: &str, now: i64) -> Result<(), Refusal> {
    let payment = books.payments.find(payment_id)?;
    let refund = Refund { status: Status::Processed, ..blank(payment, payment.left(), Speed::Normal, now) };
    let id = add(books, refund, Kind::Reversal, now)?;
    announce(books, "refund.processed", &id, now)
}

/// One refund.
pub(crate) fn show(books: &Books, id: &str) -> Result<Refund, Refusal> {
    books.refunds.find(id).cloned()
}

/// One refund of one payment.
pub(crate) fn show_of(books: &Books, payment_id: &str, id: &str) -> Result<Refund, Refusal> {
    books.payments.find(payment_id)?;
    let refund = books.refunds.find(id)?;
    if refund.payment_id == payment_id {
        Ok(refund.clone())
    } else {
        Err(Refusal::invalid("The id provided does not exist"))
    }
}

/// Refunds, newest first.
pub(crate) fn list(books: &Books, listing: &Listing) -> Value {
    collection(listing.of(books.refunds.newest_first(), |refund| refund.created_at))
}

/// The refunds of one payment, newest first.
pub(crate) fn list_of(books: &Books, payment_id: &str, listing: &Listing) -> Result<Value, Refusal> {
    books.payments.find(payment_id)?;
    let refunds = books.refunds.newest_first().filter(|refund| refund.payment_id == payment_id);
    Ok(collection(listing.of(refunds, |refund| refund.created_at)))
}

/// Replaces the notes, which is all that can be changed.
pub(crate) fn annotate(books: &mut Books, id: &str, fields: &Fields) -> Result<Refund, Refusal> {
    fields.only(&["notes"])?;
    let refund = books.refunds.find_mut(id)?;
    refund.notes = fields.notes()?;
    Ok(refund.clone())
}

fn note(books: &mut Books, id: &str, kind: Kind, now: i64) -> Result<(), Refusal> {
    let refund = books.refunds.find(id)?;
    let payment = books.payments.find(&refund.payment_id)?;
    books.ledger.note(Entry {
        at: now,
        kind,
        order_id: payment.order_id.clone(),
        payment_id: Some(payment.id.clone()),
        refund_id: Some(refund.id.clone()),
        amount: refund.amount,
    });
    Ok(())
}

fn announce(books: &mut Books, event: &'static str, id: &str, now: i64) -> Result<(), Refusal> {
    let refund = books.refunds.find(id)?;
    let payment = books.payments.find(&refund.payment_id)?;
    let entities = [("refund", json!(refund)), ("payment", json!(payment))];
    webhooks::announce(books, event, &entities, now);
    Ok(())
}
