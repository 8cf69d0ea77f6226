//! Who may use the API, and what is not there.

use reqwest::Method;
use serde_json::json;

use crate::shop::{Answer, Shop};

#[tokio::test]
async fn nobody_gets_in_without_the_key() {
    let shop = Shop::open().await;
    let url = format!("{}/v1/orders", shop.url);
    let (id, secret) = (&shop.settings.key_id, &shop.settings.key_secret);
    let get = || shop.client.get(&url);
    let missing = "Please provide your api key for authentication purposes";
    Answer::of(get()).await.refused_with(401, missing);
    Answer::of(get().bearer_auth(id)).await.refused_with(401, missing);
    Answer::of(get().basic_auth(id, Some("guess"))).await.refused_with(401, "Authentication failed");
    Answer::of(get().basic_auth("rzp_live_other", Some(secret))).await.refused_with(401, "Authentication failed");
    assert_eq!(Answer::of(get().basic_auth(id, Some(secret))).await.status, 200);
}

#[tokio::test]
async fn the_word_basic_is_case_sensitive() {
    let shop = Shop::open().await;
    let good = shop.request(Method::GET, "/v1/orders").build().unwrap();
    let header = good.headers()["authorization"].to_str().unwrap().to_owned();
    let lower =
        shop.client.get(format!("{}/v1/orders", shop.url)).header("authorization", header.replace("Basic", "basic"));
    assert_eq!(Answer::of(lower).await.status, 401);
}

#[tokio::test]
async fn what_is_not_there_is_a_400() {
    let shop = Shop::open().await;
    let nowhere = "The requested URL was not found on the server.";
    shop.get("/v1/nothing").await.refused(nowhere);
    Answer::of(shop.request(Method::DELETE, "/v1/orders")).await.refused(nowhere);
    shop.get("/v1/orders/order_00000000000000").await.refused("The id provided does not exist");
    shop.get("/v1/payments/pay_00000000000000").await.refused("The id provided does not exist");
    shop.get("/v1/refunds/rfnd_00000000000000").await.refused("The id provided does not exist");
    shop.get("/v1/orders/order_1").await.refused("order_1 is not a valid id");
    shop.post("/v1/payments/order_00000000000000/capture", json!({ "amount": 100, "currency": "INR" }))
        .await
        .refused("order_00000000000000 is not a valid id");
}
