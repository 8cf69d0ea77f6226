//! Refunds: their bounds, their states, and the key that keeps them single.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Account, Refunds};

use crate::shop::{Answer, Shop, eventually, text};

async fn refund(shop: &Shop, payment: &str, body: Value) -> Answer {
    shop.post(&format!("/v1/payments/{payment}/refund"), body).await
}

async fn refund_with(shop: &Shop, key: &str, payment: &str, body: Value) -> Answer {
    let request = shop.request(Method::POST, &format!("/v1/payments/{payment}/refund"));
    Answer::of(request.header("X-Refund-Idempotency", key).json(&body)).await
}

#[tokio::test]
async fn a_refund_looks_as_documented() {
    let shop = Shop::open().await;
    let (_, payment) = shop.paid(1999).await;
    let sent = json!({ "amount": 999, "speed": "normal", "receipt": "refund-1", "notes": { "why": "too small" } });
    let mut made = refund(&shop, &payment, sent).await.ok();
    assert_eq!(shop.get(&format!("/v1/refunds/{}", text(&made, "id"))).await.ok(), made);
    let fields = made.as_object_mut().unwrap();
    assert!(fields.remove("id").unwrap().as_str().unwrap().starts_with("rfnd_"));
    fields.remove("created_at");
    let expected = json!({
        "entity": "refund", "amount": 999, "currency": "INR", "payment_id": payment, "receipt": "refund-1",
        "notes": { "why": "too small" }, "acquirer_data": { "arn": null }, "batch_id": null, "status": "processed",
        "speed_processed": "normal", "speed_requested": "normal",
    });
    assert_eq!(made, expected);
}

#[tokio::test]
async fn parts_are_refunded_until_nothing_is_left() {
    let shop = Shop::open().await;
    let (order, payment) = shop.paid(1000).await;
    let path = format!("/v1/payments/{payment}");
    let state = async || {
        let payment = shop.get(&path).await.ok();
        (payment["amount_refunded"].clone(), payment["refund_status"].clone(), payment["status"].clone())
    };
    assert_eq!(refund(&shop, &payment, json!({ "amount": 400 })).await.ok()["notes"], json!([]));
    assert_eq!(state().await, (json!(400), json!("partial"), json!("captured")));
    let too_much = "The refund amount provided is greater than amount captured";
    refund(&shop, &payment, json!({ "amount": 601 })).await.refused(too_much);
    assert_eq!(refund(&shop, &payment, json!({})).await.ok()["amount"], 600, "what is left");
    assert_eq!(state().await, (json!(1000), json!("full"), json!("refunded")));
    let nothing_left = "The payment has been fully refunded already";
    refund(&shop, &payment, json!({ "amount": 100 })).await.refused(nothing_left);
    refund(&shop, &payment, json!({})).await.refused(nothing_left);
    assert_eq!(shop.status_of(&format!("/v1/orders/{order}")).await, "paid");
    assert_eq!(shop.sums().await["balance"], 0);
}

#[tokio::test]
async fn wrong_refunds_are_refused() {
    let shop = Shop::open().await;
    let (_, payment) = shop.paid(1000).await;
    for (body, description) in [
        (json!({ "amount": 99 }), "The amount must be at least INR 1.00"),
        (json!({ "amount": 1001 }), "The refund amount provided is greater than amount captured"),
        (json!({ "amount": 10.5 }), "The amount must be an integer."),
        (json!({ "speed": "instant" }), "The speed must be normal or optimum."),
        (json!({ "currency": "INR" }), "currency is/are not required and should not be sent"),
    ] {
        refund(&shop, &payment, body).await.refused(description);
    }
    let (_, promised) = shop.authorized(1000).await;
    let not_taken = "The payment status should be captured for action to be taken";
    refund(&shop, &promised, json!({})).await.refused(not_taken);
    shop.control("clock", json!({ "seconds": 200 * 24 * 60 * 60 })).await;
    let too_old = "Refund is not supported by the bank because the payment is more than 6 months old";
    let error = refund(&shop, &payment, json!({})).await.refused(too_old);
    assert_eq!((&error["source"], &error["step"], &error["reason"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(shop.sums().await["refunds_requested"], 0);
}

#[tokio::test]
async fn a_refund_is_instant_where_it_can_be() {
    let shop = Shop::open().await;
    let (_, payment) = shop.paid(10_000).await;
    let made = refund(&shop, &payment, json!({ "amount": 500, "speed": "optimum" })).await.ok();
    assert_eq!((&made["speed_requested"], &made["speed_processed"]), (&json!("optimum"), &json!("instant")));
    let slow = refund(&shop, &payment, json!({ "amount": 2468, "speed": "optimum" })).await.ok();
    assert_eq!((&slow["speed_requested"], &slow["speed_processed"]), (&json!("optimum"), &json!("normal")));
}

#[tokio::test]
async fn a_pending_refund_ends_by_hand_and_a_failed_one_gives_its_amount_back() {
    let shop = Shop::with_account(Account { refunds: Refunds::Pending, ..Account::default() }).await;
    let (_, payment) = shop.paid(1000).await;
    let made = refund(&shop, &payment, json!({})).await.ok();
    assert_eq!(made["status"], "pending");
    assert_eq!(shop.sums().await["refunds_pending"], 1000);
    let failed = shop.control(&format!("refunds/{}/fail", text(&made, "id")), json!({})).await;
    assert_eq!(failed["status"], "failed");
    let left = shop.get(&format!("/v1/payments/{payment}")).await.ok();
    assert_eq!((&left["status"], &left["amount_refunded"]), (&json!("captured"), &json!(0)));
    let again = refund(&shop, &payment, json!({})).await.ok();
    let done = shop.control(&format!("refunds/{}/process", text(&again, "id")), json!({})).await;
    assert_eq!(done["status"], "processed");
    let twice = shop.post(&format!("/_control/refunds/{}/fail", text(&again, "id")), json!({})).await;
    twice.refused("This refund is not pending");
    let sums = shop.sums().await;
    assert_eq!((&sums["refunded"], &sums["refunds_failed"], &sums["balance"]), (&json!(1000), &json!(1000), &json!(0)));
}

#[tokio::test]
async fn the_same_request_with_the_same_key_is_one_refund() {
    let shop = Shop::open().await;
    let (_, payment) = shop.paid(1000).await;
    let body = json!({ "amount": 300, "notes": { "a": "b" } });
    let first = refund_with(&shop, "0194-key_one", &payment, body.clone()).await.ok();
    assert_eq!(refund_with(&shop, "0194-key_one", &payment, body.clone()).await.ok(), first);
    assert_eq!(shop.sums().await["refunded"], 300);
    let other = refund_with(&shop, "0194-key_two", &payment, body.clone()).await.ok();
    assert_ne!(other["id"], first["id"]);
    refund(&shop, &payment, body).await.ok();
    assert_eq!(shop.sums().await["refunded"], 900, "without a key nothing is the same");
}

#[tokio::test]
async fn a_key_is_for_one_request_only() {
    let shop = Shop::open().await;
    let ((_, payment), (_, other)) = (shop.paid(1000).await, shop.paid(1000).await);
    refund_with(&shop, "0194-key_one", &payment, json!({ "amount": 300 })).await.ok();
    let used = "Different request with the same idempotency key has already been processed.";
    let error = refund_with(&shop, "0194-key_one", &payment, json!({ "amount": 301 })).await.refused_with(409, used);
    assert_eq!((&error["source"], &error["step"], &error["reason"]), (&json!("NA"), &json!("NA"), &json!("NA")));
    refund_with(&shop, "0194-key_one", &other, json!({ "amount": 300 })).await.refused_with(409, used);
    let short = "The idempotency key must be at least 10 characters long.";
    refund_with(&shop, "123456789", &payment, json!({})).await.refused(short);
    let strange = "The idempotency key must only contain alphanumeric characters, underscores, and hyphens";
    refund_with(&shop, "1234567890!", &payment, json!({})).await.refused(strange);
    assert_eq!(shop.sums().await["refunded"], 300);
}

#[tokio::test]
async fn a_refused_refund_does_not_use_its_key_up() {
    let shop = Shop::open().await;
    let (_, payment) = shop.paid(1000).await;
    assert_eq!(refund_with(&shop, "0194-key_one", &payment, json!({ "amount": 5000 })).await.status, 400);
    refund_with(&shop, "0194-key_one", &payment, json!({ "amount": 500 })).await.ok();
}

#[tokio::test]
async fn a_key_in_use_is_refused() {
    let shop = Shop::open().await;
    let (_, payment) = shop.paid(1000).await;
    shop.control("faults", json!({ "fault": "latency", "milliseconds": 3_600_000, "requests": 1 })).await;
    let slow = refund_with(&shop, "0194-key_one", &payment, json!({}));
    let quick = async {
        let arrived = async || shop.get("/_control/requests").await.ok().as_array().unwrap().len() == 2;
        eventually(arrived).await;
        let in_progress = "Another request with the same idempotency key is still in progress.";
        refund_with(&shop, "0194-key_one", &payment, json!({})).await.refused_with(409, in_progress);
        shop.control("hurry", json!({})).await;
    };
    let (slow, ()) = tokio::join!(slow, quick);
    assert_eq!(refund_with(&shop, "0194-key_one", &payment, json!({})).await.ok(), slow.ok());
    assert_eq!(shop.sums().await["refunded"], 1000);
}
