//! Refunds: once per key, in parts, and what becomes of them.

use gateways::{Gateway, PaymentStatus, RefundStatus};
use kernel::Paise;
use serde_json::json;
use simulator::{Account, Refunds};

use crate::shop::{Shop, eventually, fault, new_refund, refusal};

const KEY: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000";
const OTHER: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001";

#[tokio::test]
async fn the_same_key_refunds_once() {
    let shop = Shop::open().await;
    let payment = shop.paid().await;
    let refund = shop.gateway.refund(&new_refund(KEY, &payment, 999)).await.unwrap();
    assert_eq!((refund.amount, refund.currency.as_str()), (Paise::new(999), "INR"));
    assert_eq!((refund.payment_id.as_str(), refund.receipt.as_deref()), (payment.as_str(), Some(KEY)));
    assert_eq!(refund.status, RefundStatus::Processed);
    assert_eq!(shop.gateway.refund(&new_refund(KEY, &payment, 999)).await.unwrap(), refund);
    assert_eq!(shop.gateway.refund_by_id(&refund.id).await.unwrap(), refund);
    assert_eq!(shop.gateway.refunds_of(&payment).await.unwrap(), [refund]);
    assert_eq!(shop.ledger("refunds").await[0]["notes"], json!({ "reason": "the parcel came back" }));
    let part = shop.gateway.payment(&payment).await.unwrap();
    assert_eq!((part.status, part.refunded), (PaymentStatus::Captured, Paise::new(999)));
}

#[tokio::test]
async fn the_same_key_for_something_else_is_refused() {
    let shop = Shop::open().await;
    let payment = shop.paid().await;
    shop.gateway.refund(&new_refund(KEY, &payment, 999)).await.unwrap();
    let other = shop.gateway.refund(&new_refund(KEY, &payment, 500)).await;
    assert_eq!(refusal(other), "Different request with the same idempotency key has already been processed.");
    assert_eq!(shop.ledger("sums").await["refunded"], 999);
}

#[tokio::test]
async fn all_of_it_goes_back_in_parts_and_no_more() {
    let shop = Shop::open().await;
    let payment = shop.paid().await;
    shop.gateway.refund(&new_refund(KEY, &payment, 999)).await.unwrap();
    assert_eq!(fault(shop.gateway.refund(&new_refund(OTHER, &payment, 1001)).await), "refused");
    shop.gateway.refund(&new_refund(OTHER, &payment, 1000)).await.unwrap();
    let gone = shop.gateway.payment(&payment).await.unwrap();
    assert_eq!((gone.status, gone.refunded), (PaymentStatus::Refunded, Paise::new(1999)));
    let receipts: Vec<_> =
        shop.gateway.refunds_of(&payment).await.unwrap().into_iter().filter_map(|refund| refund.receipt).collect();
    assert_eq!(receipts, [OTHER, KEY]);
}

#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_asked_for_again_with_its_key() {
    let shop = Shop::open().await;
    let payment = shop.paid().await;
    for knob in ["drop_reply", "reset", "bad_gateway", "server_error", "junk"] {
        let fault_of = json!({ "fault": knob, "processed": true, "requests": 1 });
        shop.control("faults", fault_of).await;
        assert_eq!(fault(shop.gateway.refund(&new_refund(KEY, &payment, 999)).await), "unknown", "{knob}");
    }
    shop.gateway.refund(&new_refund(KEY, &payment, 999)).await.unwrap();
    assert_eq!(shop.ledger("sums").await["refunded"], 999, "six requests, one refund");
}

#[tokio::test]
async fn while_the_first_still_runs_the_second_comes_later() {
    let shop = Shop::open().await;
    let payment = shop.paid().await;
    let wanted = new_refund(KEY, &payment, 999);
    shop.control("faults", json!({ "fault": "latency", "milliseconds": 3_600_000, "path": "/v1/payments/*/refund" }))
        .await;
    assert_eq!(fault(shop.hasty().refund(&wanted).await), "unknown");
    assert_eq!(fault(shop.gateway.refund(&wanted).await), "later");
    shop.pull(reqwest::Method::DELETE, "faults", json!({})).await;
    eventually(async || shop.gateway.refund(&wanted).await.is_ok()).await;
    assert_eq!(shop.ledger("sums").await["refunded"], 999);
}

#[tokio::test]
async fn a_refund_may_wait_and_may_fail() {
    let shop = Shop::with(Account { refunds: Refunds::Pending, ..Account::default() }).await;
    let payment = shop.paid().await;
    let good = shop.gateway.refund(&new_refund(KEY, &payment, 1000)).await.unwrap();
    let bad = shop.gateway.refund(&new_refund(OTHER, &payment, 999)).await.unwrap();
    assert_eq!((good.status, bad.status), (RefundStatus::Pending, RefundStatus::Pending));
    shop.control(&format!("refunds/{}/process", good.id), json!({})).await;
    shop.control(&format!("refunds/{}/fail", bad.id), json!({})).await;
    assert_eq!(shop.gateway.refund_by_id(&good.id).await.unwrap().status, RefundStatus::Processed);
    assert_eq!(shop.gateway.refund_by_id(&bad.id).await.unwrap().status, RefundStatus::Failed);
    assert_eq!(shop.gateway.payment(&payment).await.unwrap().refunded, Paise::new(1000));
}

#[tokio::test]
async fn what_was_not_captured_cannot_go_back() {
    let shop = Shop::open().await;
    let order = shop.order("r", 1000).await;
    let (payment, _) = shop.pay(&order, json!({ "until": "authorized" })).await;
    assert_eq!(fault(shop.gateway.refund(&new_refund(KEY, &payment, 1000)).await), "refused");
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let shop = Shop::open().await;
    let payment = shop.paid().await;
    let short = shop.gateway.refund(&new_refund("short", &payment, 1000)).await;
    assert_eq!(refusal(short), "The idempotency key must be at least 10 characters long.");
    let before = shop.requests().await;
    assert_eq!(fault(shop.gateway.refund(&new_refund("two\r\nlines: 1", &payment, 1000)).await), "refused");
    assert_eq!(shop.requests().await, before, "it cannot be sent");
    assert_eq!(shop.ledger("sums").await["refunded"], 0);
}
