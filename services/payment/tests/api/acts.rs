//! What else a test does at the counter: what goes wrong at the gateway, its books, and money that is to go back.

use commerce::events::{PaymentCaptured, RefundProcessed, RefundRequested};
use commerce::ids::{OrderId, PaymentId};
use commerce::orders::RefundPurpose;
use kernel::{Event, Paise};
use reqwest::Method;
use serde_json::{Value, json};
use shared::messaging::Message;
use simulator::{Account, Capture, Settings, sign};
use sqlx::MySqlPool;
use testing::{Answer, TestApp, noon};

use crate::counter::{Counter, Webhook, text};

/// What somebody was refused with: the status, the code, and whether they were told when to come back.
pub(crate) fn refusal(answer: &Answer) -> (u16, String, bool) {
    (answer.status.as_u16(), answer.error(), answer.headers.contains_key("retry-after"))
}

/// A fault that the next request of this kind meets.
pub(crate) fn once(fault: &str, method: &str, path: &str) -> Value {
    json!({ "fault": fault, "method": method, "path": path, "requests": 1 })
}

/// The same, and what was asked is done.
pub(crate) fn done_once(fault: &str, method: &str, path: &str) -> Value {
    json!({ "fault": fault, "method": method, "path": path, "requests": 1, "processed": true })
}

/// The next request of this kind waits until somebody is in a hurry.
pub(crate) fn stuck_once(method: &str, path: &str) -> Value {
    json!({ "fault": "latency", "milliseconds": 600_000, "method": method, "path": path, "requests": 1 })
}

impl Counter {
    /// A counter whose gateway takes no money by itself: it is captured by us.
    pub(crate) async fn manual(db: &MySqlPool) -> Self {
        let account = Account { capture: Capture::Manual, ..Account::default() };
        Self::open_with(db, Settings { account, ..Settings::default() }).await
    }

    pub(crate) async fn fault(&self, fault: Value) {
        self.control("faults", fault).await;
    }

    /// Takes every fault back.
    pub(crate) async fn mend(&self) {
        self.control("reset", json!({})).await;
    }

    /// Slow requests go on at once.
    pub(crate) async fn hurry(&self) {
        self.control("hurry", json!({})).await;
    }

    pub(crate) async fn set_account(&self, account: Value) {
        self.call(Method::PUT, "/_control/account", account).await;
    }

    /// A list of the gateway's books: `orders`, `payments`, `captures`, `refunds`.
    pub(crate) async fn books(&self, list: &str) -> Vec<Value> {
        self.ledger().await[list].as_array().unwrap().clone()
    }

    /// How many orders, captures and refunds the gateway knows of.
    pub(crate) async fn made(&self) -> (usize, usize, usize) {
        let ledger = self.ledger().await;
        let count = |list: &str| ledger[list].as_array().unwrap().len();
        (count("orders"), count("captures"), count("refunds"))
    }

    /// Until the gateway's books hold so many of these: what was asked is carried out also when nobody listens.
    pub(crate) async fn has_made(&self, list: &str, count: usize) {
        while self.books(list).await.len() < count {}
    }

    /// `act` is given up once its request has reached the gateway: whoever made it has died.
    pub(crate) async fn killed_at(&self, method: &str, path: &str, act: impl Future) {
        let before = self.count(method, path).await;
        tokio::select! {
            _ = act => panic!("it was not slow"),
            () = self.has_come(method, path, before + 1) => {}
        }
    }

    /// Until so many requests like this have reached the gateway.
    pub(crate) async fn has_come(&self, method: &str, path: &str, count: usize) {
        while self.count(method, path).await < count {}
    }

    /// A request with the shop's own key, as staff make it from the gateway's dashboard.
    pub(crate) async fn by_hand(&self, path: &str, body: &Value) -> Value {
        let request = reqwest::Client::builder().no_proxy().build().unwrap().post(format!("{}{path}", self.url));
        let request = request.basic_auth(&self.settings.key_id, Some(&self.settings.key_secret)).json(body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// An order that is paid: its key, the payment's with us and with the gateway.
    pub(crate) async fn paid(&self, paise: i64) -> (OrderId, u64, String) {
        let (order, payment, gateway_order) = self.begun(paise).await;
        let said = self.check_out(&gateway_order).await;
        assert_eq!(self.verify(payment, &said).await.data()["status"], "captured");
        (order, payment, text(&said["razorpay_payment_id"]))
    }

    /// A webhook that the gateway might have made.
    pub(crate) fn signed(&self, id: &str, body: &Value) -> Webhook {
        let body = body.to_string();
        let signature = sign(&self.settings.webhook_secret, body.as_bytes());
        Webhook { id: id.to_owned(), name: "made up".to_owned(), body, signature }
    }

    /// The order service wants so much to go back.
    pub(crate) fn wants_back(&self, order: OrderId, paise: i64, payment: Option<u64>) -> Message {
        let event = RefundRequested {
            order_id: order,
            order_number: format!("PV-{order}"),
            user_id: self.shop.asha,
            amount: Paise::new(paise),
            reason: "order cancelled".to_owned(),
            payment_id: payment.and_then(PaymentId::new),
            purpose: RefundPurpose::Order,
            revision: 3,
        };
        Message::of(&event, noon(), None).unwrap()
    }

    /// The events of one type that the service has announced.
    pub(crate) async fn events<E: Event>(&self) -> Vec<E> {
        let messages: Vec<Message> =
            self.shop.announced().await.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        messages.iter().filter(|message| message.kind == E::TYPE).map(|message| message.read().unwrap()).collect()
    }

    /// What has gone back, as it was told: each amount, and the order's sum by then.
    pub(crate) async fn told_back(&self) -> Vec<(i64, i64)> {
        let events = self.events::<RefundProcessed>().await;
        events.iter().map(|event| (event.amount.get(), event.refunded.get())).collect()
    }

    /// The payments whose money was announced.
    pub(crate) async fn told_captured(&self) -> Vec<u64> {
        self.events::<PaymentCaptured>().await.iter().map(|event| event.payment_id.get()).collect()
    }

    /// How much of each tender of an order goes or went back, in paise.
    pub(crate) async fn given_back(&self, order: OrderId) -> Vec<i64> {
        let select = sqlx::query_scalar(
            "SELECT CAST(refunded_amount * 100 AS SIGNED) FROM payment_transactions WHERE order_id = ? ORDER BY id",
        );
        select.bind(order).fetch_all(&self.shop.db).await.unwrap()
    }

    /// Lets a task of `app` work until nothing keeps it from its work any more; how often something did.
    pub(crate) async fn insist(&self, app: &TestApp, task: &str) -> usize {
        let mut failures = 0;
        while app.tick(task).await.is_err() {
            failures += 1;
            assert!(failures < 50, "{task} does not come to an end");
        }
        failures
    }
}
