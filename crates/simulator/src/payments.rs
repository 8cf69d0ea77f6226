//! Payments: somebody's attempts to pay an order.
//!
//! `created → authorized → captured → refunded`, or `failed`; a failed one may still be authorised late.
//! Not documented and chosen here: a failed refund gives its amount back to the payment; the fee is 2 % and GST of every
//! method; `card` is shown to those who `expand[]=card` and in webhooks.

mod declines;
mod lifecycle;
mod tender;

pub(crate) use self::declines::Decline;
pub(crate) use self::lifecycle::{Until, attempt, attempt_anyway, authorize_late, capture, carry, expire, fail};
pub(crate) use self::tender::{Method, Tender};

use serde::Serialize;
use serde_json::{Value, json};

use crate::books::Books;
use crate::fields::Fields;
use crate::listing::{Listing, collection};
use crate::notes::Notes;
use crate::refusal::Refusal;

/// A payment as Razorpay shows it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Payment {
    pub(crate) id: String,
    entity: &'static str,
    pub(crate) amount: u64,
    pub(crate) currency: &'static str,
    pub(crate) status: Status,
    pub(crate) order_id: String,
    invoice_id: Option<String>,
    international: bool,
    pub(crate) method: Method,
    pub(crate) amount_refunded: u64,
    refund_status: Option<&'static str>,
    pub(crate) captured: bool,
    description: Option<String>,
    card_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<Value>,
    bank: Option<String>,
    wallet: Option<String>,
    vpa: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upi: Option<Value>,
    email: String,
    contact: String,
    customer_id: Option<String>,
    token_id: Option<String>,
    notes: Notes,
    /// Includes the tax; unknown until captured.
    fee: Option<u64>,
    tax: Option<u64>,
    error_code: Option<&'static str>,
    error_description: Option<&'static str>,
    error_source: Option<&'static str>,
    error_step: Option<&'static str>,
    error_reason: Option<&'static str>,
    acquirer_data: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    late_authorized: Option<bool>,
    pub(crate) created_at: i64,
}

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// The bank was asked.
    Created,
    /// The bank promised the money.
    Authorized,
    /// The money was taken.
    Captured,
    /// All of it went back.
    Refunded,
    /// The bank or the customer declined, so far.
    Failed,
}

impl Payment {
    /// What a reader of the API sees.
    pub(crate) fn view(&self, listing: &Listing) -> Value {
        let mut shown = json!(self);
        if let Some(fields) = shown.as_object_mut().filter(|_| !listing.expands("card")) {
            fields.remove("card");
        }
        shown
    }

    /// Whether the bank promised its money, ever.
    pub(crate) fn is_promised(&self) -> bool {
        matches!(self.status, Status::Authorized | Status::Captured | Status::Refunded)
    }

    /// What is left of it to give back, in paise.
    pub(crate) fn left(&self) -> u64 {
        self.amount.saturating_sub(self.amount_refunded)
    }

    /// Says how much of it has gone back altogether.
    pub(crate) fn set_refunded(&mut self, amount: u64) {
        self.amount_refunded = amount;
        self.refund_status = match amount {
            0 => None,
            amount if amount < self.amount => Some("partial"),
            _ => Some("full"),
        };
        self.status = match self.status {
            Status::Captured | Status::Authorized if amount >= self.amount => Status::Refunded,
            Status::Refunded if amount < self.amount && self.captured => Status::Captured,
            status => status,
        };
    }
}

/// One payment.
pub(crate) fn show(books: &Books, id: &str, listing: &Listing) -> Result<Value, Refusal> {
    Ok(books.payments.find(id)?.view(listing))
}

/// Payments, newest first.
pub(crate) fn list(books: &Books, listing: &Listing) -> Value {
    let payments = listing.of(books.payments.newest_first(), |payment| payment.created_at);
    collection(payments.into_iter().map(|payment| payment.view(listing)))
}

/// Replaces the notes, which is all that can be changed.
pub(crate) fn annotate(books: &mut Books, id: &str, fields: &Fields) -> Result<Payment, Refusal> {
    fields.only(&["notes"])?;
    let payment = books.payments.find_mut(id)?;
    payment.notes = fields.notes()?;
    Ok(payment.clone())
}
