//! What is answered, read leniently: what we do not need may be anything, and what is missing is missing.

mod payment;

use chrono::serde::ts_seconds;
use chrono::{DateTime, Utc};
use kernel::Paise;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

pub(super) use self::payment::PaymentShape;
use crate::{Order, OrderStatus, Refund, RefundStatus};

/// `{"entity":"collection","count":n,"items":[…]}`.
#[derive(Deserialize)]
pub(super) struct Collection<T> {
    pub(super) items: Vec<T>,
}

/// An order.
#[derive(Deserialize)]
pub(super) struct OrderShape {
    id: String,
    #[serde(default, deserialize_with = "text")]
    receipt: Option<String>,
    #[serde(deserialize_with = "paise")]
    amount: Paise,
    currency: String,
    #[serde(default, deserialize_with = "text")]
    status: Option<String>,
    #[serde(with = "ts_seconds")]
    created_at: DateTime<Utc>,
}

/// A refund.
#[derive(Deserialize)]
pub(super) struct RefundShape {
    id: String,
    payment_id: String,
    #[serde(deserialize_with = "paise")]
    amount: Paise,
    currency: String,
    #[serde(default, deserialize_with = "text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    receipt: Option<String>,
}

impl From<OrderShape> for Order {
    fn from(shape: OrderShape) -> Self {
        let status = match shape.status.as_deref() {
            Some("created") => OrderStatus::Created,
            Some("attempted") => OrderStatus::Attempted,
            Some("paid") => OrderStatus::Paid,
            _ => OrderStatus::Other,
        };
        let OrderShape { id, receipt, amount, currency, created_at, .. } = shape;
        Self { id, receipt, amount, currency, status, created_at }
    }
}

impl From<RefundShape> for Refund {
    fn from(shape: RefundShape) -> Self {
        let status = match shape.status.as_deref() {
            Some("pending") => RefundStatus::Pending,
            Some("processed") => RefundStatus::Processed,
            Some("failed") => RefundStatus::Failed,
            _ => RefundStatus::Other,
        };
        let RefundShape { id, payment_id, amount, currency, receipt, .. } = shape;
        Self { id, payment_id, amount, currency, status, receipt }
    }
}

/// A text that says something. Razorpay writes none as null, as `""` and as `"NA"`.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Value::deserialize(deserializer).map(|value| said(&value))
}

/// What a value says, if it says something.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !["", "NA"].contains(&text.as_str()) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An amount that there can be. Money is not read leniently.
fn paise<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Paise, D::Error> {
    let amount = i64::deserialize(deserializer)?;
    if (0..=Paise::MAX.get()).contains(&amount) {
        Ok(Paise::new(amount))
    } else {
        Err(serde::de::Error::custom("an amount that cannot be"))
    }
}
