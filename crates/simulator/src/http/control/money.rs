//! Paying and failing by hand, how refunds end, and the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{RawPathParams, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::checkout::Callback;
use super::super::{Answer, Done, Input, Shared, part};
use crate::books::Kind;
use crate::gateway::Gateway;
use crate::payments::{self, Decline, Payment, Tender, Until};
use crate::refunds::{self, End, Refund};
use crate::refusal::Refusal;

/// A payment to be made.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Pay {
    order_id: String,
    /// How far it goes; without it, as the order's capture setting says.
    until: Option<Until>,
    /// Also when the order is paid, or being paid: two customers at once.
    #[serde(default)]
    even_if_paid: bool,
    #[serde(flatten)]
    tender: Tender,
    #[serde(flatten)]
    unknown: Unknown,
}

/// Fields that nobody reads. A misspelt one must not do nothing.
type Unknown = BTreeMap<String, Value>;

fn none(unknown: &Unknown) -> Result<(), Refusal> {
    unknown.keys().next().map_or(Ok(()), |name| Err(Refusal::plain(format!("unknown field `{name}`"))))
}

/// Pays an order as a customer would.
pub(super) async fn pay(State(gateway): Shared, Input(pay): Input<Pay>) -> Done<Value> {
    none(&pay.unknown)?;
    let begin = if pay.even_if_paid { payments::attempt_anyway } else { payments::attempt };
    let payment = gateway.write(|books, now| {
        let payment = begin(books, &pay.order_id, &pay.tender, now)?;
        payments::carry(books, &payment.id, pay.until, now)
    })?;
    Ok(paid(&gateway, &payment))
}

/// A payment that fails.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Fail {
    order_id: String,
    reason: Option<String>,
    #[serde(flatten)]
    tender: Tender,
    #[serde(flatten)]
    unknown: Unknown,
}

/// Tries to pay an order, and fails.
pub(super) async fn fail(State(gateway): Shared, Input(fail): Input<Fail>) -> Done<Value> {
    none(&fail.unknown)?;
    let decline = Decline::named(fail.reason.as_deref())?;
    let payment = gateway.write(|books, now| {
        let payment = payments::attempt(books, &fail.order_id, &fail.tender, now)?;
        payments::fail(books, &payment.id, &decline, now)
    })?;
    Ok(Answer(json!({ "payment": payment })))
}

/// The bank's promise comes, late if the payment had failed.
pub(super) async fn authorize_payment(State(gateway): Shared, path: RawPathParams) -> Done<Value> {
    let payment = gateway.write(|books, now| payments::authorize_late(books, part(&path, "id"), now))?;
    Ok(paid(&gateway, &payment))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    reason: Option<String>,
}

/// The bank declines a payment that it had not answered for.
pub(super) async fn fail_payment(
    State(gateway): Shared,
    path: RawPathParams,
    Input(Reason { reason }): Input<Reason>,
) -> Done<Value> {
    let decline = Decline::named(reason.as_deref())?;
    let payment = gateway.write(|books, now| payments::fail(books, part(&path, "id"), &decline, now))?;
    Ok(Answer(json!({ "payment": payment })))
}

pub(super) async fn process_refund(State(gateway): Shared, path: RawPathParams) -> Done<Refund> {
    gateway.write(|books, now| refunds::end(books, part(&path, "id"), End::Processed, now)).map(Answer)
}

pub(super) async fn fail_refund(State(gateway): Shared, path: RawPathParams) -> Done<Refund> {
    gateway.write(|books, now| refunds::end(books, part(&path, "id"), End::Failed, now)).map(Answer)
}

/// Everything that happened to money, with sums in paise.
pub(super) async fn ledger(State(gateway): Shared) -> Answer<Value> {
    Answer(gateway.write(|books, _| {
        json!({
            "orders": books.orders.oldest_first().collect::<Vec<_>>(),
            "payments": books.payments.oldest_first().collect::<Vec<_>>(),
            "captures": books.ledger.of(Kind::Capture),
            "refunds": books.refunds.oldest_first().collect::<Vec<_>>(),
            "entries": books.ledger.entries(),
            "sums": books.ledger.sums(),
        })
    }))
}

fn paid(gateway: &Gateway, payment: &Payment) -> Answer<Value> {
    let mut answer = json!(Callback::of(payment, gateway));
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("payment".to_owned(), json!(payment));
    }
    Answer(answer)
}

/// A button of the page.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(in crate::http) enum Act {
    /// Pays an order.
    Pay(Box<Pay>),
    /// Tries to pay an order, and fails.
    Fail(Box<Fail>),
    /// The bank's promise comes after all.
    Authorize {
        /// Of which payment.
        payment_id: String,
    },
    /// The money is back.
    Process {
        /// Of which refund.
        refund_id: String,
    },
    /// The money did not go back.
    FailRefund {
        /// Of which refund.
        refund_id: String,
    },
}

/// Does what the button says.
pub(in crate::http) fn act(gateway: &Arc<Gateway>, act: Act) -> Result<(), Refusal> {
    gateway.write(|books, now| match act {
        Act::Pay(pay) => {
            let payment = payments::attempt(books, &pay.order_id, &pay.tender, now)?;
            payments::carry(books, &payment.id, pay.until, now).map(drop)
        }
        Act::Fail(fail) => {
            let payment = payments::attempt(books, &fail.order_id, &fail.tender, now)?;
            payments::fail(books, &payment.id, &Decline::named(fail.reason.as_deref())?, now).map(drop)
        }
        Act::Authorize { payment_id } => payments::authorize_late(books, &payment_id, now).map(drop),
        Act::Process { refund_id } => refunds::end(books, &refund_id, End::Processed, now).map(drop),
        Act::FailRefund { refund_id } => refunds::end(books, &refund_id, End::Failed, now).map(drop),
    })
}
