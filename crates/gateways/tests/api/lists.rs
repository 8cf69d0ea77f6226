//! Lists that are longer than a page, or know no pages.

use gateways::Gateway;
use serde_json::{Value, json};

use crate::shop::fault;
use crate::stub::{self, Stub};

fn payments(numbers: std::ops::Range<usize>) -> String {
    let items: Vec<Value> = numbers
        .map(|number| json!({ "id": format!("pay_{number}"), "amount": 1, "currency": "INR", "created_at": 1 }))
        .collect();
    stub::json("200 OK", &json!({ "entity": "collection", "count": items.len(), "items": items }))
}

/// The first lines of the requests.
fn asked(stub: &Stub) -> Vec<String> {
    stub.requests().iter().map(|request| request.split(' ').nth(1).unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_are_read_until_one_is_not_full_and_each_payment_counts_once() {
    let stub = Stub::answering(&[payments(0..100), payments(99..199), payments(199..201)]).await;
    let all = stub.gateway.payments_of("order_1").await.unwrap();
    assert_eq!(all.len(), 201);
    let expected =
        ["skip=0", "skip=100", "skip=199"].map(|skip| format!("/v1/orders/order_1/payments?count=100&{skip}"));
    assert_eq!(asked(&stub), expected);
}

#[tokio::test]
async fn a_list_that_knows_no_pages_ends() {
    let stub = Stub::answering(&[payments(0..150), payments(0..150)]).await;
    assert_eq!(stub.gateway.payments_of("order_1").await.unwrap().len(), 150);
}

#[tokio::test]
async fn a_list_that_refuses_pages_is_asked_for_whole() {
    let extra = json!({ "error": { "code": "BAD_REQUEST_ERROR", "reason": "extra_field_sent",
        "description": "count is/are not required and should not be sent" } });
    let stub = Stub::answering(&[stub::json("400 Bad Request", &extra), payments(0..3)]).await;
    assert_eq!(stub.gateway.payments_of("order_1").await.unwrap().len(), 3);
    assert_eq!(asked(&stub)[1], "/v1/orders/order_1/payments");
}

#[tokio::test]
async fn a_list_with_a_page_missing_is_no_list() {
    let trouble = stub::answer("502 Bad Gateway", "text/html", "<html>");
    let stub = Stub::answering(&[payments(0..100), trouble]).await;
    assert_eq!(fault(stub.gateway.payments_of("order_1").await), "unknown");
}
