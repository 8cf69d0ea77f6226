//! Where the shop hears of webhooks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use simulator::sign;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Takes webhooks in.
pub(crate) struct Receiver {
    pub(crate) url: String,
    heard: UnboundedReceiver<Heard>,
    next: Arc<Mutex<Vec<u16>>>,
}

/// A webhook that came in.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) event_id: String,
    pub(crate) signature: String,
    pub(crate) body: Bytes,
}

impl Heard {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn event(&self) -> String {
        self.json()["event"].as_str().unwrap().to_owned()
    }

    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        self.signature == sign(secret, &self.body)
    }
}

type Ears = (UnboundedSender<Heard>, Arc<Mutex<Vec<u16>>>);

impl Receiver {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhook", listener.local_addr().unwrap());
        let (ears, heard) = unbounded_channel();
        let next = Arc::<Mutex<Vec<u16>>>::default();
        let app = Router::new().route("/webhook", post(hear)).with_state((ears, Arc::clone(&next)));
        #[expect(clippy::disallowed_methods, reason = "a test's runtime ends with the test")]
        drop(tokio::spawn(async move { axum::serve(listener, app).await.unwrap() }));
        Self { url, heard, next }
    }

    /// Answers the next ones like that, one after the other, and then with 200 again.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.next.lock().unwrap().extend(statuses);
    }

    /// The next one.
    pub(crate) async fn hear(&mut self) -> Heard {
        tokio::time::timeout(Duration::from_secs(10), self.heard.recv()).await.unwrap().unwrap()
    }

    /// The names of the next ones.
    pub(crate) async fn hear_events(&mut self, count: usize) -> Vec<String> {
        let mut names = Vec::new();
        for _ in 0..count {
            names.push(self.hear().await.event());
        }
        names
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.heard.is_empty()
    }
}

async fn hear(State((ears, next)): State<Ears>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name| headers.get(name).unwrap().to_str().unwrap().to_owned();
    let heard = Heard { event_id: header("x-razorpay-event-id"), signature: header("x-razorpay-signature"), body };
    // A test that heard enough has gone.
    drop(ears.send(heard));
    let mut next = next.lock().unwrap();
    let status = if next.is_empty() { 200 } else { next.remove(0) };
    StatusCode::from_u16(status).unwrap()
}
