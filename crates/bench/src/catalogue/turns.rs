//! One row measured: the service and a bare route of the same bytes, in turns.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use axum::body::Bytes;

use super::row::Row;
use super::shelf::Shelf;
use crate::http;
use crate::load::{CONNECTIONS, Load, Slice};
use crate::measure::{percentile, rate};
use crate::process::{House, Process, free_port};

/// How often each has its turn.
const ROUNDS: usize = 3;
/// For how long each is warmed up before each of its turns. A service that stood still has to hear first what changed.
const WARMING: Duration = Duration::from_secs(1);

/// What the service reached, and what its bare counterpart did.
#[derive(Debug)]
pub(crate) struct Turns {
    pub(crate) row: Row,
    pub(crate) ours: Vec<Slice>,
    pub(crate) bare: Vec<Slice>,
}

impl Turns {
    /// Measures slices of `time`. Whoever is not measured stands still.
    pub(crate) async fn take(
        row: Row,
        shelf: &Arc<Shelf>,
        (house, service): (&House, &Process),
        time: Duration,
    ) -> anyhow::Result<Self> {
        let (ours, sample) = loads(row, shelf, service.port);
        let (bare, route) = bare_route(house, service.port, sample).await?;
        let connections = connections(row);
        let mut turns = Self { row, ours: Vec::new(), bare: Vec::new() };
        for _ in 0..ROUNDS {
            route.freeze().await?;
            ours.run_on(connections, WARMING).await?;
            turns.ours.push(ours.run_on(connections, time).await?);
            route.thaw().await?;
            service.freeze().await?;
            bare.run_on(connections, WARMING).await?;
            turns.bare.push(bare.run_on(connections, time).await?);
            service.thaw().await?;
        }
        route.kill().await?;
        Ok(turns)
    }

    /// How much of the bare route's rate the service reaches.
    pub(crate) fn ratio(&self) -> f64 {
        rate(&self.ours) / rate(&self.bare)
    }

    /// Within how many milliseconds 99 of 100 were answered.
    pub(crate) fn worst(&self) -> f64 {
        percentile(&self.ours, 99)
    }
}

/// What is kept is asked for by many; of what is not, every core has one client.
fn connections(row: Row) -> u32 {
    let cores = available_parallelism().map_or(1, usize::from);
    if row.is_kept() { CONNECTIONS } else { u32::try_from(cores).unwrap_or(CONNECTIONS) }
}

/// The load, and the paths that the bare route answers.
fn loads(row: Row, shelf: &Arc<Shelf>, port: u16) -> (Arc<Load>, Vec<String>) {
    let sample: Vec<String> = (0..row.sample()).map(|number| row.path(shelf, number)).collect();
    if row.is_kept() {
        return (repeated(port, &sample), sample);
    }
    let shelf = Arc::clone(shelf);
    (Load::new(port, 200, move |number| http::get(&row.path(&shelf, number)).into()), sample)
}

async fn bare_route(house: &House, of: u16, paths: Vec<String>) -> anyhow::Result<(Arc<Load>, Process)> {
    let port = free_port()?;
    let arguments = ["bare", "--port", &port.to_string(), "--of", &of.to_string()].map(str::to_owned);
    let load = repeated(port, &paths);
    let process = house.start_ourselves(&[&arguments[..], &paths].concat(), port).await?;
    Ok((load, process))
}

/// The same paths again and again.
fn repeated(port: u16, paths: &[String]) -> Arc<Load> {
    let requests: Vec<Bytes> = paths.iter().map(|path| http::get(path).into()).collect();
    let variety = u64::try_from(requests.len()).unwrap_or(u64::MAX).max(1);
    Load::new(port, 200, move |number| {
        let at = usize::try_from(number % variety).unwrap_or_default();
        requests.get(at).cloned().unwrap_or_default()
    })
}
