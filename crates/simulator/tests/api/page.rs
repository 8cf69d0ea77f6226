//! The page: it shows orders, and its buttons pay and fail them.

use serde_json::{Value, json};

use crate::shop::{Shop, text};

async fn page(shop: &Shop) -> String {
    shop.client.get(&shop.url).send().await.unwrap().text().await.unwrap()
}

async fn press(shop: &Shop, button: &str) -> u16 {
    let form = "application/x-www-form-urlencoded";
    let pressed = shop.client.post(&shop.url).header("content-type", form).body(button.to_owned());
    pressed.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn the_page_shows_orders_and_needs_nothing_from_elsewhere() {
    let shop = Shop::open().await;
    let sent = json!({ "amount": 129_905, "currency": "INR", "receipt": "<script>alert(1)</script>" });
    let order = shop.post("/v1/orders", sent).await.ok();
    let page = page(&shop).await;
    assert!(page.contains(&text(&order, "id")) && page.contains("₹1299.05"));
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
    assert!(!page.contains("src=") && !page.contains("href=") && !page.contains("http"));
}

#[tokio::test]
async fn orders_are_paid_and_failed_by_its_buttons() {
    let shop = Shop::open().await;
    for (method, act, status) in [
        ("card", "act=pay", "captured"),
        ("wallet", "act=fail", "failed"),
        ("netbanking", "until=authorized&act=pay", "authorized"),
    ] {
        let order = shop.order(100).await;
        assert_eq!(press(&shop, &format!("order_id={order}&method={method}&{act}")).await, 200);
        let payments = shop.get(&format!("/v1/orders/{order}/payments")).await.ok();
        assert_eq!(payments["items"][0]["status"], status);
        assert_eq!(payments["items"][0]["method"], method);
    }
}

#[tokio::test]
async fn payments_and_refunds_go_on_by_its_buttons() {
    let shop = Shop::open().await;
    let order = shop.order(100).await;
    press(&shop, &format!("order_id={order}&method=upi&act=fail")).await;
    let payments = shop.get(&format!("/v1/orders/{order}/payments")).await.ok();
    let payment = text(&payments["items"][0], "id");
    press(&shop, &format!("payment_id={payment}&act=authorize")).await;
    assert_eq!(shop.status_of(&format!("/v1/payments/{payment}")).await, "captured");
    shop.request(reqwest::Method::PUT, "/_control/account")
        .json(&json!({ "refunds": "pending" }))
        .send()
        .await
        .unwrap();
    for (act, status) in [("fail_refund", "failed"), ("process", "processed")] {
        let refund: Value = shop.post(&format!("/v1/payments/{payment}/refund"), json!({})).await.ok();
        assert!(page(&shop).await.contains(&text(&refund, "id")));
        press(&shop, &format!("refund_id={}&act={act}", text(&refund, "id"))).await;
        assert_eq!(shop.status_of(&format!("/v1/refunds/{}", text(&refund, "id"))).await, status);
    }
}

#[tokio::test]
async fn a_button_that_does_not_work_says_so() {
    let shop = Shop::open().await;
    let (order, _) = shop.paid(100).await;
    assert_eq!(press(&shop, &format!("order_id={order}&method=upi&act=pay")).await, 400);
    assert_eq!(press(&shop, "act=dance").await, 400);
}
