//! Payments: what the gateway knows of them, and taking their money.

use commerce::orders::PaymentMethod;
use gateways::{Gateway, PaymentStatus};
use kernel::Paise;
use serde_json::{Value, json};
use simulator::{Account, Capture};

use crate::shop::{Shop, fault, refusal, rupees};

#[tokio::test]
async fn a_captured_payment_is_known_with_its_fee() {
    let shop = Shop::open().await;
    let order = shop.order("r", 1999).await;
    let (id, _) = shop.pay(&order, json!({ "vpa": "success@razorpay" })).await;
    let payment = shop.gateway.payment(&id).await.unwrap();
    assert_eq!((payment.id, payment.order_id), (id, Some(order.id)));
    assert_eq!((payment.amount, payment.currency.as_str()), (Paise::new(1999), "INR"));
    assert_eq!((payment.status, payment.method), (PaymentStatus::Captured, Some(PaymentMethod::Upi)));
    assert_eq!((payment.fee, payment.tax), (Some(Paise::new(47)), Some(Paise::new(7))));
    assert_eq!((payment.refunded, payment.failure), (Paise::ZERO, None));
    assert_eq!(payment.details["vpa"], "success@razorpay");
    assert_eq!(payment.details["rrn"].as_str().unwrap().len(), 12);
}

#[tokio::test]
async fn every_way_to_pay_is_told_apart() {
    let shop = Shop::open().await;
    let cards = |kind: &str| json!({ "method": "card", "card": { "number": "4111111111111111", "type": kind } });
    let ways = [
        (cards("credit"), PaymentMethod::CreditCard),
        (cards("debit"), PaymentMethod::DebitCard),
        (json!({ "method": "netbanking", "bank": "HDFC" }), PaymentMethod::Netbanking),
        (json!({ "method": "wallet", "wallet": "payzapp" }), PaymentMethod::Wallet),
    ];
    for (how, method) in ways {
        let order = shop.order(method.as_str(), 1000).await;
        let (id, _) = shop.pay(&order, how).await;
        let payment = shop.gateway.payment(&id).await.unwrap();
        assert_eq!(payment.method, Some(method));
        let said = payment.details.to_string();
        assert!(!said.contains("example.com") && !said.contains("411111"), "{said}");
        if method == PaymentMethod::DebitCard {
            let card = json!({ "last4": "1111", "network": "Visa", "type": "debit", "issuer": "HDFC" });
            assert_eq!(payment.details["card"], card);
        }
    }
}

#[tokio::test]
async fn a_failed_payment_says_why_and_may_come_late() {
    let shop = Shop::open().await;
    let order = shop.order("r", 1000).await;
    let id = shop.fail(&order, json!({ "reason": "card_declined" })).await;
    let failed = shop.gateway.payment(&id).await.unwrap();
    assert_eq!((failed.status, failed.fee), (PaymentStatus::Failed, None));
    assert!(failed.failure.unwrap().contains("declined by the bank"));
    shop.control(&format!("payments/{id}/authorize"), json!({})).await;
    let late = shop.gateway.payment(&id).await.unwrap();
    assert_eq!((late.status, late.failure), (PaymentStatus::Captured, None));
}

#[tokio::test]
async fn a_payment_that_the_bank_has_not_answered_is_under_way() {
    let shop = Shop::open().await;
    let order = shop.order("r", 1000).await;
    let (id, _) = shop.pay(&order, json!({ "until": "created" })).await;
    assert_eq!(shop.gateway.payment(&id).await.unwrap().status, PaymentStatus::Created);
}

#[tokio::test]
async fn an_order_lists_every_attempt() {
    let shop = Shop::open().await;
    let order = shop.order("r", 1000).await;
    assert_eq!(shop.gateway.payments_of(&order.id).await.unwrap(), []);
    for _ in 0..11 {
        shop.fail(&order, json!({})).await;
    }
    let (id, _) = shop.pay(&order, json!({})).await;
    let payments = shop.gateway.payments_of(&order.id).await.unwrap();
    assert_eq!(payments.len(), 12, "more than a page that nobody asked to be longer");
    let captured: Vec<_> = payments.iter().filter(|payment| payment.status == PaymentStatus::Captured).collect();
    assert_eq!((captured.len(), &captured[0].id), (1, &id));
}

async fn authorized() -> (Shop, String) {
    let shop = Shop::with(Account { capture: Capture::Manual, ..Account::default() }).await;
    let order = shop.order("r", 1999).await;
    let (id, _) = shop.pay(&order, json!({})).await;
    (shop, id)
}

#[tokio::test]
async fn an_authorised_payment_is_captured_once() {
    let (shop, id) = authorized().await;
    assert_eq!(shop.gateway.payment(&id).await.unwrap().status, PaymentStatus::Authorized);
    let payment = shop.gateway.capture(&id, &rupees(1999)).await.unwrap();
    assert_eq!((payment.status, payment.amount), (PaymentStatus::Captured, Paise::new(1999)));
    let again = shop.gateway.capture(&id, &rupees(1999)).await;
    assert_eq!(refusal(again), "This payment has already been captured");
    assert_eq!(shop.ledger("sums").await["captured"], 1999);
}

#[tokio::test]
async fn a_part_is_not_captured() {
    let (shop, id) = authorized().await;
    let part = shop.gateway.capture(&id, &rupees(1998)).await;
    assert_eq!(refusal(part), "Capture amount must be equal to the amount authorized");
    assert_eq!(shop.gateway.payment(&id).await.unwrap().status, PaymentStatus::Authorized);
}

#[tokio::test]
async fn a_capture_whose_answer_was_lost_is_seen_in_the_payment() {
    let (shop, id) = authorized().await;
    shop.control("faults", json!({ "fault": "reset", "processed": true, "requests": 1 })).await;
    assert_eq!(fault(shop.gateway.capture(&id, &rupees(1999)).await), "unknown");
    assert_eq!(shop.gateway.payment(&id).await.unwrap().status, PaymentStatus::Captured);
}

#[tokio::test]
async fn what_does_not_exist_is_missing() {
    let shop = Shop::open().await;
    let id = |prefix: &str| format!("{prefix}_AAAAAAAAAAAAAA");
    for id in [id("pay"), "pay_1".to_owned()] {
        assert_eq!(fault(shop.gateway.payment(&id).await), "missing");
        assert_eq!(fault(shop.gateway.capture(&id, &rupees(100)).await), "missing");
        assert_eq!(fault(shop.gateway.refunds_of(&id).await), "missing");
    }
    assert_eq!(fault(shop.gateway.order(&id("order")).await), "missing");
    assert_eq!(fault(shop.gateway.payments_of(&id("order")).await), "missing");
    assert_eq!(fault(shop.gateway.refund_by_id(&id("rfnd")).await), "missing");
}

#[tokio::test]
async fn what_cannot_be_an_id_is_not_even_asked_for() {
    let shop = Shop::open().await;
    let long = "p".repeat(65);
    for id in ["", "pay_1/refunds", "../orders", "pay_1?count=1", "pay_1#", "pay 1", "pay_é", "%2e%2e", &long] {
        assert_eq!(fault(shop.gateway.payment(id).await), "missing", "{id}");
        assert_eq!(fault(shop.gateway.order(id).await), "missing", "{id}");
        assert_eq!(fault(shop.gateway.capture(id, &rupees(100)).await), "missing", "{id}");
    }
    assert_eq!(shop.requests().await, 0);
    assert_eq!(shop.ledger("orders").await, Value::Array(Vec::new()));
}

#[tokio::test]
async fn a_promise_that_nobody_took_goes_back_without_having_been_money() {
    let shop = Shop::open().await;
    let order = shop.order("a-promise", 1999).await;
    let (payment, _) = shop.pay(&order, json!({ "until": "authorized" })).await;
    shop.control("clock", json!({ "seconds": 4 * 24 * 60 * 60 })).await;
    let seen = shop.gateway.payment(&payment).await.unwrap();
    assert_eq!((seen.status, seen.fee), (PaymentStatus::Refunded, None));
}
