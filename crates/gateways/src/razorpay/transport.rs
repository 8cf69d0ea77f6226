//! Sending: one deadline for all of a call, no redirects, no second `POST`.

use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode, Url, retry};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer;
use super::key::Key;
use crate::Fault;

/// How long a connection may take to be made, out of the deadline.
const CONNECTING: Duration = Duration::from_secs(2);
/// How long a connection is kept that nobody uses: shorter than the other side keeps it.
const IDLE: Duration = Duration::from_secs(15);
/// The longest answer that is read, in bytes; a full list of payments has a tenth of that.
const LONGEST: usize = 4 * 1024 * 1024;

/// The way there.
#[derive(Debug)]
pub(super) struct Transport {
    client: Client,
    base: Url,
    key: Key,
    deadline: Duration,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

impl Transport {
    pub(super) fn new(base_url: &str, key: Key, deadline: Duration) -> anyhow::Result<Self> {
        let base = Url::parse(base_url).context("the gateway's base URL")?;
        anyhow::ensure!(base.has_host(), "the gateway's base URL names no host");
        // A connection that is not made in time is not counted as a request without an answer.
        let client = Client::builder().connect_timeout(CONNECTING.min(deadline / 2)).pool_idle_timeout(IDLE);
        let client = client.redirect(Policy::none()).retry(retry::never()).no_proxy().referer(false);
        Ok(Self { client: client.build()?, base, key, deadline })
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    /// Asks for `/v1/{path}`. Asks again, once, when the connection broke: the other side may have closed it while it
    /// was idle, and asking changes nothing there.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, Fault> {
        let mut url = self.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let began = Instant::now();
        let mut answered = self.send(self.client.get(url.clone()), self.deadline).await;
        if answered.as_ref().is_err_and(answer::is_broken_line) {
            let left = self.deadline.saturating_sub(began.elapsed());
            answered = self.send(self.client.get(url), left).await;
        }
        answer::read(&self.key, &format!("GET /v1/{path}"), answered)
    }

    /// Posts to `/v1/{path}`, once.
    pub(super) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Fault> {
        self.deliver(path, self.client.post(self.url(path)).json(body)).await
    }

    /// Posts a refund, once; `key` keeps it single should its caller post it again.
    pub(super) async fn post_keyed<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Result<T, Fault> {
        let request = self.client.post(self.url(path)).header("x-refund-idempotency", key);
        self.deliver(path, request.json(body)).await
    }

    async fn deliver<T: DeserializeOwned>(&self, path: &str, request: RequestBuilder) -> Result<T, Fault> {
        let answered = self.send(request, self.deadline).await;
        answer::read(&self.key, &format!("POST /v1/{path}"), answered)
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/v1/{path}", self.base.path().trim_end_matches('/')));
        url
    }

    async fn send(&self, request: RequestBuilder, patience: Duration) -> reqwest::Result<Reply> {
        let mut response = self.key.authorize(request).timeout(patience).send().await?;
        let (status, mut body) = (response.status(), Vec::new());
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                break;
            }
        }
        Ok(Reply { status, body })
    }
}
