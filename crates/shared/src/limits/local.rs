//! Counting in this process alone, for as long as Redis is away. Takes no more room than for so many callers.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Bucket, Patience, Tally, key, micros};
use crate::clock::Clock;

/// Whoever comes when so many are being counted is counted together with everybody else who does.
const ROOM: usize = 50_000;
/// For so long without a failure failures are remembered.
const MEMORY: u64 = 24 * 60 * 60 * 1_000_000;
static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Counters that live as long as the process.
#[derive(Debug)]
pub(super) struct Local {
    clock: Clock,
    counters: Mutex<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    /// When each bucket is full again.
    buckets: HashMap<String, u64>,
    /// Failures, and when the last one was.
    failures: HashMap<String, (u32, u64)>,
}

impl Local {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, counters: Mutex::default() }
    }

    pub(super) fn take(&self, bucket: &Bucket) -> Tally {
        let now = self.now();
        let mut counters = self.counters();
        let key = place(&mut counters.buckets, bucket.scope, &bucket.id, |full| *full > now);
        let (tally, full) = taken(counters.buckets.get(&key).copied(), bucket, now);
        counters.buckets.insert(key, full);
        tally
    }

    pub(super) fn strike(&self, patience: &Patience) -> Result<(), Duration> {
        let now = self.now();
        let mut counters = self.counters();
        let key = place(&mut counters.failures, patience.scope, &patience.id, |(_, at)| now < at + MEMORY);
        let (count, at) = counters.failures.get(&key).copied().unwrap_or_default();
        let ready = at.saturating_add(wait(count, patience));
        if ready > now {
            return Err(Duration::from_micros(ready - now));
        }
        counters.failures.insert(key, (count.saturating_add(1), now));
        Ok(())
    }

    pub(super) fn forgive(&self, scope: &str, id: &str) {
        let mut counters = self.counters();
        counters.buckets.remove(&key(scope, id));
        counters.failures.remove(&key(scope, id));
    }

    fn counters(&self) -> MutexGuard<'_, Counters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Microseconds that no correction of the machine's clock turns back; from a day, so that nothing is younger than that.
    pub(super) fn now(&self) -> u64 {
        match &self.clock {
            Clock::System => micros(EPOCH.elapsed()) + MEMORY,
            Clock::Fixed(_) => u64::try_from(self.clock.now().timestamp_micros()).unwrap_or_default(),
        }
    }
}

/// Where the counter of `id` is: with everybody else's when there is no room for one more.
fn place<V>(counters: &mut HashMap<String, V>, scope: &str, id: &str, is_live: impl Fn(&V) -> bool) -> String {
    let own = key(scope, id);
    if counters.len() >= ROOM && !counters.contains_key(&own) {
        counters.retain(|_, counter| is_live(counter));
    }
    if counters.len() >= ROOM && !counters.contains_key(&own) { key(scope, "everybody else") } else { own }
}

/// The generic cell rate algorithm (GCRA): a bucket is known by the instant at which it will be full again. The script in
/// `cache/throttle.rs` does the same.
pub(super) fn taken(full: Option<u64>, bucket: &Bucket, now: u64) -> (Tally, u64) {
    let (window, step) = (micros(bucket.quota.window), bucket.quota.step());
    let full = full.unwrap_or(now).max(now);
    let next = full.saturating_add(step);
    let is_empty = next - now > window.max(step);
    let kept = if is_empty { full } else { next };
    let tally = Tally {
        limit: bucket.quota.amount,
        remaining: u32::try_from(window.saturating_sub(kept - now) / step).unwrap_or(u32::MAX).min(bucket.quota.amount),
        reset: Duration::from_micros(kept - now),
        retry_after: is_empty.then(|| Duration::from_micros(next - now - window)),
    };
    (tally, kept)
}

/// How long after the last of so many failures the next attempt may come, in microseconds.
fn wait(failures: u32, patience: &Patience) -> u64 {
    let Some(beyond) = failures.checked_sub(patience.free) else { return 0 };
    (1_000_000_u64 << beyond.min(40)).min(micros(patience.longest))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use chrono::DateTime;

    use super::*;
    use crate::limits::Quota;

    fn local() -> Local {
        Local::new(Clock::fixed(DateTime::from_timestamp(1_800_000_000, 0).unwrap()))
    }

    fn passes(local: &Local, millis: i64) {
        let Clock::Fixed(now) = &local.clock else { unreachable!("a test's clock") };
        now.fetch_add(millis, Ordering::SeqCst);
    }

    fn bucket(amount: u32, id: &str) -> Bucket {
        Bucket { scope: "test", id: id.to_owned(), quota: Quota::per_seconds(amount, 60) }
    }

    #[test]
    fn so_many_at_once_and_then_evenly() {
        let (local, bucket) = (local(), bucket(3, "a"));
        assert_eq!([0; 3].map(|_| local.take(&bucket).remaining), [2, 1, 0]);
        let refused = local.take(&bucket);
        assert_eq!((refused.retry_after, refused.reset), (Some(Duration::from_secs(20)), Duration::from_mins(1)));
        passes(&local, 19_999);
        assert!(local.take(&bucket).retry_after.is_some());
        passes(&local, 1);
        assert_eq!(local.take(&bucket).retry_after, None);
        assert!(local.take(&bucket).retry_after.is_some(), "one came back, not all");
        passes(&local, 60_000);
        assert_eq!([0; 4].map(|_| local.take(&bucket).retry_after.is_none()), [true, true, true, false]);
    }

    #[test]
    fn failures_make_wait_longer_and_longer_and_are_forgiven() {
        let (local, id) = (local(), "a".to_owned());
        let patience = Patience { scope: "test", id, free: 2, longest: Duration::from_secs(5) };
        assert_eq!([0; 2].map(|_| local.strike(&patience)), [Ok(()); 2]);
        for wait in [1, 2, 4, 5, 5] {
            assert_eq!(local.strike(&patience), Err(Duration::from_secs(wait)));
            passes(&local, i64::try_from(wait * 1_000).unwrap());
            assert_eq!(local.strike(&patience), Ok(()));
        }
        local.forgive("test", "a");
        assert_eq!(local.strike(&patience), Ok(()));
    }

    #[test]
    fn a_crowd_takes_no_more_room_than_there_is_and_is_not_let_through_for_it() {
        let local = local();
        for number in 0..ROOM {
            local.take(&bucket(3, &number.to_string()));
        }
        assert_eq!([0; 4].map(|_| local.take(&bucket(3, "late")).retry_after.is_none()), [true, true, true, false]);
        assert!(local.take(&bucket(3, "later")).retry_after.is_some(), "counted with the one before");
        assert!(local.take(&bucket(3, "7")).retry_after.is_none(), "who was there has a counter of their own");
        assert_eq!(local.counters().buckets.len(), ROOM + 1);
        passes(&local, 60_000);
        assert!(local.take(&bucket(3, "much later")).retry_after.is_none());
        assert_eq!(local.counters().buckets.len(), 1);
    }
}
