//! Answers that no gateway should give, and what is made of them.

use gateways::{Fault, Gateway, Razorpay};
use serde_json::{Value, json};

use crate::shop::{fault, new_order, new_refund, refusal};
use crate::stub::{self, SILENCE, Stub, answer, error};

const PAGE: &str = "<html><body><h1>Sorry</h1></body></html>";
const BAD: &str = "BAD_REQUEST_ERROR";

fn order() -> Value {
    json!({ "id": "order_1", "amount": 1000, "currency": "INR", "receipt": "r", "created_at": 1_700_000_000 })
}

fn html(status: &str) -> String {
    answer(status, "text/html", PAGE)
}

/// What a `POST` comes to with this answer.
async fn posted(answer: String) -> &'static str {
    let stub = Stub::answering(&[answer]).await;
    fault(stub.gateway.create_order(&new_order("r", 1000)).await)
}

#[tokio::test]
async fn every_2xx_is_a_success() {
    for status in ["200 OK", "201 Created", "202 Accepted"] {
        let stub = Stub::answering(&[stub::json(status, &order())]).await;
        let made = stub.gateway.create_order(&new_order("r", 1000)).await.unwrap();
        assert_eq!(made.id, "order_1");
    }
}

#[tokio::test]
async fn only_the_gateways_own_words_say_that_nothing_was_done() {
    let without = |field: &str| {
        let mut order = order();
        order.as_object_mut().unwrap().remove(field);
        stub::json("200 OK", &order)
    };
    let answers = [
        html("302 Found\r\nlocation: http://127.0.0.1:1/"),
        html("400 Bad Request"),
        html("403 Forbidden"),
        html("404 Not Found"),
        html("408 Request Timeout"),
        html("500 Internal Server Error"),
        html("503 Service Unavailable"),
        html("504 Gateway Timeout"),
        html("200 OK"),
        error("400 Bad Request", "GATEWAY_ERROR", "trouble at the bank"),
        error("400 Bad Request", "WORD_OF_2030", "trouble"),
        error("500 Internal Server Error", BAD, "Failed to fetch idempotency record"),
        answer("400 Bad Request", "application/json", "{}"),
        answer("400 Bad Request", "application/json", r#"{"error":"no"}"#),
        answer("200 OK", "application/json", ""),
        answer("200 OK", "application/json", "[]"),
        answer("204 No Content", "application/json", ""),
        without("id"),
        without("amount"),
        without("currency"),
        "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"id\":\"order_1\"".to_owned(),
        "SSH-2.0-OpenSSH_9.7\r\n".to_owned(),
    ];
    for answer in answers {
        assert_eq!(posted(answer.clone()).await, "unknown", "{answer}");
    }
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let mut padded = order();
    padded["padding"] = json!("x".repeat(5 * 1024 * 1024));
    assert_eq!(posted(stub::json("200 OK", &padded)).await, "unknown");
}

#[tokio::test]
async fn the_gateways_own_words_are_told_apart() {
    let cases = [
        (html("401 Unauthorized"), "denied"),
        (error("401 Unauthorized", BAD, "Authentication failed"), "denied"),
        (error("400 Bad Request", BAD, "Please provide your api key for authentication purposes"), "denied"),
        (error("400 Bad Request", BAD, "The api key provided is invalid"), "denied"),
        (html("429 Too Many Requests"), "later"),
        (error("409 Conflict", BAD, "Another request with the same idempotency key is still in progress."), "later"),
        (
            error("409 Conflict", BAD, "Different request with the same idempotency key has already been processed."),
            "refused",
        ),
        (
            error(
                "400 Bad Request",
                BAD,
                "Your account does not have enough balance to carry out the refund operation.",
            ),
            "later",
        ),
        (error("400 Bad Request", BAD, "The id provided does not exist"), "missing"),
        (error("400 Bad Request", BAD, "order_1 is not a valid id."), "missing"),
        (error("400 Bad Request", "BAD_REQUEST", "The requested URL was not found on the server."), "refused"),
    ];
    for (answer, expected) in cases {
        assert_eq!(posted(answer.clone()).await, expected, "{answer}");
    }
}

#[tokio::test]
async fn nulls_and_na_are_no_reasons() {
    let errors = [
        json!({ "code": BAD, "description": "no", "reason": null, "metadata": [] }),
        json!({ "code": BAD, "description": "no", "reason": "NA", "field": null }),
        json!({ "code": BAD, "description": "no" }),
    ];
    for error in errors {
        let stub = Stub::answering(&[stub::json("400 Bad Request", &json!({ "error": error }))]).await;
        let Err(Fault::Refused { code, reason, description }) = stub.gateway.order("order_1").await else { panic!() };
        assert_eq!((code.as_str(), reason, description.as_str()), (BAD, None, "no"));
    }
}

#[tokio::test]
async fn a_refusal_is_short_and_keeps_secrets_and_cards_to_itself() {
    let said = format!("rzp_test_stub:stub-secret paid with 4111 1111 1111 1111{}", "é".repeat(300));
    let stub = Stub::answering(&[error("400 Bad Request", BAD, &said), html("500 stub-secret")]).await;
    let refused = refusal(stub.gateway.order("order_1").await);
    assert!(refused.starts_with("…:… paid with xxxx xxxx xxxx xxxxé"), "{refused}");
    assert_eq!(refused.chars().count(), 200);
    let unknown = stub.gateway.order("order_1").await.unwrap_err();
    let shown = [format!("{unknown:?}"), format!("{:#}", anyhow::Error::new(unknown))].concat();
    assert!(shown.contains("GET /v1/orders/order_1") && shown.contains("500 Internal Server Error"), "{shown}");
    assert!(!shown.contains("stub-secret"), "{shown}");
}

#[tokio::test]
async fn an_unreadable_answer_is_not_repeated_word_for_word() {
    let leak = json!({ "id": "order_1", "amount": "4111111111111111", "currency": "INR", "created_at": 1 });
    let stub = Stub::answering(&[stub::json("200 OK", &leak)]).await;
    let shown = format!("{:?}", stub.gateway.order("order_1").await.unwrap_err());
    assert!(shown.contains("xxxxxxxxxxxxxxxx") && !shown.contains("4111"), "{shown}");
}

#[tokio::test]
async fn the_client_does_not_show_its_secrets() {
    let stub = Stub::answering(&[]).await;
    let shown = format!("{:?}", stub.gateway);
    assert!(!shown.contains("stub-secret"), "{shown}");
    assert_eq!(stub.gateway.key_id(), "rzp_test_stub");
}

#[tokio::test]
async fn a_request_carries_the_key_and_what_is_asked_for() {
    let stub = Stub::answering(&[html("500 No"), html("500 No"), html("500 No")]).await;
    assert_eq!(fault(stub.gateway.create_order(&new_order("r", 1999)).await), "unknown");
    assert_eq!(fault(stub.gateway.refund(&new_refund("0123456789", "pay_1", 1999)).await), "unknown");
    assert_eq!(fault(stub.gateway.payment("pay_1").await), "unknown");
    let [order, refund, payment] = &stub.requests()[..] else { panic!("three requests") };
    assert!(order.starts_with("POST /v1/orders HTTP/1.1\r\n"), "{order}");
    assert!(order.contains("authorization: Basic cnpwX3Rlc3Rfc3R1YjpzdHViLXNlY3JldA==\r\n"), "{order}");
    assert!(order.ends_with(r#"{"amount":1999,"currency":"INR","receipt":"r","notes":{}}"#), "{order}");
    assert!(refund.starts_with("POST /v1/payments/pay_1/refund HTTP/1.1\r\n"), "{refund}");
    assert!(refund.contains("x-refund-idempotency: 0123456789\r\n"), "{refund}");
    let body = r#"{"amount":1999,"speed":"normal","receipt":"0123456789","notes":{"reason":"the parcel came back"}}"#;
    assert!(refund.ends_with(body), "{refund}");
    assert!(payment.starts_with("GET /v1/payments/pay_1?expand%5B%5D=card HTTP/1.1\r\n"), "{payment}");
}

/// A gateway that ends a connection which it had left open, when the second request comes.
async fn stale() -> Stub {
    let first = stub::json("200 OK", &order());
    let connections = vec![vec![first.clone(), SILENCE.to_owned()], vec![first]];
    let stub = Stub::serving(connections).await;
    stub.gateway.order("order_1").await.unwrap();
    stub
}

#[tokio::test]
async fn a_connection_that_ended_while_it_was_idle_is_made_again_to_read() {
    let stub = stale().await;
    stub.gateway.order("order_1").await.unwrap();
    assert_eq!(stub.requests().len(), 3);
}

#[tokio::test]
async fn a_connection_that_ended_while_it_was_idle_is_not_made_again_to_write() {
    let stub = stale().await;
    assert_eq!(fault(stub.gateway.create_order(&new_order("r", 1000)).await), "unknown");
    assert_eq!(stub.requests().len(), 2);
}

/// A client can be shared by every task of a service.
#[test]
fn a_client_is_for_many() {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Razorpay>();
}
