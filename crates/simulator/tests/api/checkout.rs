//! Checkout: the signed triple, and the inputs that fail.

use serde_json::{Value, json};
use simulator::sign_callback;

use crate::shop::{Shop, text};

fn is_signed(shop: &Shop, callback: &Value) -> bool {
    let (order, payment) = (text(callback, "razorpay_order_id"), text(callback, "razorpay_payment_id"));
    text(callback, "razorpay_signature") == sign_callback(&shop.settings.key_secret, &order, &payment)
}

#[tokio::test]
async fn checkout_pays_and_hands_over_a_signed_triple() {
    let shop = Shop::open().await;
    let order = shop.order(1999).await;
    let sent = json!({ "key": shop.settings.key_id, "order_id": order, "method": "upi", "vpa": "success@razorpay",
        "name": "Pavitra", "theme": { "color": "#a00" } });
    let callback = shop.post("/checkout", sent).await.ok();
    assert_eq!(callback.as_object().unwrap().len(), 3);
    assert_eq!(callback["razorpay_order_id"], json!(order));
    assert!(is_signed(&shop, &callback));
    assert_eq!(shop.status_of(&format!("/v1/orders/{order}")).await, "paid");
    let by_hand = shop.control("pay", json!({ "order_id": shop.order(100).await })).await;
    assert!(is_signed(&shop, &by_hand));
}

#[tokio::test]
async fn checkout_belongs_to_a_key() {
    let shop = Shop::open().await;
    let order = shop.order(100).await;
    let sent = json!({ "key": "rzp_test_other", "order_id": order });
    shop.post("/checkout", sent).await.refused_with(401, "Authentication failed");
    assert_eq!(shop.status_of(&format!("/v1/orders/{order}")).await, "created");
}

#[tokio::test]
async fn the_vendors_test_inputs_fail() {
    let shop = Shop::open().await;
    let card = |number: &str| json!({ "method": "card", "card": { "number": number } });
    for (tender, code, reason) in [
        (json!({ "method": "upi", "vpa": "failure@razorpay" }), "BAD_REQUEST_ERROR", "payment_failed"),
        (card("4100 2800 0008 0001"), "BAD_REQUEST_ERROR", "insufficient_fund"),
        (card("4100280000060003"), "BAD_REQUEST_ERROR", "card_declined"),
        (card("4100280000020007"), "GATEWAY_ERROR", "gateway_technical_error"),
    ] {
        let order = shop.order(100).await;
        let mut sent = tender;
        sent["order_id"] = json!(order);
        let answer = shop.post("/checkout", sent).await;
        let error = &answer.body["error"];
        assert_eq!((answer.status, &error["code"], &error["reason"]), (400, &json!(code), &json!(reason)));
        assert_eq!(error["metadata"]["order_id"], json!(order));
        let payment = text(&error["metadata"], "payment_id");
        assert_eq!(shop.get(&format!("/v1/payments/{payment}")).await.ok()["error_reason"], reason);
    }
}
