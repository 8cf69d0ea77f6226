//! The four metrics of the owner's document, in the text format of Prometheus.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::UserId;
use prometheus::{Histogram, HistogramOpts, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

/// For how long a principal counts as active after its last request.
const ACTIVE: TimeDelta = TimeDelta::minutes(5);

/// The metrics of one service.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    duration: Histogram,
    active_users: IntGauge,
    database_connections: IntGauge,
    seen: Arc<Mutex<Seen>>,
}

/// When each principal was last seen.
#[derive(Debug, Default)]
struct Seen {
    last: HashMap<UserId, DateTime<Utc>>,
    swept: DateTime<Utc>,
}

impl Seen {
    fn forget_idle(&mut self, now: DateTime<Utc>) {
        self.last.retain(|_, last| now - *last < ACTIVE);
        self.swept = now;
    }
}

impl Metrics {
    /// A fresh set, all zero.
    ///
    /// # Errors
    /// Never in practice: only when two metrics had one name.
    pub fn new() -> prometheus::Result<Self> {
        let requests = Opts::new("http_requests_total", "Total HTTP requests");
        let duration = HistogramOpts::new("http_request_duration_seconds", "HTTP request duration");
        let metrics = Self {
            registry: Registry::new(),
            requests: IntCounterVec::new(requests, &["method", "endpoint", "status"])?,
            duration: Histogram::with_opts(duration)?,
            active_users: IntGauge::new("active_users", "Currently active users")?,
            database_connections: IntGauge::new("database_connections", "Active database connections")?,
            seen: Arc::default(),
        };
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.duration.clone()))?;
        metrics.registry.register(Box::new(metrics.active_users.clone()))?;
        metrics.registry.register(Box::new(metrics.database_connections.clone()))?;
        Ok(metrics)
    }

    /// Counts an answered request under its route's pattern, never under its raw path.
    pub fn count(&self, method: &Method, endpoint: &str, status: u16, took: Duration) {
        self.requests.with_label_values(&[known(method), endpoint, &status.to_string()]).inc();
        self.duration.observe(took.as_secs_f64());
    }

    /// Remembers that `user` made a request at `now`.
    pub fn saw(&self, user: UserId, now: DateTime<Utc>) {
        let mut seen = self.seen();
        if now - seen.swept >= ACTIVE {
            seen.forget_idle(now);
        }
        seen.last.insert(user, now);
    }

    /// The text that Prometheus scrapes, with `connections` held by the pool at `now`.
    pub fn render(&self, connections: u32, now: DateTime<Utc>) -> prometheus::Result<String> {
        self.database_connections.set(connections.into());
        self.active_users.set(self.count_active(now));
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }

    fn count_active(&self, now: DateTime<Utc>) -> i64 {
        let mut seen = self.seen();
        seen.forget_idle(now);
        i64::try_from(seen.last.len()).unwrap_or(i64::MAX)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A method that a client made up must not make a new time series.
fn known(method: &Method) -> &str {
    let standard =
        [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS];
    if standard.contains(method) { method.as_str() } else { "OTHER" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_is_active_once_for_five_minutes() {
        let metrics = Metrics::new().unwrap();
        let start: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
        let (asha, ravi) = (UserId::new(1).unwrap(), UserId::new(2).unwrap());
        metrics.saw(asha, start);
        metrics.saw(asha, start);
        metrics.saw(ravi, start + TimeDelta::minutes(4));
        let active = |minutes| metrics.count_active(start + TimeDelta::minutes(minutes));
        assert_eq!((active(4), active(5), active(9)), (2, 1, 0));
    }

    #[test]
    fn the_page_has_the_document_s_names_and_labels() {
        let metrics = Metrics::new().unwrap();
        metrics.count(&Method::GET, "/api/v1/products/{id}", 200, Duration::from_millis(3));
        metrics.count(&Method::from_bytes(b"BREW").unwrap(), "unmatched", 405, Duration::ZERO);
        let page = metrics.render(3, DateTime::default()).unwrap();
        for line in [
            r#"http_requests_total{endpoint="/api/v1/products/{id}",method="GET",status="200"} 1"#,
            r#"http_requests_total{endpoint="unmatched",method="OTHER",status="405"} 1"#,
            "http_request_duration_seconds_count 2",
            "active_users 0",
            "database_connections 3",
        ] {
            assert!(page.lines().any(|l| l == line), "{line} in {page}");
        }
    }
}
