//! Tells whether a service can work, and what it misses.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http::header};
use serde::Serialize;
use sqlx::MySqlPool;
use tokio::sync::Mutex;

use crate::config;
use crate::database::{SchemaState, connect_lazily};
use crate::ground::Ground;

/// How long a backing system may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(2);
/// For how long a report is good: a storm of probes asks the database once a second.
const FRESH: Duration = Duration::from_secs(1);

/// The routes that probes ask.
pub(super) fn routes(ground: &Arc<Ground>) -> Router {
    let health = Arc::new(Health::new(ground));
    Router::new()
        .route("/health", get(report))
        .route(&format!("{}/health", ground.config.service.prefix()), get(report))
        .route("/health/ready", get(ready))
        .with_state(health)
        .route("/health/live", get(async || json(StatusCode::OK, &serde_json::json!({ "status": "alive" }))))
}

async fn report(State(health): State<Arc<Health>>) -> Response {
    let report = health.report().await;
    let code = if report.status == Status::Unhealthy { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    json(code, &*report)
}

/// Whether new requests are welcome: not while stopping, not without the database.
async fn ready(State(health): State<Arc<Health>>) -> Response {
    let report = health.report().await;
    let is_ready = report.status != Status::Unhealthy && !health.ground.stopping.is_cancelled();
    let (code, word) =
        if is_ready { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not_ready") };
    json(code, &serde_json::json!({ "status": word }))
}

fn json(code: StatusCode, body: &impl Serialize) -> Response {
    let text = serde_json::to_string(body).unwrap_or_default();
    (code, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// How a service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    /// Everything is there.
    Healthy,
    /// Customers are served; Redis or RabbitMQ is away.
    Degraded,
    /// The database is away.
    Unhealthy,
}

/// The contract's health answer.
#[derive(Debug, Serialize)]
struct Report {
    status: Status,
    service: &'static str,
    version: &'static str,
    uptime_seconds: u64,
    checks: Checks,
}

#[derive(Debug, Serialize)]
struct Checks {
    database: Check,
    redis: Check,
    rabbitmq: Check,
}

#[derive(Debug, Serialize)]
struct Check {
    status: &'static str,
    latency_ms: u64,
}

impl Check {
    fn is_up(&self) -> bool {
        self.status == "up"
    }
}

struct Health {
    ground: Arc<Ground>,
    /// One connection of its own: a service that is busy is not a database that is away.
    database: MySqlPool,
    since: Instant,
    schema_is_ready: AtomicBool,
    last: Mutex<Option<(Instant, Arc<Report>)>>,
}

impl Health {
    fn new(ground: &Arc<Ground>) -> Self {
        let place = config::Database { max_connections: NonZeroU32::MIN, ..ground.config.database.clone() };
        Self {
            ground: Arc::clone(ground),
            database: connect_lazily(&place),
            since: Instant::now(),
            schema_is_ready: AtomicBool::new(false),
            last: Mutex::default(),
        }
    }

    async fn report(&self) -> Arc<Report> {
        let mut last = self.last.lock().await;
        if let Some((at, report)) = &*last
            && at.elapsed() < FRESH
        {
            return Arc::clone(report);
        }
        let report = Arc::new(self.look().await);
        *last = Some((Instant::now(), Arc::clone(&report)));
        report
    }

    async fn look(&self) -> Report {
        let (database, redis, rabbitmq) = tokio::join!(
            check("database", self.database()),
            check("redis", async { Ok(self.ground.cache.ping().await?) }),
            check("rabbitmq", self.ground.broker.ping()),
        );
        let status = match (database.is_up(), redis.is_up() && rabbitmq.is_up()) {
            (true, true) => Status::Healthy,
            (true, false) => Status::Degraded,
            (false, _) => Status::Unhealthy,
        };
        let service = self.ground.config.service.as_str();
        let uptime_seconds = self.since.elapsed().as_secs();
        let checks = Checks { database, redis, rabbitmq };
        Report { status, service, version: env!("CARGO_PKG_VERSION"), uptime_seconds, checks }
    }

    /// The database answers, and its schema is at least this release's.
    async fn database(&self) -> anyhow::Result<()> {
        let mut conn = self.database.acquire().await?;
        if !self.schema_is_ready.load(Ordering::Relaxed) {
            let state = SchemaState::of(&mut conn).await?;
            anyhow::ensure!(state == SchemaState::Ready, "the schema is behind this release: run pavitra migrate");
            self.schema_is_ready.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

async fn check(name: &str, probe: impl Future<Output = anyhow::Result<()>>) -> Check {
    let since = Instant::now();
    let answer = tokio::time::timeout(PATIENCE, probe).await.unwrap_or_else(|elapsed| Err(elapsed.into()));
    if let Err(error) = &answer {
        tracing::warn!(exception = %format!("{error:#}"), "{name} is away");
    }
    let latency_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    Check { status: if answer.is_ok() { "up" } else { "down" }, latency_ms }
}
