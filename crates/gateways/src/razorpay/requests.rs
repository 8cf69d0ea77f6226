//! What is sent.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Money, NewOrder, NewRefund};

/// How many notes Razorpay takes, and how long each may be.
const NOTES: (usize, usize) = (15, 256);

type Notes<'a> = BTreeMap<&'a str, String>;

/// `POST /v1/orders`.
#[derive(Serialize)]
pub(super) struct OrderBody<'a> {
    amount: i64,
    currency: &'a str,
    receipt: &'a str,
    notes: Notes<'a>,
}

/// `POST /v1/payments/{id}/capture`.
#[derive(Serialize)]
pub(super) struct CaptureBody<'a> {
    amount: i64,
    currency: &'a str,
}

/// `POST /v1/payments/{id}/refund`.
#[derive(Serialize)]
pub(super) struct RefundBody<'a> {
    amount: i64,
    speed: &'static str,
    receipt: &'a str,
    notes: Notes<'a>,
}

impl<'a> From<&NewOrder<'a>> for OrderBody<'a> {
    fn from(wanted: &NewOrder<'a>) -> Self {
        let NewOrder { receipt, amount, currency, notes } = *wanted;
        Self { amount: amount.get(), currency, receipt, notes: written(notes) }
    }
}

impl<'a> From<&Money<'a>> for CaptureBody<'a> {
    fn from(money: &Money<'a>) -> Self {
        Self { amount: money.amount.get(), currency: money.currency }
    }
}

impl<'a> From<&NewRefund<'a>> for RefundBody<'a> {
    fn from(wanted: &NewRefund<'a>) -> Self {
        let notes = written(&[("reason", wanted.reason)]);
        Self { amount: wanted.amount.get(), speed: "normal", receipt: wanted.key, notes }
    }
}

fn written<'a>(notes: &[(&'a str, &'a str)]) -> Notes<'a> {
    let (most, longest) = NOTES;
    notes.iter().take(most).map(|(name, value)| (*name, value.chars().take(longest).collect())).collect()
}

#[cfg(test)]
mod tests {
    use kernel::Paise;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::razorpay::wire::OrderShape;

    fn order(amount: Paise) -> Value {
        let wanted = NewOrder { receipt: "r", amount, currency: "INR", notes: &[("order", "PAV-1")] };
        json!(OrderBody::from(&wanted))
    }

    #[test]
    fn nineteen_rupees_and_ninety_nine_are_1999_paise() {
        let expected = json!({ "amount": 1999, "currency": "INR", "receipt": "r", "notes": { "order": "PAV-1" } });
        assert_eq!(order("19.99".parse().unwrap()), expected);
    }

    #[test]
    fn notes_are_cut_to_what_is_taken() {
        let long = "é".repeat(300);
        let names: Vec<String> = (0..20).map(|number| number.to_string()).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), long.as_str())).collect();
        let notes = written(&many);
        assert_eq!(notes.len(), 15);
        assert!(notes.values().all(|note| note.chars().count() == 256));
    }

    proptest! {
        #[test]
        fn every_amount_is_sent_and_read_as_the_same_whole_paise(paise in 0..=Paise::MAX.get()) {
            let mut body = order(Paise::new(paise));
            prop_assert_eq!(body["amount"].as_i64(), Some(paise));
            body["id"] = json!("order_1");
            body["created_at"] = json!(1);
            let read: OrderShape = serde_json::from_str(&body.to_string()).unwrap();
            prop_assert_eq!(crate::Order::from(read).amount, Paise::new(paise));
            let capture = CaptureBody::from(&Money { amount: Paise::new(paise), currency: "INR" });
            prop_assert_eq!(json!(capture)["amount"].as_i64(), Some(paise));
        }
    }
}
