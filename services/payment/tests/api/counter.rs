//! A payment service that takes money online, and a Razorpay of its own that does what a test says.

use commerce::ids::OrderId;
use commerce::orders::PaymentMethod;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use shared::config::{self, Config, ServiceName};
use shared::messaging::Message;
use simulator::{Running, Settings, Simulator};
use sqlx::MySqlPool;
use testing::{Answer, Caller, TestApp, servers};

use crate::Shop;

pub(crate) const INITIATE: &str = "/api/v1/payments/initiate";
pub(crate) const WEBHOOK: &str = "/api/v1/payments/webhook/razorpay";

/// The shop with a gateway that runs in the test's own process.
pub(crate) struct Counter {
    pub(crate) shop: Shop,
    pub(crate) settings: Settings,
    pub(crate) url: String,
    http: Client,
    _running: Running,
}

/// A webhook as the gateway made it.
#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) body: String,
    pub(crate) signature: String,
}

impl Counter {
    pub(crate) async fn open(db: &MySqlPool) -> Self {
        Self::open_with(db, Settings::default()).await
    }

    pub(crate) async fn open_with(db: &MySqlPool, settings: Settings) -> Self {
        let running = Simulator::start(settings.clone()).await.unwrap();
        let url = running.url.clone();
        let mut shop = Shop::new(db).await;
        shop.app = till(db, &settings, &url);
        Self { shop, settings, url, http: Client::builder().no_proxy().build().unwrap(), _running: running }
    }

    /// Another replica of the service, or the same one after it was killed.
    pub(crate) fn replica(&self) -> TestApp {
        till(&self.shop.db, &self.settings, &self.url)
    }

    pub(crate) fn asha(&self) -> Caller {
        self.shop.asha()
    }

    /// An order of Asha's over so many paise that waits for its payment by UPI for half an hour.
    pub(crate) async fn order(&self, paise: i64) -> OrderId {
        let order = self.shop.order(paise, PaymentMethod::Upi).await;
        let update = sqlx::query("UPDATE orders SET status = 'pending', hold_expires_at = ? WHERE id = ?");
        let until = self.shop.app.ground.clock.now() + chrono::TimeDelta::minutes(30);
        update.bind(until).bind(order).execute(&self.shop.db).await.unwrap();
        order
    }

    pub(crate) async fn initiate(&self, order: OrderId) -> Answer {
        self.asha().post(INITIATE, json!({ "order_id": order })).await
    }

    /// An order and the attempt to pay it: the keys of the attempt with us and with the gateway.
    pub(crate) async fn begun(&self, paise: i64) -> (OrderId, u64, String) {
        let order = self.order(paise).await;
        let begun = self.initiate(order).await.data();
        (order, begun["payment_id"].as_u64().unwrap(), text(&begun["razorpay_order_id"]))
    }

    pub(crate) async fn verify(&self, payment: u64, said: &Value) -> Answer {
        self.asha().post(&format!("/api/v1/payments/verify/{payment}"), said.clone()).await
    }

    /// Pays as checkout.js does; what it hands to the page.
    pub(crate) async fn check_out(&self, gateway_order: &str) -> Value {
        let body = json!({ "key": self.settings.key_id, "order_id": gateway_order, "method": "upi" });
        self.call(Method::POST, "/checkout", body).await
    }

    /// Pulls a string of the gateway's.
    pub(crate) async fn control(&self, what: &str, body: Value) -> Value {
        self.call(Method::POST, &format!("/_control/{what}"), body).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.http.request(method, format!("{}{path}", self.url)).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    pub(crate) async fn ledger(&self) -> Value {
        self.call(Method::GET, "/_control/ledger", json!({})).await
    }

    /// What the gateway has taken minus what it gave back, in paise.
    pub(crate) async fn balance(&self) -> i64 {
        self.ledger().await["sums"]["balance"].as_i64().unwrap()
    }

    /// How many requests like this have reached the gateway.
    pub(crate) async fn count(&self, method: &str, path: &str) -> usize {
        let requests = self.call(Method::GET, "/_control/requests", json!({})).await;
        let requests = requests.as_array().unwrap();
        requests.iter().filter(|it| it["method"] == method && it["path"] == path).count()
    }

    /// All webhooks that the gateway has made, the oldest first.
    pub(crate) async fn webhooks(&self) -> Vec<Webhook> {
        let view = self.call(Method::GET, "/_control/webhook", json!({})).await;
        let events = view["events"].as_array().unwrap();
        let of = |event: &Value| Webhook {
            id: text(&event["id"]),
            name: text(&event["event"]),
            body: text(&event["body"]),
            signature: text(&event["signature"]),
        };
        events.iter().map(of).collect()
    }

    pub(crate) async fn webhook(&self, name: &str) -> Webhook {
        let found = self.webhooks().await.into_iter().rfind(|webhook| webhook.name == name);
        found.unwrap_or_else(|| panic!("no webhook {name}"))
    }

    /// The gateway delivers a webhook.
    pub(crate) async fn deliver(&self, webhook: &Webhook) -> Answer {
        let gateway = self.shop.app.anonymous();
        let gateway = gateway.with_header("x-razorpay-signature", &webhook.signature);
        gateway.with_header("x-razorpay-event-id", &webhook.id).post_text(WEBHOOK, webhook.body.clone()).await
    }

    /// The gateway delivers all that it has made, and the service acts upon it.
    pub(crate) async fn deliver_all(&self) {
        for webhook in self.webhooks().await {
            assert_eq!(self.deliver(&webhook).await.status.as_u16(), 200);
        }
        self.tick("webhooks").await;
    }

    pub(crate) async fn tick(&self, task: &str) {
        self.shop.app.tick(task).await.unwrap();
    }

    /// The types of the events that the service has announced, and what they are about.
    pub(crate) async fn told(&self) -> Vec<String> {
        let messages = self.shop.announced().await;
        messages.iter().map(|text| serde_json::from_str::<Message>(text).unwrap().kind).collect()
    }

    /// What became of each webhook that was kept.
    pub(crate) async fn outcomes(&self) -> Vec<Option<String>> {
        let select = sqlx::query_scalar("SELECT outcome FROM gateway_events ORDER BY id");
        select.fetch_all(&self.shop.db).await.unwrap()
    }

    /// The state and amount in paise of each refund.
    pub(crate) async fn refunds(&self) -> Vec<(String, i64)> {
        let select = sqlx::query_as("SELECT status, CAST(amount * 100 AS SIGNED) FROM refunds ORDER BY id");
        select.fetch_all(&self.shop.db).await.unwrap()
    }

    /// The right end of every way of paying once: one capture, one event, nothing to give back.
    pub(crate) async fn is_paid_once(&self, order: OrderId, paise: i64) {
        assert_eq!(self.shop.statuses(order).await, ["captured"]);
        assert_eq!(self.told().await, ["payment.captured"]);
        assert_eq!((self.balance().await, self.refunds().await.len()), (paise, 0));
    }
}

/// The service with its gateway at `url`.
pub(crate) fn till(db: &MySqlPool, settings: &Settings, url: &str) -> TestApp {
    TestApp::with(config(db, settings, url), payment_service::build)
}

pub(crate) fn config(db: &MySqlPool, settings: &Settings, url: &str) -> Config {
    let mut config = servers::config(ServiceName::Payment, db);
    config.razorpay = Some(config::Razorpay {
        key_id: settings.key_id.clone(),
        secret: settings.key_secret.clone().into(),
        webhook_secret: Some(settings.webhook_secret.clone().into()),
        webhook_secret_previous: Some("the secret before".into()),
        base_url: url.to_owned(),
    });
    config
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
