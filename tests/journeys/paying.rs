//! A payment service that dies in the middle of a payment: the gateway is asked once, and what is paid is noticed.

use std::time::Duration;

use cli::audit::{Backlog, Finding, findings};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::config::ServiceName;
use sqlx::MySqlPool;
use testing::build;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::shop::{Shop, eventually};

/// How long the service may take to be sure that the gateway has not been asked.
const SETTLED: Duration = Duration::from_mins(1);

/// Somebody who has ordered and means to pay.
struct Customer {
    http: Client,
    token: String,
    order: u64,
}

impl Customer {
    /// A new one, with an order that waits for its money.
    async fn in_shop(shop: &Shop, db: &MySqlPool) -> Self {
        let category = build::category("Sherbets").insert(db).await;
        let product = build::product("Kokum Sherbet", category).at(1_999).insert(db).await;
        let http = Client::new();
        let asha = json!({ "email": "asha@example.com", "password": "correct horse battery", "first_name": "Asha",
                           "last_name": "Kulkarni" });
        let registered = http.post(shop.url("/api/v1/auth/register")).json(&asha).send().await.unwrap();
        let registered: Value = registered.json().await.unwrap();
        let token = registered["access_token"].as_str().unwrap().to_owned();
        let wanted = json!({
            "items": [{ "product_id": product, "quantity": 1 }],
            "payment_method": "upi",
            "shipping_address": {
                "full_name": "Asha Kulkarni", "phone": "98220 12345", "address_line1": "7 Laxmi Road",
                "city": "Pune", "state": "Maharashtra", "postal_code": "411001",
            },
        });
        let placed = http.post(shop.url("/api/v1/orders")).bearer_auth(&token).json(&wanted).send().await.unwrap();
        let placed: Value = placed.json().await.unwrap();
        Self { http, token, order: placed["data"]["id"].as_u64().unwrap() }
    }

    /// The wish to pay, on the payment service's own port.
    fn initiate(&self, shop: &Shop) -> reqwest::RequestBuilder {
        let url = shop.url_of(ServiceName::Payment, "/api/v1/payments/initiate");
        self.http.post(url).bearer_auth(&self.token).json(&json!({ "order_id": self.order, "gateway": "razorpay" }))
    }

    /// Asks until the payment is under way.
    async fn initiate_in_the_end(&self, shop: &Shop) -> Value {
        let begun = Instant::now();
        loop {
            let answer = self.initiate(shop).send().await.unwrap();
            let status = answer.status();
            let body: Value = answer.json().await.unwrap();
            if status.is_success() {
                return body;
            }
            assert!([StatusCode::CONFLICT, StatusCode::SERVICE_UNAVAILABLE].contains(&status), "{body:#}");
            assert!(begun.elapsed() < SETTLED, "not to be paid after {SETTLED:?}: {body:#}");
            sleep(Duration::from_millis(200)).await;
        }
    }
}

#[sqlx::test(migrations = false)]
async fn a_payment_service_that_dies_asks_the_gateway_once_and_hears_of_what_was_paid(db: MySqlPool) {
    let mut shop = Shop::open(&db).await;
    let customer = Customer::in_shop(&shop, &db).await;
    let slow =
        json!({ "fault": "latency", "milliseconds": 60_000, "method": "POST", "path": "/v1/orders", "requests": 1 });
    shop.razorpay().control("faults", slow).await;
    let mut first = JoinSet::from_iter([customer.initiate(&shop).send()]);
    let asked = async |shop: &Shop| shop.razorpay().requests("POST", "/v1/orders").await.len();
    eventually("asked for", async || asked(&shop).await == 1).await;
    shop.kill_and_restart(ServiceName::Payment);
    assert!(first.join_next().await.unwrap().unwrap().is_err(), "an answer of the dead");
    shop.ready().await;

    // The gateway is still at work on what it was asked, and knows nothing of it to tell.
    let refused = customer.initiate(&shop).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert!(refused.headers().contains_key("retry-after"));
    shop.razorpay().control("hurry", json!({})).await;
    let begun = customer.initiate_in_the_end(&shop).await;
    assert_eq!(asked(&shop).await, 1, "the gateway was asked again");
    let order = only_order(&shop).await;
    assert_eq!((&order["id"], &order["amount"]), (&begun["razorpay_order_id"], &begun["amount_minor"]));
    let receipts = sqlx::query_scalar("SELECT uuid FROM payment_transactions").fetch_all(&db);
    let receipts: Vec<String> = receipts.await.unwrap();
    assert_eq!(json!(receipts), json!([order["receipt"]]));

    // What it is told later comes through nginx, byte for byte as it was signed.
    shop.razorpay().tell(&shop.url("/api/v1/payments/webhook/razorpay")).await;
    shop.kill(ServiceName::Payment);
    let key = begun["razorpay_key"].as_str().unwrap();
    shop.razorpay().check_out(key, order["id"].as_str().unwrap()).await;
    shop.restart(ServiceName::Payment);
    eventually("paid, and the books agree", async || is_paid(&db).await).await;
    let taken = async || shop.razorpay().events().await.iter().all(|event| event["state"] == "delivered");
    eventually("taken", taken).await;
    let sums = &shop.razorpay().ledger().await["sums"];
    assert_eq!([&sums["captured"], &sums["balance"]], [&order["amount"], &order["amount"]]);
}

/// The one order that the gateway has.
async fn only_order(shop: &Shop) -> Value {
    let ledger = shop.razorpay().ledger().await;
    assert_eq!(ledger["orders"].as_array().unwrap().len(), 1, "{ledger:#}");
    ledger["orders"][0].clone()
}

async fn is_paid(db: &MySqlPool) -> bool {
    let paid = sqlx::query_scalar(
        "SELECT COUNT(*) FROM orders o JOIN payment_transactions t ON t.order_id = o.id
         WHERE o.status = 'confirmed' AND o.payment_status = 'paid' AND t.status = 'captured'",
    );
    let paid: i64 = paid.fetch_one(db).await.unwrap();
    paid == 1 && findings(db, Backlog::Empty, Clock::System.now()).await.unwrap().iter().all(Finding::holds)
}
