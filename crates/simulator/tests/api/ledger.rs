//! The ledger: a journal and sums that agree with what the API tells.

use serde_json::{Value, json};

use crate::shop::{Shop, text};

fn sum(items: &Value, field: &str, matches: impl Fn(&Value) -> bool) -> u64 {
    items.as_array().unwrap().iter().filter(|item| matches(item)).map(|item| item[field].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn the_sums_of_the_journal_are_those_of_the_entities() {
    let shop = Shop::open().await;
    let (_, payment) = shop.paid(1999).await;
    shop.paid(5000).await;
    shop.authorized(700).await;
    let failing = shop.order(300).await;
    shop.control("fail", json!({ "order_id": failing })).await;
    let path = format!("/v1/payments/{payment}/refund");
    shop.post(&path, json!({ "amount": 999 })).await.ok();
    let put = shop.request(reqwest::Method::PUT, "/_control/account").json(&json!({ "refunds": "pending" }));
    put.send().await.unwrap();
    shop.post(&path, json!({ "amount": 200 })).await.ok();
    let ledger = shop.get("/_control/ledger").await.ok();
    let expected = json!({
        "ordered": 7999, "attempted": 7999, "authorized": 7699, "failed": 300, "captured": 6999,
        "refunds_requested": 1199, "refunded": 999, "refunds_failed": 0, "refunds_pending": 200, "reversed": 0,
        "balance": 5800,
    });
    assert_eq!(ledger["sums"], expected);
    assert_eq!(sum(&ledger["orders"], "amount", |_| true), 7999);
    assert_eq!(sum(&ledger["payments"], "amount", |payment| payment["captured"] == true), 6999);
    assert_eq!(sum(&ledger["captures"], "amount", |_| true), 6999);
    assert_eq!(sum(&ledger["payments"], "amount_refunded", |_| true), 1199);
    assert_eq!(sum(&ledger["refunds"], "amount", |refund| refund["status"] == "processed"), 999);
}

#[tokio::test]
async fn the_journal_tells_a_payment_from_order_to_refund() {
    let shop = Shop::open().await;
    let (order, payment) = shop.paid(1999).await;
    let refund = shop.post(&format!("/v1/payments/{payment}/refund"), json!({})).await.ok();
    let entries = shop.get("/_control/ledger").await.ok()["entries"].clone();
    let entries = entries.as_array().unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| text(entry, "kind")).collect();
    assert_eq!(kinds, ["order", "attempt", "authorization", "capture", "refund", "refund_processed"]);
    assert!(entries.iter().all(|entry| entry["order_id"] == json!(order) && entry["amount"] == 1999));
    assert_eq!((&entries[5]["payment_id"], &entries[5]["refund_id"]), (&json!(payment), &refund["id"]));
}

#[tokio::test]
async fn everything_can_be_forgotten() {
    let shop = Shop::open().await;
    let (order, _) = shop.paid(1999).await;
    shop.control("faults", json!({ "fault": "junk" })).await;
    shop.control("forget", json!({})).await;
    shop.get(&format!("/v1/orders/{order}")).await.refused("The id provided does not exist");
    assert_eq!(shop.sums().await["captured"], 0);
}
