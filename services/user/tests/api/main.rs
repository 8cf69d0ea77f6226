//! The user service through its own router.
#![expect(clippy::unwrap_used, reason = "tests")]

mod addresses;
mod avatar;
mod bad_input;
mod cart;
mod confirmations;
mod exports;
mod guests;
mod leaving;
mod merging;
mod newsletter;
mod password;
mod people;
mod preferences;
mod profile;
mod second_factor;
mod taxes;
mod variations;
mod wishes;

use axum::body::Body;
use axum::http::Method;
use commerce::ids::ProductId;
use serde_json::{Value, json};
use shared::config::ServiceName;
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, build};

const CART: &str = "/api/v1/users/cart";

async fn app(db: &MySqlPool) -> TestApp {
    TestApp::new(db, ServiceName::User, user_service::build).await
}

/// A product at ₹118.00 with 18 % GST in it, twenty in stock.
async fn product(name: &str, db: &MySqlPool) -> ProductId {
    let category = build::category(name).insert(db).await;
    build::product(name, category).stock(20).insert(db).await
}

async fn add(caller: &Caller, product: ProductId, quantity: u32) -> Answer {
    caller.post(&format!("{CART}/{product}"), json!({ "quantity": quantity })).await
}

async fn put(caller: &Caller, line: &Value, body: &str) -> Answer {
    let caller = caller.clone().with_header("content-type", "application/json");
    caller.send(Method::PUT, &format!("{CART}/{line}"), Body::from(body.to_owned())).await
}

async fn delete(caller: &Caller, path: &str) -> Answer {
    caller.send(Method::DELETE, path, Body::empty()).await
}

/// What a cart holds: product and pieces.
fn held(cart: &Value) -> Value {
    let items = cart["items"].as_array().unwrap();
    items.iter().map(|item| json!([item["product_id"], item["quantity"]])).collect()
}

/// Any method with a JSON body.
async fn send(caller: &Caller, method: Method, path: &str, body: Value) -> Answer {
    let caller = caller.clone().with_header("content-type", "application/json");
    caller.send(method, path, Body::from(body.to_string())).await
}
