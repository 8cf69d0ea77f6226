//! The knobs for requests: each does what it says, to those that it says, until it is taken back.

use std::io::ErrorKind;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::{Shop, eventually};

fn order() -> Value {
    json!({ "amount": 100, "currency": "INR" })
}

/// A request to make an order, without a library between it and the socket.
async fn order_by_hand(shop: &Shop) -> std::io::Result<Vec<u8>> {
    let request = shop.request(Method::POST, "/v1/orders").build().unwrap();
    let key = request.headers()["authorization"].to_str().unwrap();
    let body = order().to_string();
    let head = format!(
        "POST /v1/orders HTTP/1.1\r\nhost: x\r\nauthorization: {key}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(shop.url.trim_start_matches("http://")).await?;
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn a_dropped_reply_is_lost_after_the_work_is_done() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "drop_reply", "requests": 1 })).await;
    assert_eq!(order_by_hand(&shop).await.unwrap(), b"", "the connection ends without an answer");
    assert_eq!(shop.sums().await["ordered"], 100);
    shop.post("/v1/orders", order()).await.ok();
}

#[tokio::test]
async fn a_reset_breaks_the_connection_before_the_work_is_done() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "reset", "requests": 1 })).await;
    assert_eq!(order_by_hand(&shop).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(shop.sums().await["ordered"], 0);
    shop.post("/v1/orders", order()).await.ok();
}

#[tokio::test]
async fn a_reset_may_come_after_the_work_is_done() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "reset", "processed": true, "requests": 1 })).await;
    assert_eq!(order_by_hand(&shop).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(shop.sums().await["ordered"], 100);
}

/// Status, type and body of the answer to a request that makes an order.
async fn answer(shop: &Shop) -> (u16, String, String) {
    let response = shop.request(Method::POST, "/v1/orders").json(&order()).send().await.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    (response.status().as_u16(), kind, response.text().await.unwrap())
}

#[tokio::test]
async fn a_bad_gateway_is_a_page() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "bad_gateway", "requests": 1 })).await;
    let (status, kind, body) = answer(&shop).await;
    assert_eq!((status, kind.as_str()), (502, "text/html"));
    assert!(body.contains("<h1>502 Bad Gateway</h1>"));
    assert_eq!(shop.sums().await["ordered"], 0);
    assert_eq!(answer(&shop).await.0, 200);
}

#[tokio::test]
async fn a_bad_gateway_may_hide_work_that_is_done() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "bad_gateway", "processed": true, "requests": 1 })).await;
    assert_eq!(answer(&shop).await.0, 502);
    assert_eq!(shop.sums().await["ordered"], 100);
}

#[tokio::test]
async fn requests_can_be_too_many() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "too_many_requests", "requests": 2 })).await;
    for status in [429, 429, 200] {
        assert_eq!(answer(&shop).await.0, status);
    }
}

#[tokio::test]
async fn the_gateway_can_be_in_trouble() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "server_error", "requests": 1 })).await;
    let trouble = shop.post("/v1/orders", order()).await;
    assert_eq!((trouble.status, &trouble.body["error"]["code"]), (500, &json!("SERVER_ERROR")));
    assert_eq!(answer(&shop).await.0, 200);
}

#[tokio::test]
async fn junk_is_a_200_that_nobody_can_read() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "junk", "requests": 1 })).await;
    let (status, kind, body) = answer(&shop).await;
    assert_eq!((status, kind.as_str()), (200, "application/json"));
    assert!(serde_json::from_str::<Value>(&body).is_err());
    assert_eq!(shop.sums().await["ordered"], 0);
    assert!(serde_json::from_str::<Value>(&answer(&shop).await.2).is_ok());
}

#[tokio::test]
async fn a_slow_request_waits_while_others_do_not() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "latency", "milliseconds": 3_600_000, "method": "POST" })).await;
    let slow = async { shop.post("/v1/orders", order()).await.ok() };
    let others = async {
        let arrived = async || shop.get("/_control/requests").await.ok().as_array().unwrap().len() == 1;
        eventually(arrived).await;
        for _ in 0..20 {
            shop.get("/v1/orders").await.ok();
        }
        assert_eq!(shop.sums().await["ordered"], 0, "it is still waiting");
        shop.request(Method::DELETE, "/_control/faults").send().await.unwrap();
    };
    tokio::join!(slow, others);
    assert_eq!(shop.sums().await["ordered"], 100, "it went on when the fault was taken back");
    shop.post("/v1/orders", order()).await.ok();
}

#[tokio::test]
async fn a_slow_request_is_carried_out_also_when_its_client_has_gone() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "latency", "milliseconds": 3_600_000, "requests": 1 })).await;
    let slow = shop.request(Method::POST, "/v1/orders").json(&order()).send();
    let arrived = async || shop.get("/_control/requests").await.ok().as_array().unwrap().len() == 1;
    tokio::select! {
        _ = slow => panic!("it did not wait"),
        () = eventually(arrived) => {}
    }
    shop.control("hurry", json!({})).await;
    eventually(async || shop.sums().await["ordered"] == 100).await;
}

#[tokio::test]
async fn a_fault_meets_its_path_and_its_method_only() {
    let shop = Shop::open().await;
    let (_, payment) = shop.paid(1000).await;
    let fault = json!({ "fault": "too_many_requests", "method": "POST", "path": "/v1/payments/*/refund" });
    shop.control("faults", fault).await;
    assert_eq!(shop.post("/v1/orders", order()).await.status, 200);
    assert_eq!(shop.get(&format!("/v1/payments/{payment}/refunds")).await.status, 200);
    for _ in 0..3 {
        assert_eq!(shop.post(&format!("/v1/payments/{payment}/refund"), json!({})).await.status, 429);
    }
    let listed = shop.get("/_control/faults").await.ok();
    assert_eq!((&listed[0]["fault"], &listed[0]["met"]), (&json!("too_many_requests"), &json!(3)));
    shop.control("reset", json!({})).await;
    shop.post(&format!("/v1/payments/{payment}/refund"), json!({})).await.ok();
}

#[tokio::test]
async fn requests_are_remembered_with_what_became_of_them() {
    let shop = Shop::open().await;
    shop.control("faults", json!({ "fault": "bad_gateway", "requests": 1 })).await;
    shop.request(Method::POST, "/v1/orders").json(&order()).send().await.unwrap();
    shop.post("/v1/orders", order()).await.ok();
    assert_eq!(shop.post("/v1/orders", json!({})).await.status, 400);
    let requests = shop.get("/_control/requests").await.ok();
    let statuses: Vec<_> = requests.as_array().unwrap().iter().map(|request| request["status"].clone()).collect();
    assert_eq!(statuses, [Value::Null, json!(200), json!(400)]);
    assert_eq!((&requests[0]["method"], &requests[0]["path"]), (&json!("POST"), &json!("/v1/orders")));
}
