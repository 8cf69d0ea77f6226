//! What a webhook is about. Samples and reality differ in keys and their places, so only ids and the name are read.

use serde_json::Value;

use crate::Notice;

/// How much of an unknown name is kept.
const LONGEST: usize = 100;

/// What an event is about, as far as its name tells.
enum Subject {
    Payment,
    Refund,
    Other,
}

/// What `body` tells; `None` if it is no event, or one without the ids that its name promises.
pub(super) fn read(body: &[u8]) -> Option<Notice> {
    let event: Value = serde_json::from_slice(body).ok()?;
    let text = |path: &str| event.pointer(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let owned = |path: &str| text(path).map(str::to_owned);
    let kind = text("/event");
    match kind.map_or_else(|| unnamed(&event), named) {
        Subject::Payment => Some(Notice::Payment {
            id: owned("/payload/payment/entity/id")?,
            order: owned("/payload/payment/entity/order_id").or_else(|| owned("/payload/order/entity/id")),
        }),
        Subject::Refund => Some(Notice::Refund {
            id: owned("/payload/refund/entity/id")?,
            payment: owned("/payload/refund/entity/payment_id").or_else(|| owned("/payload/payment/entity/id"))?,
            receipt: owned("/payload/refund/entity/receipt"),
        }),
        Subject::Other => Some(Notice::Other { kind: kind?.chars().take(LONGEST).collect() }),
    }
}

/// `payment.captured` is about a payment; `payment.dispute.won` and `payment.downtime.started` are not.
fn named(kind: &str) -> Subject {
    match kind.split_once('.') {
        Some(("payment", what)) if !what.contains('.') => Subject::Payment,
        Some(("order", "paid")) => Subject::Payment,
        Some(("refund", _)) => Subject::Refund,
        _ => Subject::Other,
    }
}

/// Refunds come with their payments.
fn unnamed(event: &Value) -> Subject {
    let has = |path: &str| event.pointer(path).is_some();
    match (has("/payload/refund"), has("/payload/payment")) {
        (true, _) => Subject::Refund,
        (false, true) => Subject::Payment,
        (false, false) => Subject::Other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn notice(event: &Value) -> Option<Notice> {
        read(event.to_string().as_bytes())
    }

    fn payment() -> Notice {
        Notice::Payment { id: "pay_1".to_owned(), order: Some("order_1".to_owned()) }
    }

    fn refund() -> Notice {
        let receipt = Some("key".to_owned());
        Notice::Refund { id: "rfnd_1".to_owned(), payment: "pay_1".to_owned(), receipt }
    }

    fn payload() -> Value {
        json!({
            "payment": { "entity": { "id": "pay_1", "order_id": "order_1", "captured": true, "error_code": "" } },
            "refund": { "entity": { "id": "rfnd_1", "payment_id": "pay_1", "receipt": "key" } },
        })
    }

    #[test]
    fn names_tell_what_it_is_about() {
        let of = |kind: &str| notice(&json!({ "entity": "event", "event": kind, "payload": payload() }));
        for kind in ["authorized", "captured", "failed", "pending", "word_of_2030"] {
            assert_eq!(of(&format!("payment.{kind}")), Some(payment()), "{kind}");
        }
        for kind in ["created", "processed", "failed", "speed_changed"] {
            assert_eq!(of(&format!("refund.{kind}")), Some(refund()), "{kind}");
        }
        let others = ["payment.dispute.created", "payment.downtime.started", "settlement.processed", "order.x", "x"];
        for kind in others {
            assert_eq!(of(kind), Some(Notice::Other { kind: kind.to_owned() }));
        }
        let Some(Notice::Other { kind }) = of(&"é".repeat(1000)) else { panic!("an unknown name") };
        assert_eq!(kind.chars().count(), 100);
    }

    #[test]
    fn an_order_that_is_paid_names_its_payment() {
        let payload = json!({ "payment": { "entity": { "id": "pay_1" } }, "order": { "entity": { "id": "order_1" } } });
        assert_eq!(notice(&json!({ "event": "order.paid", "payload": payload })), Some(payment()));
    }

    #[test]
    fn a_change_of_speed_may_have_its_time_inside() {
        let mut payload = payload();
        payload["created_at"] = json!(1_606_985_740);
        let event = json!({ "entity": "event", "account_id": "acc_1", "event": "refund.speed_changed",
            "contains": ["refund", "payment"], "payload": payload });
        assert_eq!(notice(&event), Some(refund()));
    }

    #[test]
    fn an_event_without_its_envelope_is_read_by_what_it_contains() {
        assert_eq!(notice(&json!({ "payload": payload() })), Some(refund()));
        assert_eq!(notice(&json!({ "payload": { "payment": payload()["payment"] } })), Some(payment()));
        let bare = json!({ "payload": { "payment": { "entity": { "id": "pay_1", "order_id": null } } } });
        assert_eq!(notice(&bare), Some(Notice::Payment { id: "pay_1".to_owned(), order: None }));
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        let whole = json!({ "event": "payment.captured", "payload": payload() }).to_string();
        for length in 0..whole.len() {
            assert_eq!(read(&whole.as_bytes()[..length]), None, "{length}");
        }
        let unreadable = [
            json!(null),
            json!([]),
            json!({}),
            json!("payment.captured"),
            json!({ "event": 1 }),
            json!({ "event": "" }),
            json!({ "event": "payment.captured" }),
            json!({ "event": "payment.captured", "payload": { "payment": { "entity": { "id": 7 } } } }),
            json!({ "event": "refund.created", "payload": { "refund": { "entity": { "id": "rfnd_1" } } } }),
        ];
        for event in unreadable {
            assert_eq!(notice(&event), None, "{event}");
        }
        assert_eq!(read(b"<html>"), None);
        assert_eq!(read(b"\xff\xfe"), None);
        assert_eq!(read("[".repeat(100_000).as_bytes()), None);
    }
}
