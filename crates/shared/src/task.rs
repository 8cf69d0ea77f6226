//! What a service does by itself: ticks that repeat until the service stops.

use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// No tick takes longer unless its task says so: the system behind it is gone without a word.
const LONGEST: Duration = Duration::from_mins(1);
/// How long a failing task waits at most before it tries again.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a tick found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is left to do now.
    Idle,
    /// There may be more: tick again at once.
    More,
}

type Tick = dyn Fn() -> Pin<Box<dyn Future<Output = anyhow::Result<Progress>> + Send>> + Send + Sync;

/// Work that a service does every now and then. A tick ends by itself and can be repeated.
pub struct Task {
    /// What logs call it.
    pub name: &'static str,
    period: Duration,
    longest: Duration,
    is_last_needed: bool,
    tick: Box<Tick>,
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Task({}, every {:?})", self.name, self.period)
    }
}

impl Task {
    /// A task that ticks at least every `period`.
    pub fn every<F, R>(name: &'static str, period: Duration, tick: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = anyhow::Result<Progress>> + Send + 'static,
    {
        Self { name, period, longest: LONGEST, is_last_needed: false, tick: Box::new(move || Box::pin(tick())) }
    }

    /// The same task, whose tick may take so long.
    #[must_use]
    pub fn within(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// The same task, which ticks once more when the service stops, after its last answer.
    #[must_use]
    pub fn finally(mut self) -> Self {
        self.is_last_needed = true;
        self
    }

    /// Does what there is to do now, once.
    ///
    /// # Errors
    /// Whatever kept it from being done.
    pub async fn tick(&self) -> anyhow::Result<Progress> {
        (self.tick)().await
    }

    /// A tick that neither hangs for ever nor takes the task down with it.
    async fn guarded_tick(&self) -> anyhow::Result<Progress> {
        match tokio::time::timeout(self.longest, AssertUnwindSafe(self.tick()).catch_unwind()).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(anyhow::anyhow!("the tick panicked")),
            Err(elapsed) => Err(elapsed.into()),
        }
    }

    /// Ticks until `stopping`; a tick that has begun is finished. `bell` wakes it early.
    pub(crate) async fn run(self, bell: &Notify, stopping: CancellationToken) {
        let mut failures = 0;
        while !stopping.is_cancelled() {
            let rest = match self.guarded_tick().await {
                Ok(Progress::More) => continue,
                Ok(Progress::Idle) => {
                    failures = 0;
                    self.period
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(task = self.name, failures, exception = %format!("{error:#}"), "a task has to wait");
                    backed_off(self.period, failures)
                }
            };
            tokio::select! {
                () = bell.notified(), if failures == 0 => {}
                () = tokio::time::sleep(rest) => {}
                () = stopping.cancelled() => {}
            }
        }
        if self.is_last_needed
            && let Err(error) = self.guarded_tick().await
        {
            tracing::warn!(task = self.name, exception = %format!("{error:#}"), "the last of a task was not done");
        }
    }
}

fn backed_off(period: Duration, failures: u32) -> Duration {
    period.saturating_mul(2_u32.saturating_pow(failures.min(16))).min(PATIENCE)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_task_ticks_until_nothing_is_left_survives_its_failures_and_ends_when_told() {
        let (ticks, stopping) = (Arc::new(AtomicU32::new(0)), CancellationToken::new());
        let (counted, stop) = (Arc::clone(&ticks), stopping.clone());
        let task = Task::every("test", Duration::from_millis(1), move || {
            let tick = counted.fetch_add(1, Ordering::SeqCst);
            let stop = stop.clone();
            async move {
                match tick {
                    0 => Ok(Progress::More),
                    1 => Err(anyhow::anyhow!("away")),
                    2 => Ok(Progress::Idle),
                    3 => panic!("a bug"),
                    _ => {
                        stop.cancel();
                        Ok(Progress::More)
                    }
                }
            }
        });
        task.run(&Notify::new(), stopping).await;
        assert_eq!(ticks.load(Ordering::SeqCst), 5);
    }

    #[tokio::test]
    async fn a_task_ticks_once_more_at_the_end_if_it_has_to() {
        let ticks = Arc::new(AtomicU32::new(0));
        let task = |counted: Arc<AtomicU32>| {
            Task::every("test", Duration::from_hours(1), move || {
                counted.fetch_add(1, Ordering::SeqCst);
                async { Ok(Progress::Idle) }
            })
        };
        let stopped = CancellationToken::new();
        stopped.cancel();
        task(Arc::clone(&ticks)).run(&Notify::new(), stopped.clone()).await;
        assert_eq!(ticks.load(Ordering::SeqCst), 0);
        task(Arc::clone(&ticks)).finally().run(&Notify::new(), stopped).await;
        assert_eq!(ticks.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_failing_task_waits_longer_each_time_and_not_for_ever() {
        let period = Duration::from_millis(500);
        assert_eq!(
            [1, 2, 5, 60].map(|failures| backed_off(period, failures).as_millis()),
            [1000, 2000, 10_000, 10_000]
        );
    }
}
