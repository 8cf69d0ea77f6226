//! Load: so many connections that each ask again as soon as they were answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use axum::body::Bytes;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::http::Connection;

/// How many connections ask at once, of a service as of the bare counterpart.
pub(crate) const CONNECTIONS: u32 = 16;

/// Longer than any slice.
const SILENCE: Duration = Duration::from_mins(5);

/// Where the load goes, and what it is.
pub(crate) struct Load {
    /// Who is asked.
    port: u16,
    /// The requests by their numbers.
    request: Box<dyn Fn(u64) -> Bytes + Send + Sync>,
    /// What every answer has to be.
    status: u16,
    /// The number of the next request: no two are the same, over all slices.
    next: AtomicU64,
}

/// A few seconds of load.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slice {
    pub(crate) took: Duration,
    /// How long each request took, in microseconds.
    pub(crate) latencies: Vec<u32>,
}

impl Load {
    pub(crate) fn new(port: u16, status: u16, request: impl Fn(u64) -> Bytes + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { port, request: Box::new(request), status, next: AtomicU64::new(0) })
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Asks for as long as said. An answer with another status ends it.
    pub(crate) async fn run(self: &Arc<Self>, time: Duration) -> anyhow::Result<Slice> {
        self.run_on(CONNECTIONS, time).await
    }

    /// Asks over so many connections.
    pub(crate) async fn run_on(self: &Arc<Self>, number: u32, time: Duration) -> anyhow::Result<Slice> {
        let mut connections = Vec::new();
        for _ in 0..number {
            connections.push(Connection::open(self.port).await?);
        }
        let since = Instant::now();
        let tasks = connections.into_iter().map(|connection| Arc::clone(self).ask(connection, since + time));
        Slice::gather(tasks.collect(), since).await
    }

    async fn ask(self: Arc<Self>, mut connection: Connection, until: Instant) -> anyhow::Result<Vec<u32>> {
        let (mut latencies, mut now) = (Vec::new(), Instant::now());
        while now < until {
            let request = (self.request)(self.next.fetch_add(1, Ordering::Relaxed));
            let answer = connection.exchange(&request).await.context("the service hung up")?;
            ensure!(answer.status == self.status, "{}: {}", answer.status, String::from_utf8_lossy(answer.body));
            latencies.push(micros(now.elapsed()));
            now = Instant::now();
        }
        Ok(latencies)
    }
}

impl Slice {
    /// What the tasks come to that began at `since`.
    pub(crate) async fn gather(mut tasks: JoinSet<anyhow::Result<Vec<u32>>>, since: Instant) -> anyhow::Result<Self> {
        let mut latencies = Vec::new();
        while let Some(done) = timeout(SILENCE, tasks.join_next()).await.context("nobody is answered any more")? {
            latencies.append(&mut done??);
        }
        Ok(Self { took: since.elapsed(), latencies })
    }

    /// How many requests were answered.
    pub(crate) fn requests(&self) -> u64 {
        u64::try_from(self.latencies.len()).unwrap_or(u64::MAX)
    }
}

/// A duration in microseconds, as far as they can be counted.
pub(crate) fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}
