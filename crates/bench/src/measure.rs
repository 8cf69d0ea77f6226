//! One row measured: a slice of the service, a slice of each bare counterpart, and again, so that noise meets all.

use std::slice::from_ref;
use std::sync::Arc;
use std::time::Duration;

use crate::load::{Load, Slice};
use crate::process::Process;
use crate::replay::Replay;
use crate::row::Row;

/// How often each has its turn.
const ROUNDS: usize = 3;
/// For how long each is warmed up.
const WARMING: Duration = Duration::from_secs(1);

/// What a service is compared with.
pub(crate) enum Counterpart {
    /// An axum route that answers the same bytes.
    Route { load: Arc<Load>, process: Box<Process> },
    /// A loop of the same SQL.
    Loop(Arc<Replay>),
}

/// A service and its counterparts.
pub(crate) struct Contest {
    pub(crate) row: Row,
    pub(crate) ours: Arc<Load>,
    pub(crate) bare: Vec<Counterpart>,
    /// How many statements one request costs.
    pub(crate) statements: usize,
}

/// What a service reached.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) row: Row,
    pub(crate) statements: usize,
    ours: Vec<Slice>,
    pub(crate) beside: Vec<Beside>,
}

/// What a counterpart reached beside it, slice by slice.
#[derive(Debug)]
pub(crate) struct Beside {
    /// What the counterpart does as the service does it.
    pub(crate) what: &'static str,
    ours: Vec<Slice>,
    bare: Vec<Slice>,
}

impl Contest {
    /// Measures slices of `time`. Only who is measured has the processor: all other services, and in the turns of the
    /// counterparts this one too, stand still.
    pub(crate) async fn hold(self, services: &[Process], time: Duration) -> anyhow::Result<Measured> {
        let (own, others): (Vec<_>, Vec<_>) = services.iter().partition(|process| process.port == self.ours.port());
        freeze(&others).await?;
        let warmed = self.ours.run(WARMING).await?;
        let mut ours = Vec::new();
        let mut bare = vec![Vec::new(); self.bare.len()];
        for counterpart in &self.bare {
            counterpart.run(WARMING, warmed.requests()).await?;
        }
        for _ in 0..ROUNDS {
            let slice = self.ours.run(time).await?;
            freeze(&own).await?;
            for (counterpart, slices) in self.bare.iter().zip(&mut bare) {
                slices.push(counterpart.run(time, slice.requests()).await?);
            }
            thaw(&own).await?;
            ours.push(slice);
        }
        thaw(&others).await?;
        let beside = self.bare.iter().zip(bare).map(|(counterpart, bare)| counterpart.beside(&ours, bare)).collect();
        for counterpart in self.bare {
            counterpart.end().await?;
        }
        Ok(Measured { row: self.row, statements: self.statements, ours, beside })
    }
}

impl Counterpart {
    /// A route is asked for as long as the service; a loop does as much as the service did, so that both find equal rows.
    async fn run(&self, time: Duration, requests: u64) -> anyhow::Result<Slice> {
        match self {
            Self::Route { load, .. } => load.run(time).await,
            Self::Loop(replay) => replay.run(requests).await,
        }
    }

    fn beside(&self, ours: &[Slice], bare: Vec<Slice>) -> Beside {
        let what = match self {
            Self::Route { .. } => "the same bytes",
            Self::Loop(_) => "the same SQL",
        };
        Beside { what, ours: ours.to_vec(), bare }
    }

    async fn end(self) -> anyhow::Result<()> {
        match self {
            Self::Route { process, .. } => process.kill().await,
            Self::Loop(_) => Ok(()),
        }
    }
}

async fn freeze(processes: &[&Process]) -> anyhow::Result<()> {
    for process in processes {
        process.freeze().await?;
    }
    Ok(())
}

async fn thaw(processes: &[&Process]) -> anyhow::Result<()> {
    for process in processes {
        process.thaw().await?;
    }
    Ok(())
}

impl Measured {
    /// Requests a second of the service.
    pub(crate) fn rate(&self) -> f64 {
        rate(&self.ours)
    }

    /// Within how many milliseconds so many of a hundred requests of the service were answered.
    pub(crate) fn percentile(&self, of_a_hundred: usize) -> f64 {
        percentile(&self.ours, of_a_hundred)
    }
}

impl Beside {
    /// Requests a second of the counterpart.
    pub(crate) fn rate(&self) -> f64 {
        rate(&self.bare)
    }

    /// How much of the counterpart's rate the service reaches.
    pub(crate) fn ratio(&self) -> f64 {
        rate(&self.ours) / rate(&self.bare)
    }

    /// The lowest and the highest ratio of a round.
    pub(crate) fn spread(&self) -> (f64, f64) {
        let rounds = self.ours.iter().zip(&self.bare);
        let ratios = rounds.map(|(ours, bare)| rate(from_ref(ours)) / rate(from_ref(bare)));
        ratios.fold((f64::INFINITY, 0.0), |(low, high), ratio| (low.min(ratio), high.max(ratio)))
    }
}

/// Within how many milliseconds so many of a hundred requests were answered.
pub(crate) fn percentile(slices: &[Slice], of_a_hundred: usize) -> f64 {
    let mut all: Vec<u32> = slices.iter().flat_map(|slice| slice.latencies.iter().copied()).collect();
    all.sort_unstable();
    let at = all.len().saturating_mul(of_a_hundred) / 100;
    f64::from(all.get(at).or(all.last()).copied().unwrap_or_default()) / 1000.0
}

/// Requests a second.
#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "a rate is shown with three digits")]
pub(crate) fn rate(slices: &[Slice]) -> f64 {
    let requests: u64 = slices.iter().map(Slice::requests).sum();
    requests as f64 / slices.iter().map(|slice| slice.took.as_secs_f64()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(requests: u32, millis: u64) -> Slice {
        Slice { took: Duration::from_millis(millis), latencies: (1..=requests).map(|n| n * 1000).collect() }
    }

    #[test]
    fn slices_add_up() {
        let (ours, bare) = (vec![slice(100, 1000), slice(50, 1000)], vec![slice(200, 1000), slice(200, 500)]);
        let beside = Beside { what: "", ours: ours.clone(), bare };
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(near(beside.rate(), 400.0 / 1.5) && near(beside.ratio(), 75.0 * 1.5 / 400.0));
        assert!(near(beside.spread().0, 0.125) && near(beside.spread().1, 0.5));
        let measured = Measured { row: Row::List, statements: 0, ours, beside: vec![beside] };
        assert!(near(measured.rate(), 75.0));
        assert!(near(measured.percentile(50), 38.0) && near(measured.percentile(99), 99.0));
    }
}
