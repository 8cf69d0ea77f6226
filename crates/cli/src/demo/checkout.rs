//! The gateway's checkout, as it opens in the customer's browser, and what stands in the gateway's own books.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use kernel::Paise;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answers::Attempt;

/// A simulator of Razorpay.
pub(super) struct Checkout {
    http: Client,
    url: String,
}

/// What checkout says in the end.
pub(super) enum Outcome {
    /// What it hands to the page.
    Paid(Value),
    /// Why not.
    Declined(String),
}

/// What the page opens it with, and what the customer chooses there.
#[derive(Serialize)]
struct Opened<'a> {
    key: Option<&'a str>,
    order_id: Option<&'a str>,
    #[serde(flatten)]
    means: &'a Value,
}

#[derive(Deserialize)]
struct Refused {
    error: Reason,
}

#[derive(Deserialize)]
struct Reason {
    reason: Option<String>,
    description: String,
}

#[derive(Deserialize)]
struct Ledger {
    payments: Vec<Payment>,
    refunds: Vec<Refund>,
}

#[derive(Deserialize)]
struct Payment {
    id: String,
    order_id: String,
}

#[derive(Deserialize)]
struct Refund {
    id: String,
    payment_id: String,
    amount: i64,
    status: String,
}

impl Checkout {
    /// Where somebody said that it is; none if they said that there is none.
    pub(super) fn at(url: &str) -> anyhow::Result<Option<Self>> {
        let http = Client::builder().timeout(Duration::from_secs(10)).build()?;
        let url = url.trim_end_matches('/').to_owned();
        Ok((!url.is_empty()).then_some(Self { http, url }))
    }

    /// Tries to pay `attempt` by `means`, such as `{"method": "upi"}`.
    pub(super) async fn pay(&self, attempt: &Attempt, means: &Value) -> anyhow::Result<Outcome> {
        let (key, order_id) = (attempt.razorpay_key.as_deref(), attempt.razorpay_order_id.as_deref());
        let body = Opened { key, order_id, means };
        let (status, body) = self.ask(self.http.post(format!("{}/checkout", self.url)).json(&body)).await?;
        if status.is_success() {
            return Ok(Outcome::Paid(serde_json::from_str(&body)?));
        }
        match serde_json::from_str(&body) {
            Ok(Refused { error: Reason { reason: Some(reason), .. } }) => Ok(Outcome::Declined(reason)),
            Ok(Refused { error }) => bail!("expected a payment, got {status}: {}", error.description),
            Err(_) => bail!("expected the answer of a checkout, got {status} from {}", self.url),
        }
    }

    /// The one refund of the order that the gateway calls `order`: all of `amount`, and done.
    pub(super) async fn see_refund(&self, order: &str, amount: Paise) -> anyhow::Result<String> {
        let (status, body) = self.ask(self.http.get(format!("{}/_control/ledger", self.url))).await?;
        ensure!(status == StatusCode::OK, "expected the gateway's ledger, got {status}");
        let ledger: Ledger = serde_json::from_str(&body).context("expected the gateway's ledger")?;
        let is_of = |refund: &&Refund| {
            ledger.payments.iter().any(|payment| payment.id == refund.payment_id && payment.order_id == order)
        };
        let refunds: Vec<&Refund> = ledger.refunds.iter().filter(is_of).collect();
        let [refund] = refunds.as_slice() else { bail!("expected one refund of {order}, got {}", refunds.len()) };
        let due = amount.get();
        ensure!(refund.amount == due, "expected a refund of {due} paise, got one of {}", refund.amount);
        ensure!(refund.status == "processed", "expected a processed refund, got {}", refund.status);
        Ok(refund.id.clone())
    }

    async fn ask(&self, request: RequestBuilder) -> anyhow::Result<(StatusCode, String)> {
        let nobody = || format!("expected a Razorpay simulator at {} (--razorpay '' does without)", self.url);
        let answer = request.send().await.with_context(nobody)?;
        Ok((answer.status(), answer.text().await.with_context(nobody)?))
    }
}
