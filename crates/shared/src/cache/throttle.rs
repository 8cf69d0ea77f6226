//! The counters of `limits` in Redis: one script and one round trip each, and none while Redis does not answer.

use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use redis::{RedisResult, Script, ScriptInvocation};

use super::Cache;
use crate::clock::Clock;
use crate::limits::{Bucket, Patience, Tally, key, micros};

/// How long anybody waits for Redis here.
const WAIT: Duration = Duration::from_millis(100);
/// For how long nobody asks after it did not answer.
const PAUSE: Duration = Duration::from_secs(1);
static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The time is Redis's own, the same for every replica, unless a test says which: microseconds, exact in a double.
const NOW: &str = "local now = tonumber(ARGV[1])
if not now then local t = redis.call('TIME'); now = t[1] * 1000000 + t[2] end
local function text(number) return string.format('%.0f', number) end
";

/// GCRA, as in `limits/local.rs`: window and step in microseconds, and how many were taken already and not told; answers
/// refusal, remaining and reset.
const TAKE: &str = "local window, step, owed = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local full = math.max(tonumber(redis.call('GET', KEYS[1])) or now, now) + owed * step
local next, wait = full + step, 0
if next - now > math.max(window, step) then
  wait = next - now - window
else
  full = next
end
if full > now and (wait == 0 or owed > 0) then
  redis.call('SET', KEYS[1], text(full), 'PX', text(math.ceil((full - now) / 1000)))
end
return {text(wait), text(math.max(0, math.floor((window - (full - now)) / step))), text(full - now)}";

/// Failures and the instant of the last; free ones, longest wait in microseconds; answers the wait. Remembered for a day.
const STRIKE: &str = "local free, longest = tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'failures', 'at')
local failures, at, wait = tonumber(known[1]) or 0, tonumber(known[2]) or 0, 0
if failures >= free then wait = math.min(2 ^ math.min(failures - free, 40) * 1000000, longest) end
if at + wait > now then return text(at + wait - now) end
redis.call('HSET', KEYS[1], 'failures', failures + 1, 'at', text(now))
redis.call('EXPIRE', KEYS[1], 86400)
return '0'";

/// Counters that all replicas share.
pub(crate) struct Throttle {
    cache: Cache,
    clock: Clock,
    take: Script,
    strike: Script,
    /// Milliseconds since `EPOCH` until which nobody asks.
    pause_until: AtomicU64,
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Throttle")
    }
}

impl Throttle {
    pub(crate) fn new(cache: Cache, clock: Clock) -> Self {
        let script = |code: &str| Script::new(&format!("{NOW}{code}"));
        Self { cache, clock, take: script(TAKE), strike: script(STRIKE), pause_until: AtomicU64::new(0) }
    }

    /// What is left of `bucket` after taking one, and those that were `owed`; nothing when Redis does not answer.
    pub(crate) async fn take(&self, bucket: &Bucket, owed: u32) -> Option<Tally> {
        let mut call = self.take.key(self.name(bucket.scope, &bucket.id));
        call.arg(self.now()).arg(micros(bucket.quota.window)).arg(bucket.quota.step()).arg(owed);
        let (wait, remaining, reset): (u64, u32, u64) = self.ask(&call).await?;
        Some(Tally {
            limit: bucket.quota.amount,
            remaining: remaining.min(bucket.quota.amount),
            reset: Duration::from_micros(reset),
            retry_after: (wait > 0).then(|| Duration::from_micros(wait)),
        })
    }

    /// Whether the attempt was counted, or how long it has to wait; nothing when Redis does not answer.
    pub(crate) async fn strike(&self, patience: &Patience) -> Option<Result<(), Duration>> {
        let mut call = self.strike.key(self.name(patience.scope, &patience.id));
        call.arg(self.now()).arg(patience.free).arg(micros(patience.longest));
        let wait: u64 = self.ask(&call).await?;
        Some(if wait == 0 { Ok(()) } else { Err(Duration::from_micros(wait)) })
    }

    /// Forgets a counter.
    pub(crate) async fn forgive(&self, scope: &str, id: &str) {
        let mut connection = self.cache.connection.clone();
        let name = self.name(scope, id);
        let forgetting = async { redis::cmd("DEL").arg(name).query_async(&mut connection).await };
        // A counter that stays lets its owner wait a little.
        let _: Option<u64> = self.bounded(forgetting).await;
    }

    async fn ask<T: redis::FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Option<T> {
        let mut connection = self.cache.connection.clone();
        self.bounded(call.invoke_async(&mut connection)).await
    }

    async fn bounded<T>(&self, asking: impl Future<Output = RedisResult<T>>) -> Option<T> {
        let now = u64::try_from(EPOCH.elapsed().as_millis()).unwrap_or(u64::MAX);
        if now < self.pause_until.load(Ordering::Relaxed) {
            return None;
        }
        let complaint = match tokio::time::timeout(WAIT, asking).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error.to_string(),
            Err(elapsed) => elapsed.to_string(),
        };
        let pause = u64::try_from(PAUSE.as_millis()).unwrap_or(u64::MAX);
        self.pause_until.store(now.saturating_add(pause), Ordering::Relaxed);
        tracing::warn!(exception = complaint, "Redis does not count; this process counts for itself");
        None
    }

    fn name(&self, scope: &str, id: &str) -> String {
        format!("{}{}", self.cache.namespace, key(scope, id))
    }

    /// Empty: Redis looks at its own clock.
    fn now(&self) -> String {
        match &self.clock {
            Clock::System => String::new(),
            Clock::Fixed(_) => self.clock.now().timestamp_micros().to_string(),
        }
    }
}
