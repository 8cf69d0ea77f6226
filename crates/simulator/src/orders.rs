//! Orders: what a shop wants to be paid.
//!
//! Not documented, or documented in several ways, and chosen here: the newest words for an amount below the minimum; INR
//! is the only currency; part payments are not allowed for this account; a receipt may repeat unless the account is set
//! up otherwise or `unique_receipt` is sent.

use serde::Serialize;
use serde_json::{Value, json};

use crate::books::{Books, Entry, Kind};
use crate::fields::Fields;
use crate::ids;
use crate::listing::{Listing, collection};
use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::settings::{Capture, Receipts};

/// The smallest amount, ₹1.
const SMALLEST: u64 = 100;

/// What may be sent when an order is made.
const KNOWN: [&str; 9] = [
    "amount",
    "currency",
    "receipt",
    "notes",
    "partial_payment",
    "first_payment_min_amount",
    "payment",
    "payment_capture",
    "unique_receipt",
];

/// An order as Razorpay shows it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) id: String,
    entity: &'static str,
    pub(crate) amount: u64,
    pub(crate) amount_paid: u64,
    pub(crate) amount_due: u64,
    pub(crate) currency: &'static str,
    pub(crate) receipt: Option<String>,
    offer_id: Option<String>,
    pub(crate) status: Status,
    pub(crate) attempts: u32,
    pub(crate) notes: Notes,
    pub(crate) created_at: i64,
    #[serde(skip)]
    pub(crate) capture: Capture,
    #[serde(skip)]
    pub(crate) payment_ids: Vec<String>,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Nobody tried to pay it.
    Created,
    /// Somebody tried; also while a payment is authorised.
    Attempted,
    /// A payment was captured. For good, also after a refund.
    Paid,
}

/// Makes an order, or answers with the one that has its receipt where that was asked for.
pub(crate) fn create(books: &mut Books, fields: &Fields, now: i64) -> Result<Order, Refusal> {
    fields.only(&KNOWN)?;
    let amount = amount(books, fields)?;
    let currency = fields.currency()?;
    let (receipt, notes) = (fields.receipt()?, fields.notes()?);
    if fields.switch("partial_payment")? == Some(true) || fields.value("first_payment_min_amount").is_some() {
        return Err(Fields::extra("partial_payment"));
    }
    let capture = capture(books, fields)?;
    if let Some(order) = same_receipt(books, fields, receipt.as_deref())? {
        return Ok(order);
    }
    let order = Order {
        id: ids::new("order_"),
        entity: "order",
        amount,
        amount_paid: 0,
        amount_due: amount,
        currency,
        receipt,
        offer_id: None,
        status: Status::Created,
        attempts: 0,
        notes,
        created_at: now,
        capture,
        payment_ids: Vec::new(),
    };
    books.ledger.note(Entry {
        at: now,
        kind: Kind::Order,
        order_id: order.id.clone(),
        payment_id: None,
        refund_id: None,
        amount,
    });
    books.orders.add(&order.id, order.clone());
    Ok(order)
}

fn amount(books: &Books, fields: &Fields) -> Result<u64, Refusal> {
    match fields.required_amount()? {
        amount if amount < SMALLEST => Err(Refusal::invalid("Order amount less than minimum amount allowed")
            .about("amount")
            .at("order_creation", "amount_less_than_minimum_amount")),
        amount if amount > books.account.maximum_amount => {
            Err(Refusal::invalid("Amount exceeds maximum amount allowed.").about("amount"))
        }
        amount => Ok(amount),
    }
}

/// Who captures its payments: `payment.capture`, the older `payment_capture`, or else the account's setting.
fn capture(books: &Books, fields: &Fields) -> Result<Capture, Refusal> {
    let older = fields.switch("payment_capture")?;
    let Some(payment) = fields.value("payment") else {
        return Ok(
            older.map_or(books.account.capture, |is_on| if is_on { Capture::Automatic } else { Capture::Manual })
        );
    };
    match payment.get("capture").and_then(Value::as_str) {
        Some("manual") => Ok(Capture::Manual),
        Some("automatic") => check_window(payment).map(|()| Capture::Automatic),
        _ => Err(Refusal::invalid("The capture field must be automatic or manual.").about("payment.capture")),
    }
}

/// `automatic_expiry_period` is in minutes, at least 12, and required.
fn check_window(payment: &Value) -> Result<(), Refusal> {
    let period = payment.pointer("/capture_options/automatic_expiry_period").and_then(Value::as_u64);
    if period.is_some_and(|minutes| (12..=7200).contains(&minutes)) {
        return Ok(());
    }
    let field = "payment.capture_options.automatic_expiry_period";
    Err(Refusal::invalid("The automatic_expiry_period must be between 12 and 7200.").about(field))
}

fn same_receipt(books: &Books, fields: &Fields, receipt: Option<&str>) -> Result<Option<Order>, Refusal> {
    let Some(receipt) = receipt else { return Ok(None) };
    let mut orders = books.orders.newest_first();
    let Some(first) = orders.find(|order| order.receipt.as_deref() == Some(receipt)) else { return Ok(None) };
    let is_unique = fields.switch("unique_receipt")? == Some(true);
    match books.account.receipts {
        _ if is_unique => Ok(Some(first.clone())),
        Receipts::Returned => Ok(Some(first.clone())),
        Receipts::Rejected => Err(Refusal::invalid("Order receipt should be unique.").about("receipt")),
        Receipts::Repeatable => Ok(None),
    }
}

/// One order.
pub(crate) fn show(books: &Books, id: &str, listing: &Listing) -> Result<Value, Refusal> {
    Ok(view(books, books.orders.find(id)?, listing))
}

/// Orders, newest first: those with a `receipt`, those whose payment is authorised or taken (`authorized=1`) or not.
pub(crate) fn list(books: &Books, listing: &Listing) -> Value {
    let (receipt, authorized) = (listing.value("receipt"), listing.value("authorized"));
    let orders = books.orders.newest_first().filter(|order| {
        let has_receipt = receipt.is_none_or(|receipt| order.receipt.as_deref() == Some(receipt));
        let is_authorized = || payments(books, order).any(crate::payments::Payment::is_promised);
        has_receipt && authorized.is_none_or(|wanted| is_authorized() == matches!(wanted, "1" | "true"))
    });
    collection(listing.of(orders, |order| order.created_at).into_iter().map(|order| view(books, order, listing)))
}

/// The payments of one order, newest first.
pub(crate) fn list_payments(books: &Books, id: &str, listing: &Listing) -> Result<Value, Refusal> {
    let payments = payments(books, books.orders.find(id)?);
    Ok(collection(payments.map(|payment| payment.view(listing))))
}

/// Replaces the notes, which is all that can be changed.
pub(crate) fn annotate(books: &mut Books, id: &str, fields: &Fields) -> Result<Order, Refusal> {
    fields.only(&["notes"])?;
    let order = books.orders.find_mut(id)?;
    order.notes = fields.notes()?;
    Ok(order.clone())
}

fn payments<'a>(books: &'a Books, order: &'a Order) -> impl Iterator<Item = &'a crate::payments::Payment> {
    order.payment_ids.iter().rev().filter_map(|id| books.payments.find(id).ok())
}

fn view(books: &Books, order: &Order, listing: &Listing) -> Value {
    let mut shown = json!(order);
    if let Some(fields) = shown.as_object_mut().filter(|_| listing.expands("payments")) {
        fields.insert("payments".to_owned(), collection(payments(books, order)));
    }
    shown
}
