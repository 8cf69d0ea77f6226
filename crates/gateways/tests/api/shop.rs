//! A shop with a simulator to itself.

use std::time::Duration;

use gateways::{Fault, Gateway, Money, NewOrder, NewRefund, Order, Razorpay, Settings};
use kernel::Paise;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Account, Running, Simulator};

/// The client, and the simulator that it talks to.
pub(crate) struct Shop {
    pub(crate) gateway: Razorpay,
    running: Running,
    hand: reqwest::Client,
}

/// Long enough for anything that is not made to wait.
pub(crate) const PATIENT: Duration = Duration::from_secs(30);
/// Too short for what is made to wait, long enough for the rest.
pub(crate) const HASTY: Duration = Duration::from_secs(2);

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(Account::default()).await
    }

    pub(crate) async fn with(account: Account) -> Self {
        let settings = simulator::Settings { account, ..simulator::Settings::default() };
        let running = Simulator::start(settings).await.unwrap();
        let gateway = Razorpay::new(client(&running.url)).unwrap();
        let hand = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { gateway, running, hand }
    }

    /// How its client is set up.
    pub(crate) fn client(&self) -> Settings {
        client(&self.running.url)
    }

    /// A client that does not wait for long.
    pub(crate) fn hasty(&self) -> Razorpay {
        Razorpay::new(Settings { deadline: HASTY, ..self.client() }).unwrap()
    }

    /// Pulls a string.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        self.pull(Method::POST, path, body).await
    }

    pub(crate) async fn pull(&self, method: Method, path: &str, body: Value) -> Value {
        let response = self.hand.request(method, format!("{}/_control/{path}", self.running.url)).json(&body).send();
        let response = response.await.unwrap();
        let (status, body) = (response.status(), response.json().await.unwrap());
        assert!(status.is_success(), "{body}");
        body
    }

    /// What of the simulator's ledger is called `name`.
    pub(crate) async fn ledger(&self, name: &str) -> Value {
        self.pull(Method::GET, "ledger", json!({})).await[name].clone()
    }

    /// How many requests came so far.
    pub(crate) async fn requests(&self) -> usize {
        self.pull(Method::GET, "requests", json!({})).await.as_array().unwrap().len()
    }

    pub(crate) async fn order(&self, receipt: &str, paise: i64) -> Order {
        self.gateway.create_order(&new_order(receipt, paise)).await.unwrap()
    }

    /// Pays, or tries to, and returns the id of the payment and what the browser is handed.
    pub(crate) async fn pay(&self, order: &Order, how: Value) -> (String, Value) {
        self.try_to("pay", order, how).await
    }

    /// Tries to pay and fails.
    pub(crate) async fn fail(&self, order: &Order, how: Value) -> String {
        self.try_to("fail", order, how).await.0
    }

    async fn try_to(&self, what: &str, order: &Order, mut how: Value) -> (String, Value) {
        how["order_id"] = json!(order.id);
        let done = self.control(what, how).await;
        (done["payment"]["id"].as_str().unwrap().to_owned(), done)
    }

    /// A captured payment of ₹19.99.
    pub(crate) async fn paid(&self) -> String {
        let order = self.order("paid", 1999).await;
        self.pay(&order, json!({})).await.0
    }
}

fn client(url: &str) -> Settings {
    let simulated = simulator::Settings::default();
    Settings {
        base_url: url.to_owned(),
        key_id: simulated.key_id,
        secret: simulated.key_secret.into(),
        webhook_secrets: vec![simulated.webhook_secret.into()],
        deadline: PATIENT,
    }
}

pub(crate) fn new_order(receipt: &str, paise: i64) -> NewOrder<'_> {
    NewOrder { receipt, amount: Paise::new(paise), currency: "INR", notes: &[] }
}

pub(crate) fn new_refund<'a>(key: &'a str, payment: &'a str, paise: i64) -> NewRefund<'a> {
    NewRefund { key, payment, amount: Paise::new(paise), reason: "the parcel came back" }
}

pub(crate) fn rupees(paise: i64) -> Money<'static> {
    Money { amount: Paise::new(paise), currency: "INR" }
}

/// The name of the fault.
pub(crate) fn fault<T: std::fmt::Debug>(answer: Result<T, Fault>) -> &'static str {
    match answer.unwrap_err() {
        Fault::Refused { .. } => "refused",
        Fault::Missing => "missing",
        Fault::Denied => "denied",
        Fault::Later { .. } => "later",
        Fault::Away { .. } => "away",
        Fault::Unknown { .. } => "unknown",
    }
}

/// What the gateway said when it refused.
pub(crate) fn refusal<T: std::fmt::Debug>(answer: Result<T, Fault>) -> String {
    match answer.unwrap_err() {
        Fault::Refused { description, .. } => description,
        other => panic!("{other:?}"),
    }
}

/// Waits until it is so, and fails after ten seconds in which it never was.
pub(crate) async fn eventually(mut is_so: impl AsyncFnMut() -> bool) {
    let looking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), looking).await.is_ok(), "it never was so");
}
