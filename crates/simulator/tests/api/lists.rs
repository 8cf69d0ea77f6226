//! Lists: the collection, its part, and what it is filtered by.

use serde_json::{Value, json};

use crate::shop::{Shop, text};

fn ids(collection: &Value) -> Vec<String> {
    assert_eq!(collection["entity"], "collection");
    let items = collection["items"].as_array().unwrap();
    assert_eq!(collection["count"], items.len());
    items.iter().map(|item| text(item, "id")).collect()
}

#[tokio::test]
async fn orders_are_listed_newest_first_ten_at_a_time() {
    let shop = Shop::open().await;
    let mut orders = Vec::new();
    for _ in 0..12 {
        orders.insert(0, shop.order(100).await);
    }
    assert_eq!(ids(&shop.get("/v1/orders").await.ok()), orders[..10]);
    assert_eq!(ids(&shop.get("/v1/orders?count=3&skip=1").await.ok()), orders[1..4]);
    assert_eq!(ids(&shop.get("/v1/orders?count=100").await.ok()), orders);
    assert!(ids(&shop.get("/v1/orders?to=1000").await.ok()).is_empty());
    assert!(ids(&shop.get("/v1/orders?from=4000000000").await.ok()).is_empty());
    shop.get("/v1/orders?count=101").await.refused("The count must be between 1 and 100.");
    shop.get("/v1/orders?skip=many").await.refused("The skip must be an integer.");
}

#[tokio::test]
async fn orders_are_found_by_their_receipt() {
    let shop = Shop::open().await;
    shop.order(100).await;
    let sent = json!({ "amount": 100, "currency": "INR", "receipt": "0194 7c&é" });
    let order = shop.post("/v1/orders", sent).await.ok();
    let found = shop.get("/v1/orders?receipt=0194%207c%26%C3%A9&count=10").await.ok();
    assert_eq!(ids(&found), [text(&order, "id")]);
    assert!(ids(&shop.get("/v1/orders?receipt=0194").await.ok()).is_empty());
}

#[tokio::test]
async fn orders_are_found_by_whether_somebody_paid() {
    let shop = Shop::open().await;
    let (paid, payment) = shop.paid(100).await;
    let open = shop.order(100).await;
    assert_eq!(ids(&shop.get("/v1/orders?authorized=1").await.ok()), [paid]);
    assert_eq!(ids(&shop.get("/v1/orders?authorized=0").await.ok()), [open]);
    let expanded = shop.get("/v1/orders?authorized=1&expand[]=payments").await.ok();
    assert_eq!(ids(&expanded["items"][0]["payments"]), [payment]);
}

#[tokio::test]
async fn payments_and_refunds_are_listed() {
    let shop = Shop::open().await;
    let (order, first) = shop.paid(1000).await;
    let (_, second) = shop.paid(1000).await;
    let refund = async |payment: &str, amount: u64| {
        let refund = shop.post(&format!("/v1/payments/{payment}/refund"), json!({ "amount": amount })).await.ok();
        text(&refund, "id")
    };
    let (one, two) = (refund(&first, 100).await, refund(&second, 200).await);
    assert_eq!(ids(&shop.get("/v1/payments").await.ok()), [&*second, &first]);
    assert_eq!(ids(&shop.get("/v1/payments?skip=1").await.ok()), [&*first]);
    assert_eq!(ids(&shop.get(&format!("/v1/orders/{order}/payments")).await.ok()), [&*first]);
    assert_eq!(ids(&shop.get("/v1/refunds").await.ok()), [&*two, &one]);
    assert_eq!(ids(&shop.get(&format!("/v1/payments/{first}/refunds")).await.ok()), [&*one]);
    assert_eq!(shop.get(&format!("/v1/payments/{first}/refunds/{one}")).await.ok()["amount"], 100);
    shop.get(&format!("/v1/payments/{first}/refunds/{two}")).await.refused("The id provided does not exist");
}
