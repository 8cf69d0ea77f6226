//! What the simulator signs is taken, and nothing else.

use gateways::{Gateway, Notice, Razorpay, Settings};
use reqwest::Method;
use serde_json::json;
use simulator::{sign, sign_callback};

use crate::shop::{PATIENT, Shop};

fn client(secret: &str, webhook_secrets: &[&str]) -> Razorpay {
    let settings = Settings {
        base_url: "http://127.0.0.1:1".to_owned(),
        key_id: "rzp_test_1".to_owned(),
        secret: secret.into(),
        webhook_secrets: webhook_secrets.iter().map(|secret| (*secret).into()).collect(),
        deadline: PATIENT,
    };
    Razorpay::new(settings).unwrap()
}

#[tokio::test]
async fn what_checkout_hands_to_the_browser_is_taken_for_its_order_only() {
    let shop = Shop::open().await;
    let (order, other) = (shop.order("r", 1000).await, shop.order("s", 1000).await);
    let (payment, callback) = shop.pay(&order, json!({})).await;
    let signature = callback["razorpay_signature"].as_str().unwrap();
    assert!(shop.gateway.is_callback(&order.id, &payment, signature));
    assert!(!shop.gateway.is_callback(&other.id, &payment, signature));
    assert!(!shop.gateway.is_callback(&order.id, "pay_AAAAAAAAAAAAAA", signature));
    assert!(!shop.gateway.is_callback(&order.id, &payment, &signature.to_uppercase()));
}

#[tokio::test]
async fn every_webhook_of_a_purchase_is_taken_and_read() {
    let shop = Shop::open().await;
    let payment = shop.paid().await;
    let wanted = crate::shop::new_refund("0123456789", &payment, 1000);
    let refund = shop.gateway.refund(&wanted).await.unwrap();
    let events = shop.pull(Method::GET, "webhook", json!({})).await["events"].clone();
    let mut kinds = Vec::new();
    for event in events.as_array().unwrap() {
        let (body, signature) = (event["body"].as_str().unwrap(), event["signature"].as_str().unwrap());
        assert_eq!(shop.gateway.is_webhook(body.as_bytes(), signature), Some(true));
        match shop.gateway.read_event(body.as_bytes()).unwrap() {
            Notice::Payment { id, order } => assert!(id == payment && order.is_some()),
            Notice::Refund { id, payment: of, receipt } => {
                assert_eq!((id, of, receipt.as_deref()), (refund.id.clone(), payment.clone(), Some("0123456789")));
            }
            Notice::Other { kind } => panic!("{kind}"),
        }
        kinds.push(event["event"].as_str().unwrap().to_owned());
    }
    kinds.sort();
    let all = ["order.paid", "payment.authorized", "payment.captured", "refund.created", "refund.processed"];
    assert_eq!(kinds, all);
}

#[test]
fn the_previous_secret_is_taken_and_older_ones_are_not() {
    let gateway = client("s", &["present", "previous"]);
    let is_taken = |secret: &str| gateway.is_webhook(b"{}", &sign(secret, b"{}"));
    assert_eq!((is_taken("present"), is_taken("previous")), (Some(true), Some(true)));
    assert_eq!((is_taken("older"), is_taken("")), (Some(false), Some(false)));
    assert_eq!(gateway.is_webhook(b"{}", ""), Some(false));
}

#[test]
fn without_a_secret_no_webhook_can_be_judged() {
    let signature = sign("", b"{}");
    assert_eq!(client("s", &[]).is_webhook(b"{}", &signature), None);
    assert_eq!(client("s", &["", ""]).is_webhook(b"{}", &signature), None);
    assert_eq!(client("s", &["present", ""]).is_webhook(b"{}", &signature), Some(false));
    assert!(!client("", &[]).is_callback("o", "p", &sign_callback("", "o", "p")));
}
