//! A shop that has a simulator to itself.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use simulator::{Account, Running, Settings, Simulator};

/// A running simulator and a client that has its key.
pub(crate) struct Shop {
    pub(crate) url: String,
    pub(crate) client: Client,
    pub(crate) settings: Settings,
    _running: Running,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let running = Simulator::start(settings.clone()).await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { url: running.url.clone(), client, settings, _running: running }
    }

    pub(crate) async fn with_account(account: Account) -> Self {
        Self::with(Settings { account, ..Settings::default() }).await
    }

    /// A request with the key.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        request.basic_auth(&self.settings.key_id, Some(&self.settings.key_secret))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(&body)).await
    }

    /// Pulls a string.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        self.post(&format!("/_control/{path}"), body).await.ok()
    }

    pub(crate) async fn order(&self, amount: u64) -> String {
        let order = self.post("/v1/orders", json!({ "amount": amount, "currency": "INR" })).await.ok();
        text(&order, "id")
    }

    /// An order and the payment that paid it.
    pub(crate) async fn paid(&self, amount: u64) -> (String, String) {
        let order = self.order(amount).await;
        let paid = self.control("pay", json!({ "order_id": order })).await;
        (order, text(&paid, "razorpay_payment_id"))
    }

    /// An order with a payment that nobody captured.
    pub(crate) async fn authorized(&self, amount: u64) -> (String, String) {
        let order = self.order(amount).await;
        let paid = self.control("pay", json!({ "order_id": order, "until": "authorized" })).await;
        (order, text(&paid, "razorpay_payment_id"))
    }

    pub(crate) async fn status_of(&self, path: &str) -> String {
        text(&self.get(path).await.ok(), "status")
    }

    pub(crate) async fn sums(&self) -> Value {
        self.get("/_control/ledger").await.ok()["sums"].clone()
    }
}

impl Answer {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        Self { status, body: response.json().await.unwrap() }
    }

    /// The body of a 200.
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// The error of a 400 that says this.
    pub(crate) fn refused(self, description: &str) -> Value {
        self.refused_with(400, description)
    }

    pub(crate) fn refused_with(self, status: u16, description: &str) -> Value {
        assert_eq!(self.body["error"]["description"], description, "{}", self.body);
        assert_eq!(self.status, status);
        assert_eq!(self.body["error"]["code"], "BAD_REQUEST_ERROR");
        self.body["error"].clone()
    }
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// Waits until it is so, and fails after ten seconds in which it never was.
pub(crate) async fn eventually(mut is_so: impl AsyncFnMut() -> bool) {
    let looking = async {
        while !is_so().await {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(std::time::Duration::from_secs(10), looking).await.is_ok(), "it never was so");
}
