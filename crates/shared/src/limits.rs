//! How much of something one caller gets in a while: counted in Redis for all replicas together, or here when Redis is away.

mod ahead;
mod local;
mod rules;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::cache::{Cache, Throttle};
use crate::clock::Clock;
use crate::settings::Values;

use self::ahead::Ahead;
use self::local::Local;
pub use self::rules::Rules;

/// So many in so long. All of them may come at once; then they come back one by one, evenly over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many.
    pub amount: u32,
    /// In how long.
    pub window: Duration,
}

impl Quota {
    /// `amount` in so many seconds.
    pub const fn per_seconds(amount: u32, seconds: u64) -> Self {
        Self { amount, window: Duration::from_secs(seconds) }
    }

    /// Microseconds until one comes back; from 1.
    pub(crate) fn step(self) -> u64 {
        (micros(self.window) / u64::from(self.amount.max(1))).max(1)
    }
}

/// What is counted: `rate_limit:<scope>:<id>`. An id never holds what somebody typed; hash that under a key first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Of what kind: `user`, `login_address`.
    pub scope: &'static str,
    /// Whose.
    pub id: String,
    /// How much they get.
    pub quota: Quota,
}

/// Failures that make whoever fails wait: the first `free` cost nothing, then each doubles the wait, from a second to
/// `longest`. A day without a failure forgets them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Of what kind: `login_failures`.
    pub scope: &'static str,
    /// Whose.
    pub id: String,
    /// How many failures cost nothing.
    pub free: u32,
    /// The longest wait.
    pub longest: Duration,
}

/// What is left after taking one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many there are in a window.
    pub limit: u32,
    /// How many more may come at once.
    pub remaining: u32,
    /// When all of them are back.
    pub reset: Duration,
    /// Nothing was left; when one is back.
    pub retry_after: Option<Duration>,
}

/// Counts. Redis is asked for at most a tenth of a second; while it is away this process counts for itself.
#[derive(Debug)]
pub struct Limiter {
    throttle: Throttle,
    ahead: Ahead,
    local: Local,
    rules: RwLock<Arc<Rules>>,
    changes: AtomicU64,
    learned: AtomicU64,
}

impl Limiter {
    /// A limiter over `cache` with the usual rules, until [`Limiter::learn`] brings the shop's own.
    pub fn new(cache: Cache, clock: Clock) -> Self {
        Self {
            throttle: Throttle::new(cache, clock.clone()),
            ahead: Ahead::default(),
            local: Local::new(clock),
            rules: RwLock::default(),
            changes: AtomicU64::new(1),
            learned: AtomicU64::new(0),
        }
    }

    /// How much everybody gets, as the settings have it.
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The settings changed.
    pub(crate) fn set_outdated(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// Which change of the settings has to be learned, if one has.
    pub(crate) fn outdated(&self) -> Option<u64> {
        let changes = self.changes.load(Ordering::Acquire);
        (changes != self.learned.load(Ordering::Acquire)).then_some(changes)
    }

    /// From now on `values` hold, which were read after so many `changes`.
    pub(crate) fn learn(&self, values: &Values, changes: u64) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Rules::of(values));
        self.learned.store(changes, Ordering::Release);
    }

    /// Takes one out of `bucket`, unless it is empty. While much is left Redis learns of it a little later.
    pub async fn take(&self, bucket: &Bucket) -> Tally {
        let now = self.local.now();
        let debt = match self.ahead.take(bucket, now) {
            Ok(tally) => return tally,
            Err(debt) => debt,
        };
        let Some(tally) = self.throttle.take(bucket, debt.owed()).await else { return self.local.take(bucket) };
        debt.paid(tally, self.local.now());
        tally
    }

    /// Counts an attempt as failed before its end is known, so that a hundred at once are not one.
    ///
    /// # Errors
    /// How long to wait: it comes too early after the last one, and is not counted.
    pub async fn strike(&self, patience: &Patience) -> Result<(), Duration> {
        match self.throttle.strike(patience).await {
            Some(answer) => answer,
            None => self.local.strike(patience),
        }
    }

    /// The attempt succeeded: what was counted of `scope` for `id` never was.
    pub async fn forgive(&self, scope: &'static str, id: &str) {
        self.ahead.forget(scope, id);
        self.local.forgive(scope, id);
        self.throttle.forgive(scope, id).await;
    }
}

/// The name of a counter, in Redis and here.
pub(crate) fn key(scope: &str, id: &str) -> String {
    format!("rate_limit:{scope}:{id}")
}

/// Whole microseconds.
pub(crate) fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
