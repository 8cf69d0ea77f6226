//! From the attempt to the money: what may follow what.

use serde_json::{Value, json};
use simulator::{Account, Capture};

use crate::shop::{Shop, text};

async fn order(shop: &Shop, id: &str) -> Value {
    shop.get(&format!("/v1/orders/{id}")).await.ok()
}

async fn capture(shop: &Shop, payment: &str, amount: u64) -> crate::shop::Answer {
    let sent = json!({ "amount": amount, "currency": "INR" });
    shop.post(&format!("/v1/payments/{payment}/capture"), sent).await
}

#[tokio::test]
async fn a_captured_payment_pays_its_order() {
    let shop = Shop::open().await;
    let (id, _) = shop.paid(1999).await;
    let order = order(&shop, &id).await;
    assert_eq!((&order["status"], &order["attempts"]), (&json!("paid"), &json!(1)));
    assert_eq!((&order["amount_paid"], &order["amount_due"]), (&json!(1999), &json!(0)));
}

#[tokio::test]
async fn an_authorized_payment_leaves_its_order_attempted_until_it_is_captured() {
    let shop = Shop::open().await;
    let (id, payment) = shop.authorized(1999).await;
    let before = shop.get(&format!("/v1/payments/{payment}")).await.ok();
    assert_eq!((&before["status"], &before["captured"]), (&json!("authorized"), &json!(false)));
    assert_eq!((&before["fee"], &before["tax"]), (&Value::Null, &Value::Null));
    assert_eq!(order(&shop, &id).await["status"], "attempted");
    capture(&shop, &payment, 1998).await.refused("Capture amount must be equal to the amount authorized");
    let path = format!("/v1/payments/{payment}/capture");
    shop.post(&path, json!({ "currency": "INR" })).await.refused("amount: is required.");
    shop.post(&path, json!({ "amount": 1999 })).await.refused("currency: is required.");
    assert_eq!(capture(&shop, &payment, 1999).await.ok()["status"], "captured");
    capture(&shop, &payment, 1999).await.refused("This payment has already been captured");
    assert_eq!(order(&shop, &id).await["status"], "paid");
    assert_eq!(shop.sums().await["captured"], 1999);
}

#[tokio::test]
async fn an_order_says_who_captures() {
    let shop = Shop::open().await;
    let window = json!({ "automatic_expiry_period": 12, "manual_expiry_period": 7200, "refund_speed": "normal" });
    for (setting, status) in [
        (json!({ "payment": { "capture": "manual" } }), "authorized"),
        (json!({ "payment": { "capture": "automatic", "capture_options": window } }), "captured"),
        (json!({ "payment_capture": 0 }), "authorized"),
        (json!({ "payment_capture": true }), "captured"),
        (json!({}), "captured"),
    ] {
        let mut sent = setting;
        sent["amount"] = 100.into();
        sent["currency"] = "INR".into();
        let order = shop.post("/v1/orders", sent).await.ok();
        let paid = shop.control("pay", json!({ "order_id": order["id"] })).await;
        assert_eq!(paid["payment"]["status"], status);
    }
    let sent = json!({ "amount": 100, "currency": "INR", "payment": { "capture": "automatic" } });
    assert_eq!(shop.post("/v1/orders", sent).await.status, 400, "an automatic capture needs its period");
}

#[tokio::test]
async fn the_account_captures_where_the_order_does_not_say() {
    let shop = Shop::with_account(Account { capture: Capture::Manual, ..Account::default() }).await;
    let (_, payment) = shop.paid(100).await;
    assert_eq!(shop.status_of(&format!("/v1/payments/{payment}")).await, "authorized");
}

#[tokio::test]
async fn an_order_takes_no_payment_beside_an_authorized_one_and_none_once_paid() {
    let shop = Shop::open().await;
    let (id, payment) = shop.authorized(100).await;
    assert_eq!(shop.post("/_control/pay", json!({ "order_id": id })).await.status, 400);
    capture(&shop, &payment, 100).await.ok();
    let paid =
        "Your payment has been declined as the order is already paid. Please initiate the payment with a new order.";
    shop.post("/_control/pay", json!({ "order_id": id })).await.refused(paid);
    shop.post("/checkout", json!({ "order_id": id })).await.refused(paid);
    assert_eq!(order(&shop, &id).await["attempts"], 1);
}

#[tokio::test]
async fn a_failed_payment_says_why_and_leaves_its_order_open() {
    let shop = Shop::open().await;
    let id = shop.order(100).await;
    let failed = shop.control("fail", json!({ "order_id": id, "method": "card", "reason": "insufficient_fund" })).await;
    let payment = &failed["payment"];
    assert_eq!((&payment["status"], &payment["error_code"]), (&json!("failed"), &json!("BAD_REQUEST_ERROR")));
    assert_eq!(payment["error_reason"], "insufficient_fund");
    assert!(payment["error_description"].is_string() && payment["error_source"].is_string());
    assert_eq!(order(&shop, &id).await["status"], "attempted");
    let unknown = shop.post("/_control/fail", json!({ "order_id": id, "reason": "whim" })).await;
    assert_eq!(unknown.status, 400);
    shop.control("pay", json!({ "order_id": id })).await;
    let order = order(&shop, &id).await;
    assert_eq!((&order["status"], &order["attempts"]), (&json!("paid"), &json!(2)));
}

#[tokio::test]
async fn a_failed_payment_may_be_authorized_late() {
    let shop = Shop::open().await;
    let id = shop.order(100).await;
    let failed = shop.control("fail", json!({ "order_id": id })).await;
    let payment = text(&failed["payment"], "id");
    let late = shop.control(&format!("payments/{payment}/authorize"), json!({})).await;
    assert_eq!((&late["payment"]["status"], &late["payment"]["late_authorized"]), (&json!("captured"), &json!(true)));
    assert_eq!(late["payment"]["error_code"], Value::Null);
    assert_eq!(order(&shop, &id).await["status"], "paid");
}

#[tokio::test]
async fn a_late_promise_for_an_order_that_is_paid_goes_back() {
    let shop = Shop::open().await;
    let id = shop.order(100).await;
    let failed = shop.control("fail", json!({ "order_id": id })).await;
    shop.control("pay", json!({ "order_id": id })).await;
    let payment = text(&failed["payment"], "id");
    let late = shop.control(&format!("payments/{payment}/authorize"), json!({})).await;
    assert_eq!((&late["payment"]["status"], &late["payment"]["captured"]), (&json!("refunded"), &json!(false)));
    let sums = shop.sums().await;
    assert_eq!((&sums["captured"], &sums["reversed"], &sums["balance"]), (&json!(100), &json!(100), &json!(100)));
}

#[tokio::test]
async fn a_payment_may_wait_for_its_bank_and_then_fail_or_succeed() {
    let shop = Shop::open().await;
    for (way, status) in [("fail", "failed"), ("authorize", "captured")] {
        let id = shop.order(100).await;
        let paid = shop.control("pay", json!({ "order_id": id, "until": "created" })).await;
        assert_eq!(paid["payment"]["status"], "created");
        let payment = text(&paid, "razorpay_payment_id");
        shop.control(&format!("payments/{payment}/{way}"), json!({})).await;
        assert_eq!(shop.status_of(&format!("/v1/payments/{payment}")).await, status);
    }
}

#[tokio::test]
async fn an_order_can_be_paid_twice_where_a_test_wants_it() {
    let shop = Shop::open().await;
    let (id, first) = shop.paid(100).await;
    let second = shop.control("pay", json!({ "order_id": id, "even_if_paid": true })).await;
    assert_eq!(second["payment"]["status"], "captured");
    assert_ne!(second["razorpay_payment_id"], json!(first));
    assert_eq!(order(&shop, &id).await["amount_paid"], 100);
    assert_eq!(shop.sums().await["captured"], 200);
}

#[tokio::test]
async fn what_waits_too_long_ends_when_the_clock_moves() {
    let shop = Shop::open().await;
    let id = shop.order(100).await;
    let silent = shop.control("pay", json!({ "order_id": id, "until": "created" })).await;
    let silent = format!("/v1/payments/{}", text(&silent, "razorpay_payment_id"));
    let (_, promised) = shop.authorized(100).await;
    let promised = format!("/v1/payments/{promised}");
    shop.control("clock", json!({ "seconds": 11 * 60 })).await;
    assert_eq!(shop.get(&silent).await.ok()["error_reason"], "payment_timed_out");
    assert_eq!(shop.status_of(&promised).await, "authorized");
    shop.control("clock", json!({ "seconds": 3 * 24 * 60 * 60 })).await;
    assert_eq!(shop.status_of(&promised).await, "refunded");
    assert_eq!(shop.sums().await["captured"], 0);
}
