//! A payment, and what may be kept of how it was paid.

use chrono::serde::ts_seconds;
use chrono::{DateTime, Utc};
use commerce::orders::PaymentMethod;
use kernel::Paise;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{paise, said, text};
use crate::razorpay::key::brief;
use crate::{Payment, PaymentStatus};

/// What is kept of a card. Razorpay has no more than the last four digits, and neither may we.
const CARD: [&str; 4] = ["last4", "network", "type", "issuer"];
/// What banks call a payment.
const REFERENCES: [&str; 6] =
    ["rrn", "arn", "auth_code", "upi_transaction_id", "bank_transaction_id", "transaction_id"];
/// How much of each is kept.
const LONGEST: usize = 100;

/// A payment.
#[derive(Deserialize)]
pub(in crate::razorpay) struct PaymentShape {
    id: String,
    #[serde(default, deserialize_with = "text")]
    order_id: Option<String>,
    #[serde(deserialize_with = "paise")]
    amount: Paise,
    currency: String,
    #[serde(default, deserialize_with = "text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    method: Option<String>,
    #[serde(default)]
    vpa: Value,
    #[serde(default)]
    bank: Value,
    #[serde(default)]
    wallet: Value,
    #[serde(default)]
    card: Value,
    #[serde(default)]
    acquirer_data: Value,
    #[serde(default, deserialize_with = "some_paise")]
    amount_refunded: Option<Paise>,
    #[serde(default, deserialize_with = "some_paise")]
    fee: Option<Paise>,
    #[serde(default, deserialize_with = "some_paise")]
    tax: Option<Paise>,
    #[serde(default, deserialize_with = "text")]
    error_description: Option<String>,
    #[serde(default, deserialize_with = "text")]
    error_reason: Option<String>,
    #[serde(with = "ts_seconds")]
    created_at: DateTime<Utc>,
}

fn some_paise<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Paise>, D::Error> {
    #[derive(Deserialize)]
    struct Amount(#[serde(deserialize_with = "paise")] Paise);
    Ok(Option::<Amount>::deserialize(deserializer)?.map(|Amount(amount)| amount))
}

impl From<PaymentShape> for Payment {
    fn from(shape: PaymentShape) -> Self {
        let failure = shape.error_description.as_ref().or(shape.error_reason.as_ref());
        Self {
            status: shape.status(),
            method: shape.method(),
            details: Value::Object(shape.details()),
            failure: failure.map(|text| brief(text)),
            refunded: shape.amount_refunded.unwrap_or(Paise::ZERO),
            id: shape.id,
            order_id: shape.order_id,
            amount: shape.amount,
            currency: shape.currency,
            fee: shape.fee,
            tax: shape.tax,
            created_at: shape.created_at,
        }
    }
}

impl PaymentShape {
    fn status(&self) -> PaymentStatus {
        match self.status.as_deref() {
            Some("created") => PaymentStatus::Created,
            Some("authorized") => PaymentStatus::Authorized,
            Some("captured") => PaymentStatus::Captured,
            Some("refunded") => PaymentStatus::Refunded,
            Some("failed") => PaymentStatus::Failed,
            _ => PaymentStatus::Other,
        }
    }

    /// Our word for it. Instalments are a credit card's, and paying later goes over an app.
    fn method(&self) -> Option<PaymentMethod> {
        let is_debit = || self.card.get("type").and_then(Value::as_str) == Some("debit");
        match self.method.as_deref()? {
            "card" if is_debit() => Some(PaymentMethod::DebitCard),
            "card" | "emi" => Some(PaymentMethod::CreditCard),
            "upi" => Some(PaymentMethod::Upi),
            "netbanking" => Some(PaymentMethod::Netbanking),
            "wallet" | "paylater" => Some(PaymentMethod::Wallet),
            _ => None,
        }
    }

    fn details(&self) -> Map<String, Value> {
        let own = [("vpa", &self.vpa), ("bank", &self.bank), ("wallet", &self.wallet)];
        let mut details: Map<String, Value> =
            own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), fact(value)?))).collect();
        details.extend(facts(&self.acquirer_data, &REFERENCES));
        let mut card: Map<String, Value> = facts(&self.card, &CARD).collect();
        card.retain(|name, value| name != "last4" || value.as_str().is_some_and(|digits| digits.len() <= 4));
        if !card.is_empty() {
            details.insert("card".to_owned(), Value::Object(card));
        }
        details
    }
}

/// Those of the names that an object says something for. An empty object may be written as a list.
fn facts(object: &Value, names: &'static [&'static str]) -> impl Iterator<Item = (String, Value)> {
    names.iter().filter_map(|name| Some(((*name).to_owned(), fact(object.get(name)?)?)))
}

fn fact(value: &Value) -> Option<Value> {
    said(value).map(|text| Value::String(text.chars().take(LONGEST).collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A payment of ₹19.99 with other fields besides, which may replace those that are there.
    fn payment(with: Value) -> Payment {
        let mut fields = json!({ "id": "pay_1", "amount": 1999, "currency": "INR", "created_at": 1_700_000_000 });
        let Value::Object(with) = with else { panic!("no fields") };
        fields.as_object_mut().unwrap().extend(with);
        serde_json::from_str::<PaymentShape>(&fields.to_string()).unwrap().into()
    }

    #[test]
    fn what_is_missing_is_missing() {
        let bare = payment(json!({}));
        assert_eq!((bare.status, bare.method, bare.order_id), (PaymentStatus::Other, None, None));
        assert_eq!((bare.refunded, bare.fee, bare.tax, bare.failure), (Paise::ZERO, None, None, None));
        assert_eq!(bare.details, json!({}));
    }

    #[test]
    fn the_oddities_of_the_published_samples_are_read() {
        let odd = payment(json!({
            "entity": "payment", "status": "settled", "method": "crypto", "order_id": null, "notes": [], "captured": "yes",
            "card": [], "acquirer_data": [], "error_code": "", "error_description": "", "error_reason": "NA",
            "fee": null, "amount_refunded": null, "upi": { "vpa": 1 }, "new_field": { "x": [1] },
        }));
        assert_eq!((odd.status, odd.method, odd.failure), (PaymentStatus::Other, None, None));
        assert_eq!(odd.details, json!({}));
    }

    #[test]
    fn methods_have_our_words() {
        use PaymentMethod::{CreditCard, DebitCard, Netbanking, Upi, Wallet};
        let of = |method: &str, card: Value| payment(json!({ "method": method, "card": card })).method;
        assert_eq!(of("card", json!({ "type": "debit" })), Some(DebitCard));
        for card in [json!({ "type": "credit" }), json!({ "type": "prepaid" }), json!({}), json!(null)] {
            assert_eq!(of("card", card), Some(CreditCard));
        }
        let others = [("emi", Some(CreditCard)), ("upi", Some(Upi)), ("netbanking", Some(Netbanking))];
        for (method, ours) in others.into_iter().chain([("wallet", Some(Wallet)), ("paylater", Some(Wallet))]) {
            assert_eq!(of(method, json!(null)), ours, "{method}");
        }
        assert_eq!((of("cod", json!(null)), of("", json!(null))), (None, None));
    }

    #[test]
    fn only_safe_facts_are_kept() {
        let kept = payment(json!({
            "vpa": "a@upi", "bank": null, "wallet": "", "email": "a@example.com", "contact": "+919000090000",
            "card": { "last4": "1111", "network": "Visa", "type": "debit", "issuer": null, "name": "A B", "token_iin": "411111" },
            "acquirer_data": { "rrn": "123456789012", "arn": null, "auth_code": 472_379, "other": "x" },
        }));
        let expected = json!({
            "vpa": "a@upi", "rrn": "123456789012", "auth_code": "472379",
            "card": { "last4": "1111", "network": "Visa", "type": "debit" },
        });
        assert_eq!(kept.details, expected);
        let leaky = payment(json!({ "card": { "last4": "4111111111111111" } }));
        assert_eq!(leaky.details, json!({}));
    }

    #[test]
    fn why_it_failed_is_one_short_sentence() {
        let failed = payment(json!({ "error_description": "Card 4111111111111111 declined", "error_reason": "x" }));
        assert_eq!(failed.failure.as_deref(), Some("Card xxxxxxxxxxxxxxxx declined"));
        let reason = payment(json!({ "error_description": null, "error_reason": "card_declined" }));
        assert_eq!(reason.failure.as_deref(), Some("card_declined"));
    }

    #[test]
    fn money_is_not_read_leniently() {
        for amount in [json!(19.99), json!("1999"), json!(-1), json!(null), json!(1_000_000_000_000_i64)] {
            let fields = json!({ "id": "pay_1", "amount": amount, "currency": "INR", "created_at": 1 });
            assert!(serde_json::from_value::<PaymentShape>(fields).is_err(), "{amount}");
        }
        let refunded = json!({ "id": "p", "amount": 1, "amount_refunded": "1", "currency": "INR", "created_at": 1 });
        assert!(serde_json::from_value::<PaymentShape>(refunded).is_err());
    }
}
