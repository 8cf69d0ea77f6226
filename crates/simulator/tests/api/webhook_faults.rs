//! The knobs for webhooks: each does what it says, to those that it says, until it is taken back.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Retries, Settings};

use crate::receiver::{Heard, Receiver};
use crate::shop::{Shop, eventually};
use crate::webhooks::shop_with;

async fn shop_with_fault(receiver: &Receiver, fault: Value) -> Shop {
    let shop = shop_with(receiver).await;
    shop.control("webhook/faults", fault).await;
    shop
}

#[tokio::test]
async fn duplicates_share_one_id() {
    let mut receiver = Receiver::open().await;
    let fault = json!({ "fault": "duplicate", "times": 10, "event": "payment.captured", "events": 1 });
    let shop = shop_with_fault(&receiver, fault).await;
    shop.paid(100).await;
    assert_eq!(receiver.hear_events(1).await, ["payment.authorized"]);
    let mut copies: Vec<Heard> = Vec::new();
    for _ in 0..10 {
        copies.push(receiver.hear().await);
    }
    assert!(copies.iter().all(|copy| copy.event_id == copies[0].event_id && copy.body == copies[0].body));
    assert_eq!(copies[0].event(), "payment.captured");
    assert_eq!(receiver.hear_events(1).await, ["order.paid"]);
    shop.paid(100).await;
    assert_eq!(receiver.hear_events(3).await, ["payment.authorized", "payment.captured", "order.paid"]);
}

#[tokio::test]
async fn reordered_events_come_last_first() {
    let mut receiver = Receiver::open().await;
    let shop = shop_with_fault(&receiver, json!({ "fault": "reorder", "batch": 3, "events": 3 })).await;
    shop.paid(100).await;
    assert_eq!(receiver.hear_events(3).await, ["order.paid", "payment.captured", "payment.authorized"]);
    shop.paid(100).await;
    assert_eq!(receiver.hear_events(3).await, ["payment.authorized", "payment.captured", "order.paid"]);
}

#[tokio::test]
async fn what_is_held_back_goes_when_the_fault_is_taken_back() {
    let mut receiver = Receiver::open().await;
    let shop = shop_with_fault(&receiver, json!({ "fault": "reorder", "batch": 100 })).await;
    shop.paid(100).await;
    let events = shop.get("/_control/webhook").await.ok()["events"].clone();
    assert!(events.as_array().unwrap().iter().all(|event| event["state"] == "held"));
    assert!(receiver.is_quiet());
    shop.request(Method::DELETE, "/_control/webhook/faults").send().await.unwrap();
    assert_eq!(receiver.hear_events(3).await, ["order.paid", "payment.captured", "payment.authorized"]);
}

#[tokio::test]
async fn a_delayed_event_comes_after_those_that_followed_it() {
    let mut receiver = Receiver::open().await;
    let fault = json!({ "fault": "delay", "milliseconds": 3_600_000, "event": "payment.captured" });
    let shop = shop_with_fault(&receiver, fault).await;
    shop.paid(100).await;
    assert_eq!(receiver.hear_events(2).await, ["payment.authorized", "order.paid"]);
    assert!(receiver.is_quiet());
    shop.control("hurry", json!({})).await;
    assert_eq!(receiver.hear_events(1).await, ["payment.captured"]);
}

#[tokio::test]
async fn a_lost_event_never_comes() {
    let mut receiver = Receiver::open().await;
    let fault = json!({ "fault": "lose", "event": "payment.captured", "events": 1 });
    let shop = shop_with_fault(&receiver, fault).await;
    shop.paid(100).await;
    shop.paid(100).await;
    let mut heard = receiver.hear_events(5).await;
    heard.sort();
    let expected = ["order.paid", "order.paid", "payment.authorized", "payment.authorized", "payment.captured"];
    assert_eq!(heard, expected);
    let events = shop.get("/_control/webhook").await.ok()["events"].clone();
    assert_eq!((&events[1]["state"], &events[1]["attempts"]), (&json!("lost"), &json!([])));
}

#[tokio::test]
async fn a_forged_event_has_a_signature_of_somebody_else() {
    let mut receiver = Receiver::open().await;
    let shop = shop_with_fault(&receiver, json!({ "fault": "forge", "events": 1 })).await;
    shop.paid(100).await;
    let forged = receiver.hear().await;
    assert_eq!(forged.event(), "payment.authorized");
    assert_eq!(forged.signature.len(), 64);
    assert!(!forged.is_signed_with(&shop.settings.webhook_secret));
    assert!(receiver.hear().await.is_signed_with(&shop.settings.webhook_secret));
}

#[tokio::test]
async fn a_truncated_event_ends_in_the_middle() {
    let mut receiver = Receiver::open().await;
    let shop = shop_with_fault(&receiver, json!({ "fault": "truncate", "events": 1 })).await;
    shop.paid(100).await;
    let truncated = receiver.hear().await;
    assert!(serde_json::from_slice::<Value>(&truncated.body).is_err());
    assert!(!truncated.is_signed_with(&shop.settings.webhook_secret));
    assert!(receiver.hear().await.json().is_object());
}

#[tokio::test]
async fn a_fault_that_says_nothing_is_refused() {
    let shop = Shop::open().await;
    for wrong in [
        json!({ "fault": "delay" }),
        json!({ "fault": "lose", "milliseconds": 5 }),
        json!({ "fault": "forge", "times": 2 }),
        json!({ "fault": "lose", "evnt": "order.paid" }),
    ] {
        assert_eq!(shop.post("/_control/webhook/faults", wrong).await.status, 400);
    }
    assert_eq!(shop.get("/_control/webhook/faults").await.ok(), json!([]));
}

#[tokio::test]
async fn a_reset_takes_everything_back_and_enables_the_webhook() {
    let mut receiver = Receiver::open().await;
    let retries = Retries { first: Duration::ZERO, window: Duration::ZERO, ..Retries::default() };
    let settings = Settings { webhook_url: Some(receiver.url.clone()), retries, ..Settings::default() };
    let shop = Shop::with(settings).await;
    receiver.answer(&[500, 500]);
    let order = shop.order(100).await;
    shop.control("fail", json!({ "order_id": order })).await;
    eventually(async || shop.get("/_control/webhook").await.ok()["enabled"] == false).await;
    receiver.hear_events(2).await;
    shop.control("webhook/faults", json!({ "fault": "lose" })).await;
    shop.control("reset", json!({})).await;
    shop.control("pay", json!({ "order_id": order })).await;
    assert_eq!(receiver.hear_events(3).await, ["payment.authorized", "payment.captured", "order.paid"]);
}
