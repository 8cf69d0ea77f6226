//! The Razorpay that a test's shop pays with: `pavitra-simulator`, and what a test makes it do.

use std::process::{Child, Stdio};

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::shop::{Surroundings, eventually};

/// A simulator, killed with the test.
pub(super) struct Razorpay {
    port: u16,
    child: Child,
    http: Client,
}

impl Razorpay {
    /// Starts one that tells `webhook` what happens, not yet ready.
    pub(super) fn start_on(port: u16, surroundings: &Surroundings, webhook: &str) -> Self {
        let mut command = surroundings.command("pavitra-simulator");
        command.args(["--port", &port.to_string(), "--webhook-url", webhook, "--retry-first-ms", "200"]);
        Self { port, child: command.stdout(Stdio::null()).spawn().unwrap(), http: Client::new() }
    }

    /// Waits until it takes requests.
    pub(super) async fn becomes_ready(&self) {
        eventually("ready", async || self.http.get(self.url("/")).send().await.is_ok()).await;
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Pulls one of the strings under `/_control`.
    pub(super) async fn control(&self, path: &str, body: Value) -> Value {
        answer(self.http.post(self.url(&format!("/_control/{path}"))).json(&body)).await
    }

    /// What it has told, the oldest first, with what became of each event.
    pub(super) async fn events(&self) -> Vec<Value> {
        let webhook = answer(self.http.get(self.url("/_control/webhook"))).await;
        webhook["events"].as_array().unwrap().clone()
    }

    /// From now on tells somebody else what happens.
    pub(super) async fn tell(&self, webhook: &str) {
        answer(self.http.put(self.url("/_control/webhook")).json(&json!({ "url": webhook }))).await;
    }

    /// Everything that happened to money.
    pub(super) async fn ledger(&self) -> Value {
        answer(self.http.get(self.url("/_control/ledger"))).await
    }

    /// The requests to `/v1` with this method and path so far.
    pub(super) async fn requests(&self, method: &str, path: &str) -> Vec<Value> {
        let all = answer(self.http.get(self.url("/_control/requests"))).await;
        let is_one = |request: &&Value| request["method"] == method && request["path"] == path;
        all.as_array().unwrap().iter().filter(is_one).cloned().collect()
    }

    /// Pays as checkout.js does, by UPI; what it hands to the shop's handler.
    pub(super) async fn check_out(&self, key: &str, order: &str) -> Value {
        answer(self.http.post(self.url("/checkout")).json(&json!({ "key": key, "order_id": order, "method": "upi" })))
            .await
    }
}

impl Drop for Razorpay {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The body of a 200.
async fn answer(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let (status, body) = (response.status(), response.text().await.unwrap());
    assert!(status.is_success(), "{status} {body}");
    serde_json::from_str(&body).unwrap()
}
