//! A browser as far as a purchase needs one: it asks again while the shop is away for a moment.

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answers::{Enveloped, Refused};

/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_millis(200);
/// Longer than the gateway waits for a service.
const ONE_ANSWER: Duration = Duration::from_secs(30);

/// What a browser sends and keeps.
pub(super) struct Shopper {
    http: Client,
    url: String,
    patience: Duration,
    session: Option<String>,
    token: Option<String>,
    /// The last deed, or the last look if nothing was done.
    shown: Option<Exchange>,
    repeats: u32,
}

/// A request and how it was answered, as the timeline shows it.
pub(super) struct Exchange {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) status: StatusCode,
}

/// A request that may be sent several times.
struct Request {
    method: Method,
    path: String,
    body: Option<Value>,
    key: Option<String>,
}

/// What the shop said.
pub(super) struct Answer {
    /// `POST /api/v1/orders`.
    question: String,
    pub(super) status: StatusCode,
    headers: HeaderMap,
    pub(super) body: String,
    /// Whether an earlier try may have had its effect.
    pub(super) is_repeated: bool,
}

impl Shopper {
    pub(super) fn new(url: &str, patience: Duration) -> anyhow::Result<Self> {
        let http = Client::builder().timeout(ONE_ANSWER).build()?;
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { http, url, patience, session: None, token: None, shown: None, repeats: 0 })
    }

    pub(super) async fn get(&mut self, path: impl Into<String>) -> anyhow::Result<Answer> {
        self.send(Request { method: Method::GET, path: path.into(), body: None, key: None }).await
    }

    pub(super) async fn post(&mut self, path: impl Into<String>, body: Value) -> anyhow::Result<Answer> {
        self.send(Request { method: Method::POST, path: path.into(), body: Some(body), key: None }).await
    }

    /// A POST that has its effect once, however often it is sent.
    pub(super) async fn post_once(&mut self, path: &str, key: &str, body: Value) -> anyhow::Result<Answer> {
        let (path, key) = (path.to_owned(), Some(key.to_owned()));
        self.send(Request { method: Method::POST, path, body: Some(body), key }).await
    }

    pub(super) async fn put(&mut self, path: impl Into<String>, body: Value) -> anyhow::Result<Answer> {
        self.send(Request { method: Method::PUT, path: path.into(), body: Some(body), key: None }).await
    }

    /// From now on requests bear this token instead of the guest's session.
    pub(super) fn sign_in(&mut self, token: String) {
        (self.session, self.token) = (None, Some(token));
    }

    /// Whether the server has named this guest.
    pub(super) fn has_session(&self) -> bool {
        self.session.is_some()
    }

    /// What there is to tell since this was asked before: an exchange, and how many requests had to be repeated.
    pub(super) fn take_exchange(&mut self) -> (Option<Exchange>, u32) {
        (self.shown.take(), std::mem::take(&mut self.repeats))
    }

    /// Looks again until it sees what it looks for; when patience is over, what stood in the way last is the answer.
    pub(super) async fn eventually<T>(
        &mut self,
        mut look: impl AsyncFnMut(&mut Self) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let begun = Instant::now();
        loop {
            match look(self).await {
                Err(_) if begun.elapsed() < self.patience => tokio::time::sleep(PAUSE).await,
                seen => return seen,
            }
        }
    }

    /// Sends a request until there is an answer to it, and not only word of somebody being away.
    async fn send(&mut self, request: Request) -> anyhow::Result<Answer> {
        let (begun, mut tries) = (Instant::now(), 1_u32);
        loop {
            let trouble = match self.try_once(&request).await {
                Ok(answer) if !answer.asks_to_come_again() => return Ok(self.keep(request, answer, tries)),
                Ok(answer) => answer.told(),
                Err(error) if error.is_builder() => return Err(error.into()),
                Err(error) => format!("{:#}", anyhow::Error::new(error)),
            };
            let Request { method, path, .. } = &request;
            ensure!(
                begun.elapsed() < self.patience,
                "{method} {path}: expected an answer, got none in {tries} tries, the last time: {trouble}"
            );
            tokio::time::sleep(PAUSE).await;
            tries += 1;
        }
    }

    fn keep(&mut self, request: Request, mut answer: Answer, tries: u32) -> Answer {
        answer.is_repeated = tries > 1;
        self.repeats += tries - 1;
        if let Some(session) = answer.header("x-session-id").filter(|_| self.token.is_none()) {
            self.session = Some(session.to_owned());
        }
        let exchange = Exchange { method: request.method, path: request.path, status: answer.status };
        if exchange.is_deed() || !self.shown.as_ref().is_some_and(Exchange::is_deed) {
            self.shown = Some(exchange);
        }
        answer
    }

    async fn try_once(&self, request: &Request) -> reqwest::Result<Answer> {
        let answer = self.dress(request).send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let question = format!("{} {}", request.method, request.path);
        Ok(Answer { question, status, headers, body: answer.text().await?, is_repeated: false })
    }

    fn dress(&self, request: &Request) -> RequestBuilder {
        let mut http = self.http.request(request.method.clone(), format!("{}{}", self.url, request.path));
        if let Some(body) = &request.body {
            http = http.json(body);
        }
        if let Some(key) = &request.key {
            http = http.header("Idempotency-Key", key);
        }
        if let Some(session) = &self.session {
            http = http.header("X-Session-ID", session);
        }
        if let Some(token) = &self.token {
            http = http.bearer_auth(token);
        }
        http
    }
}

impl Exchange {
    /// Whether it was meant to change something.
    fn is_deed(&self) -> bool {
        self.method != Method::GET
    }
}

impl Answer {
    /// This answer, if it has the status that is due.
    pub(super) fn expect(self, status: StatusCode) -> anyhow::Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        bail!("{}: expected {}, got {}", self.question, status.as_u16(), self.told())
    }

    /// The whole body.
    pub(super) fn read<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        let read = serde_json::from_str(&self.body);
        read.with_context(|| format!("{}: expected the contract's fields, got {}", self.question, self.excerpt()))
    }

    /// What is inside the envelope.
    pub(super) fn data<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        Ok(self.read::<Enveloped<T>>()?.data)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The gateway finds nobody, or somebody works on the first try.
    fn asks_to_come_again(&self) -> bool {
        match self.status {
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => true,
            StatusCode::CONFLICT => self.headers.contains_key(RETRY_AFTER),
            _ => false,
        }
    }

    /// `422 INSUFFICIENT_STOCK: there are only 3`.
    fn told(&self) -> String {
        let status = self.status.as_u16();
        match serde_json::from_str::<Refused>(&self.body) {
            Ok(Refused { error }) => format!("{status} {}: {}", error.code, error.message),
            Err(_) => format!("{status} {}", self.excerpt()),
        }
    }

    fn excerpt(&self) -> String {
        self.body.chars().filter(|c| !c.is_control()).take(200).collect()
    }
}
