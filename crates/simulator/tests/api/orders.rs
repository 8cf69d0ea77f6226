//! Orders: what comes back, and what is refused.

use serde_json::{Map, Value, json};
use simulator::{Account, Receipts};

use crate::shop::{Shop, text};

#[tokio::test]
async fn an_order_looks_as_documented() {
    let shop = Shop::open().await;
    let sent = json!({ "amount": 1999, "currency": "INR", "receipt": "attempt-1" });
    let mut order = shop.post("/v1/orders", sent).await.ok();
    assert_eq!(shop.get(&format!("/v1/orders/{}", text(&order, "id"))).await.ok(), order);
    let fields = order.as_object_mut().unwrap();
    let id = fields.remove("id").unwrap();
    assert_eq!(id.as_str().unwrap().len(), "order_".len() + 14);
    assert!(fields.remove("created_at").unwrap().as_i64().unwrap() > 1_700_000_000);
    let expected = json!({
        "entity": "order", "amount": 1999, "amount_paid": 0, "amount_due": 1999, "currency": "INR",
        "receipt": "attempt-1", "offer_id": null, "status": "created", "attempts": 0, "notes": [],
    });
    assert_eq!(order, expected);
}

#[tokio::test]
async fn notes_come_back_as_they_were_sent_and_can_be_replaced() {
    let shop = Shop::open().await;
    let notes = json!({ "order": "PT-1", "lines": 3 });
    let order = shop.post("/v1/orders", json!({ "amount": 100, "currency": "INR", "notes": notes })).await.ok();
    assert_eq!(order["notes"], notes);
    let path = format!("/v1/orders/{}", text(&order, "id"));
    let patched = shop.request(reqwest::Method::PATCH, &path).json(&json!({ "notes": { "a": "b" } }));
    assert_eq!(crate::shop::Answer::of(patched).await.ok()["notes"], json!({ "a": "b" }));
    assert_eq!(shop.get(&path).await.ok()["notes"], json!({ "a": "b" }));
}

/// What is sent, which field is named, and in which words.
fn wrong_orders() -> Vec<(Value, Value, &'static str)> {
    let field = |name: &str| Value::from(name);
    vec![
        (json!({ "currency": "INR" }), field("amount"), "amount: is required."),
        (json!({ "amount": 100.5, "currency": "INR" }), field("amount"), "The amount must be an integer."),
        (json!({ "amount": -100, "currency": "INR" }), field("amount"), "The amount must be an integer."),
        (json!({ "amount": "1e3", "currency": "INR" }), field("amount"), "The amount must be an integer."),
        (
            json!({ "amount": 500_000_001, "currency": "INR" }),
            field("amount"),
            "Amount exceeds maximum amount allowed.",
        ),
        (json!({ "amount": 100 }), field("currency"), "currency: is required."),
        (json!({ "amount": 100, "currency": 356 }), field("currency"), "expected string but provided 356"),
        (json!({ "amount": 100, "currency": "XYZ" }), field("currency"), "Currency is not supported"),
        (
            json!({ "amount": 100, "currency": "INR", "receipt": "r".repeat(41) }),
            field("receipt"),
            "The receipt may not be greater than 40 characters.",
        ),
        (
            json!({ "amount": 100, "currency": "INR", "notes": pairs(16) }),
            field("notes"),
            "Number of fields in notes should be less than or equal to 15",
        ),
        (
            json!({ "amount": 100, "currency": "INR", "notes": { "a": "n".repeat(257) } }),
            field("notes"),
            "Notes may not be greater than 256 characters.",
        ),
        (json!([1]), Value::Null, "The request body should be a valid JSON object."),
    ]
}

fn pairs(count: usize) -> Map<String, Value> {
    (0..count).map(|number| (format!("key {number}"), json!("value"))).collect()
}

#[tokio::test]
async fn wrong_orders_are_refused_in_razorpays_words() {
    let shop = Shop::open().await;
    for (sent, field, description) in wrong_orders() {
        let error = shop.post("/v1/orders", sent).await.refused(description);
        assert_eq!(error["field"], field, "{error}");
        assert_eq!(error["source"], "business");
        assert_eq!(error["step"], "payment_initiation");
        assert_eq!(error["reason"], "input_validation_failed");
        assert_eq!(error["metadata"], json!({}));
    }
    let error = shop.post("/v1/orders", json!({ "amount": 99, "currency": "INR" })).await;
    let error = error.refused("Order amount less than minimum amount allowed");
    assert_eq!(error["step"], "order_creation");
    assert_eq!(error["reason"], "amount_less_than_minimum_amount");
    let extra = shop.post("/v1/orders", json!({ "amount": 100, "currency": "INR", "colour": "red" })).await;
    let error = extra.refused("colour is/are not required and should not be sent");
    assert_eq!(error["reason"], "extra_field_sent");
    assert_eq!(shop.sums().await["ordered"], 0);
}

#[tokio::test]
async fn the_limits_themselves_are_allowed() {
    let shop = Shop::open().await;
    let sent = json!({
        "amount": 100, "currency": "INR", "receipt": "ü".repeat(40), "notes": pairs(15), "partial_payment": false,
    });
    assert_eq!(shop.post("/v1/orders", sent.clone()).await.ok()["receipt"], sent["receipt"]);
    shop.post("/v1/orders", json!({ "amount": "500000000", "currency": "INR" })).await.ok();
}

#[tokio::test]
async fn a_receipt_may_repeat_be_refused_or_find_its_order() {
    let shop = Shop::open().await;
    let sent = json!({ "amount": 100, "currency": "INR", "receipt": "r-1" });
    let first = shop.post("/v1/orders", sent.clone()).await.ok();
    assert_ne!(shop.post("/v1/orders", sent.clone()).await.ok()["id"], first["id"]);

    let shop = Shop::with_account(Account { receipts: Receipts::Rejected, ..Account::default() }).await;
    shop.post("/v1/orders", sent.clone()).await.ok();
    shop.post("/v1/orders", sent.clone()).await.refused("Order receipt should be unique.");

    let shop = Shop::with_account(Account { receipts: Receipts::Returned, ..Account::default() }).await;
    let first = shop.post("/v1/orders", sent.clone()).await.ok();
    assert_eq!(shop.post("/v1/orders", sent.clone()).await.ok(), first);

    let shop = Shop::open().await;
    let first = shop.post("/v1/orders", sent.clone()).await.ok();
    let again = json!({ "amount": 100, "currency": "INR", "receipt": "r-1", "unique_receipt": true });
    assert_eq!(shop.post("/v1/orders", again).await.ok(), first);
    assert_eq!(shop.sums().await["ordered"], 100);
}

#[tokio::test]
async fn the_account_can_be_set_up_while_it_runs() {
    let shop = Shop::open().await;
    let put = shop.request(reqwest::Method::PUT, "/_control/account").json(&json!({ "receipts": "rejected" }));
    crate::shop::Answer::of(put).await.ok();
    let sent = json!({ "amount": 100, "currency": "INR", "receipt": "r-1" });
    shop.post("/v1/orders", sent.clone()).await.ok();
    shop.post("/v1/orders", sent).await.refused("Order receipt should be unique.");
}
