//! Orders: made once, found again.

use gateways::{Gateway, NewOrder, OrderStatus};
use kernel::Paise;
use serde_json::json;
use simulator::{Account, Receipts};

use crate::shop::{Shop, eventually, fault, new_order, refusal};

fn account(receipts: Receipts) -> Account {
    Account { receipts, ..Account::default() }
}

#[tokio::test]
async fn an_order_is_made_in_whole_paise_and_shown_again() {
    let shop = Shop::open().await;
    let notes = [("order_number", "PAV-20261122-0001"), ("shop", "pavitra")];
    let amount: Paise = "19.99".parse().unwrap();
    let wanted = NewOrder { receipt: "0199-r", amount, currency: "INR", notes: &notes };
    let order = shop.gateway.create_order(&wanted).await.unwrap();
    assert_eq!((order.amount, order.currency.as_str()), (Paise::new(1999), "INR"));
    assert_eq!((order.receipt.as_deref(), order.status), (Some("0199-r"), OrderStatus::Created));
    assert_eq!(shop.gateway.order(&order.id).await.unwrap(), order);
    let booked = shop.ledger("orders").await;
    assert_eq!((&booked[0]["amount"], &booked[0]["notes"]["shop"]), (&json!(1999), &json!("pavitra")));
}

#[tokio::test]
async fn an_order_without_notes_is_read_too() {
    let shop = Shop::open().await;
    let order = shop.order("bare", 100).await;
    assert_eq!(shop.ledger("orders").await[0]["notes"], json!([]), "the list that Razorpay writes for none");
    assert_eq!(shop.gateway.order(&order.id).await.unwrap(), order);
}

#[tokio::test]
async fn an_order_says_how_far_its_payment_is() {
    let shop = Shop::open().await;
    let order = shop.order("r", 1000).await;
    let status = async || shop.gateway.order(&order.id).await.unwrap().status;
    shop.fail(&order, json!({})).await;
    assert_eq!(status().await, OrderStatus::Attempted);
    shop.pay(&order, json!({})).await;
    assert_eq!(status().await, OrderStatus::Paid);
}

#[tokio::test]
async fn an_order_that_cannot_be_is_refused() {
    let shop = Shop::open().await;
    let made = shop.gateway.create_order(&new_order("r", 99)).await;
    assert_eq!(refusal(made), "Order amount less than minimum amount allowed");
    let long = "r".repeat(41);
    assert_eq!(fault(shop.gateway.create_order(&new_order(&long, 100)).await), "refused");
    let dollars = NewOrder { currency: "USD", ..new_order("r", 100) };
    assert_eq!(refusal(shop.gateway.create_order(&dollars).await), "Currency is not supported");
}

#[tokio::test]
async fn an_order_is_found_by_its_receipt_and_by_nothing_else() {
    let shop = Shop::open().await;
    let order = shop.order("0199-a b&c=d", 1000).await;
    shop.order("another", 1000).await;
    assert_eq!(shop.gateway.find_order("0199-a b&c=d").await.unwrap(), Some(order));
    assert_eq!(shop.gateway.find_order("0199-a").await.unwrap(), None);
    assert_eq!(shop.gateway.find_order("").await.unwrap(), None);
}

#[tokio::test]
async fn of_several_with_one_receipt_the_oldest_is_ours() {
    let shop = Shop::with(account(Receipts::Repeatable)).await;
    let first = shop.order("twice", 1000).await;
    let second = shop.order("twice", 1000).await;
    shop.control("clock", json!({ "seconds": 5 })).await;
    shop.order("twice", 1000).await;
    assert_ne!(first.id, second.id);
    assert_eq!(shop.gateway.find_order("twice").await.unwrap(), Some(first));
}

#[tokio::test]
async fn where_receipts_are_unique_the_second_order_is_the_first() {
    for receipts in [Receipts::Rejected, Receipts::Returned] {
        let shop = Shop::with(account(receipts)).await;
        let first = shop.order("once", 1000).await;
        assert_eq!(shop.order("once", 1000).await, first, "{receipts:?}");
        let other = refusal(shop.gateway.create_order(&new_order("once", 2000)).await);
        assert_eq!(other, "the order with this receipt is about another amount", "{receipts:?}");
        assert_eq!(shop.ledger("orders").await.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_receipt_that_is_taken_by_an_order_that_cannot_be_seen_leaves_it_open() {
    let shop = Shop::with(account(Receipts::Rejected)).await;
    shop.order("once", 1000).await;
    for broken in ["bad_gateway", "too_many_requests"] {
        shop.control("faults", json!({ "fault": broken, "method": "GET", "requests": 1 })).await;
        assert_eq!(fault(shop.gateway.create_order(&new_order("once", 1000)).await), "unknown", "{broken}");
    }
}

#[tokio::test]
async fn an_order_whose_answer_was_lost_is_found_once() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "drop_reply", "requests": 1 })).await;
    assert_eq!(fault(shop.gateway.create_order(&new_order("lost", 1999)).await), "unknown");
    let found = shop.gateway.find_order("lost").await.unwrap().unwrap();
    assert_eq!(found.amount, Paise::new(1999));
    assert_eq!(shop.ledger("orders").await.as_array().unwrap().len(), 1, "it was not posted again");
}

#[tokio::test]
async fn an_order_that_took_too_long_is_found_later() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "latency", "milliseconds": 3_600_000, "method": "POST" })).await;
    assert_eq!(fault(shop.hasty().create_order(&new_order("slow", 1999)).await), "unknown");
    assert_eq!(shop.gateway.find_order("slow").await.unwrap(), None);
    shop.control("hurry", json!({})).await;
    eventually(async || shop.gateway.find_order("slow").await.unwrap().is_some()).await;
}
