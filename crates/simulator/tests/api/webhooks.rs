//! Webhooks: what is told, signed how, and how often.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Account, Refunds, Retries, Settings};

use crate::receiver::Receiver;
use crate::shop::{Answer, Shop, eventually, text};

/// A shop that hears of everything, and at once again of what it did not take.
pub(crate) async fn shop_with(receiver: &Receiver) -> Shop {
    let retries = Retries { first: Duration::from_millis(1), ..Retries::default() };
    let settings = Settings { webhook_url: Some(receiver.url.clone()), retries, ..Settings::default() };
    Shop::with(settings).await
}

/// Where webhooks go from now on.
pub(crate) async fn redirect(shop: &Shop, destination: Value) {
    Answer::of(shop.request(Method::PUT, "/_control/webhook").json(&destination)).await.ok();
}

/// What became of the event with this name.
async fn state(shop: &Shop, name: &str) -> Value {
    let events = shop.get("/_control/webhook").await.ok()["events"].clone();
    let found = events.as_array().unwrap().iter().find(|event| event["event"] == name).cloned();
    found.unwrap_or_default()
}

#[tokio::test]
async fn a_payment_is_told_in_three_signed_events() {
    let mut receiver = Receiver::open().await;
    let shop = shop_with(&receiver).await;
    let (order, payment) = shop.paid(1999).await;
    let mut ids = Vec::new();
    for (name, contains, status) in [
        ("payment.authorized", json!(["payment"]), "authorized"),
        ("payment.captured", json!(["payment"]), "captured"),
        ("order.paid", json!(["payment", "order"]), "captured"),
    ] {
        let heard = receiver.hear().await;
        assert!(heard.is_signed_with(&shop.settings.webhook_secret));
        let body = heard.json();
        assert_eq!((&body["entity"], &body["event"], &body["contains"]), (&json!("event"), &json!(name), &contains));
        assert!(text(&body, "account_id").starts_with("acc_") && body["created_at"].is_i64());
        let entity = &body["payload"]["payment"]["entity"];
        assert_eq!((text(entity, "id"), text(entity, "order_id")), (payment.clone(), order.clone()));
        assert_eq!(entity["status"], status, "a snapshot of the moment");
        ids.push(heard.event_id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3, "each has its own id");
}

#[tokio::test]
async fn the_order_that_is_paid_is_told() {
    let mut receiver = Receiver::open().await;
    let shop = shop_with(&receiver).await;
    let (order, _) = shop.paid(1999).await;
    receiver.hear_events(2).await;
    let told = receiver.hear().await.json()["payload"]["order"]["entity"].clone();
    assert_eq!(told, shop.get(&format!("/v1/orders/{order}")).await.ok());
    assert_eq!(told["status"], "paid");
}

#[tokio::test]
async fn failures_and_refunds_are_told() {
    let mut receiver = Receiver::open().await;
    let shop = shop_with(&receiver).await;
    let order = shop.order(1000).await;
    shop.control("fail", json!({ "order_id": order })).await;
    assert_eq!(receiver.hear_events(1).await, ["payment.failed"]);
    let paid = shop.control("pay", json!({ "order_id": order })).await;
    receiver.hear_events(3).await;
    let path = format!("/v1/payments/{}/refund", text(&paid, "razorpay_payment_id"));
    shop.post(&path, json!({ "amount": 400 })).await.ok();
    let created = receiver.hear().await.json();
    assert_eq!((&created["event"], &created["contains"]), (&json!("refund.created"), &json!(["refund", "payment"])));
    assert_eq!(created["payload"]["refund"]["entity"]["status"], "pending");
    assert_eq!(created["payload"]["payment"]["entity"]["amount_refunded"], 400);
    assert_eq!(receiver.hear_events(1).await, ["refund.processed"]);
}

#[tokio::test]
async fn how_a_pending_refund_ended_is_told() {
    let mut receiver = Receiver::open().await;
    let account = Account { refunds: Refunds::Pending, ..Account::default() };
    let settings = Settings { webhook_url: Some(receiver.url.clone()), account, ..Settings::default() };
    let shop = Shop::with(settings).await;
    let (_, payment) = shop.paid(1000).await;
    receiver.hear_events(3).await;
    let path = format!("/v1/payments/{payment}/refund");
    let refund = shop.post(&path, json!({ "amount": 400 })).await.ok();
    assert_eq!(receiver.hear_events(1).await, ["refund.created"]);
    shop.control(&format!("refunds/{}/fail", text(&refund, "id")), json!({})).await;
    assert_eq!(receiver.hear_events(1).await, ["refund.failed"]);
    let refund = shop.post(&path, json!({ "amount": 2468 - 2000, "speed": "optimum" })).await.ok();
    shop.control(&format!("refunds/{}/process", text(&refund, "id")), json!({})).await;
    assert_eq!(receiver.hear_events(2).await, ["refund.created", "refund.processed"]);
}

#[tokio::test]
async fn a_refund_that_is_not_instant_after_all_is_told() {
    let mut receiver = Receiver::open().await;
    let shop = shop_with(&receiver).await;
    let (_, payment) = shop.paid(10_000).await;
    receiver.hear_events(3).await;
    let sent = json!({ "amount": 2468, "speed": "optimum" });
    shop.post(&format!("/v1/payments/{payment}/refund"), sent).await.ok();
    assert_eq!(receiver.hear_events(3).await, ["refund.created", "refund.speed_changed", "refund.processed"]);
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_under_the_same_id() {
    let mut receiver = Receiver::open().await;
    let shop = shop_with(&receiver).await;
    receiver.answer(&[500, 302, 404]);
    let order = shop.order(100).await;
    shop.control("fail", json!({ "order_id": order })).await;
    let first = receiver.hear().await;
    for _ in 0..3 {
        let again = receiver.hear().await;
        assert_eq!(
            (again.event_id, again.signature, again.body),
            (first.event_id.clone(), first.signature.clone(), first.body.clone())
        );
    }
    eventually(async || state(&shop, "payment.failed").await["state"] == "delivered").await;
    let attempts = state(&shop, "payment.failed").await["attempts"].clone();
    let statuses: Vec<_> = attempts.as_array().unwrap().iter().map(|attempt| attempt["status"].clone()).collect();
    assert_eq!(statuses, [500, 302, 404, 200]);
    assert!(receiver.is_quiet());
}

#[tokio::test]
async fn the_pause_doubles_and_can_be_skipped() {
    let mut receiver = Receiver::open().await;
    let retries = Retries { first: Duration::from_hours(1), ..Retries::default() };
    let settings = Settings { webhook_url: Some(receiver.url.clone()), retries, ..Settings::default() };
    let shop = Shop::with(settings).await;
    receiver.answer(&[500, 500]);
    let order = shop.order(100).await;
    shop.control("fail", json!({ "order_id": order })).await;
    receiver.hear().await;
    for attempts in [1, 2] {
        let is_counted =
            async || state(&shop, "payment.failed").await["attempts"].as_array().unwrap().len() == attempts;
        eventually(is_counted).await;
        assert!(receiver.is_quiet());
        shop.control("hurry", json!({})).await;
        receiver.hear().await;
    }
}

#[tokio::test]
async fn a_webhook_that_fails_for_the_whole_window_is_disabled() {
    let receiver = Receiver::open().await;
    let retries = Retries { first: Duration::from_millis(1), window: Duration::from_millis(10), ..Retries::default() };
    let settings = Settings { webhook_url: Some(receiver.url.clone()), retries, ..Settings::default() };
    let shop = Shop::with(settings).await;
    receiver.answer(&[500; 100]);
    let order = shop.order(100).await;
    shop.control("fail", json!({ "order_id": order })).await;
    eventually(async || shop.get("/_control/webhook").await.ok()["enabled"] == false).await;
    assert_eq!(state(&shop, "payment.failed").await["state"], "abandoned");
    shop.control("pay", json!({ "order_id": order })).await;
    assert_eq!(state(&shop, "order.paid").await["state"], "unsent");
    redirect(&shop, json!({})).await;
    assert_eq!(shop.get("/_control/webhook").await.ok()["enabled"], true);
}

#[tokio::test]
async fn a_new_secret_is_for_new_events() {
    let mut receiver = Receiver::open().await;
    let shop = shop_with(&receiver).await;
    receiver.answer(&[500]);
    let order = shop.order(100).await;
    shop.control("fail", json!({ "order_id": order })).await;
    let first = receiver.hear().await;
    redirect(&shop, json!({ "secret": "new" })).await;
    let again = receiver.hear().await;
    assert_eq!(again.event_id, first.event_id);
    assert!(again.is_signed_with(&shop.settings.webhook_secret) && !again.is_signed_with("new"));
    shop.control("fail", json!({ "order_id": order })).await;
    assert!(receiver.hear().await.is_signed_with("new"));
}

#[tokio::test]
async fn an_event_can_be_replayed_and_the_address_changed() {
    let (mut old, mut new) = (Receiver::open().await, Receiver::open().await);
    let shop = shop_with(&old).await;
    let order = shop.order(100).await;
    shop.control("fail", json!({ "order_id": order })).await;
    let first = old.hear().await;
    redirect(&shop, json!({ "url": new.url })).await;
    shop.control(&format!("webhook/events/{}/replay", first.event_id), json!({})).await;
    let again = new.hear().await;
    assert_eq!((again.event_id, again.body), (first.event_id, first.body));
    redirect(&shop, json!({ "url": "" })).await;
    shop.control("pay", json!({ "order_id": order })).await;
    assert_eq!(state(&shop, "order.paid").await["state"], "unsent");
    assert!(old.is_quiet() && new.is_quiet());
}

#[tokio::test]
async fn who_does_not_answer_in_time_is_told_again() {
    let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", deaf.local_addr().unwrap());
    let pause = Duration::from_millis(1);
    let retries = Retries { patience: Duration::from_millis(10), first: pause, ..Retries::default() };
    let shop = Shop::with(Settings { webhook_url: Some(url), retries, ..Settings::default() }).await;
    let order = shop.order(100).await;
    shop.control("fail", json!({ "order_id": order })).await;
    let is_told_again = async || state(&shop, "payment.failed").await["attempts"].as_array().unwrap().len() >= 2;
    eventually(is_told_again).await;
    let attempt = state(&shop, "payment.failed").await["attempts"][0].clone();
    assert!(attempt["status"].is_null() && attempt["error"].is_string());
    assert_eq!(state(&shop, "payment.failed").await["state"], "underway");
}
