//! Counting ahead of Redis: whoever has much left is not asked about with every request.
//!
//! **Invariant**: a caller gets ahead of the counter that all replicas share by at most a thirty-second of what was left when
//! Redis was last asked, and for a second at most. What was taken meanwhile is paid with the next question.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::local::taken;
use super::{Bucket, Tally, key, micros};

/// Which part of what is left may be taken before Redis is asked again.
const PART: u32 = 32;
/// For so many microseconds an answer of Redis is believed.
const BELIEVED: u64 = 1_000_000;
/// Whoever comes when so many are known is asked about each time.
const ROOM: usize = 50_000;

/// What Redis said about some callers, and what they took since.
#[derive(Debug, Default)]
pub(super) struct Ahead(Mutex<HashMap<String, Lead>>);

/// One caller.
#[derive(Debug)]
struct Lead {
    limit: u32,
    /// When the bucket is full again, with all that was taken since.
    full: u64,
    asked: u64,
    /// How many more may be taken.
    left: u32,
    /// How many were taken and not paid.
    owed: u32,
}

impl Lead {
    fn is_believed(&self, bucket: &Bucket, now: u64) -> bool {
        self.limit == bucket.quota.amount && self.left > 0 && now < self.asked.saturating_add(BELIEVED)
    }

    /// A debt that would have come back by now is none.
    fn is_worth_keeping(&self, step: u64, now: u64) -> bool {
        now < self.asked.saturating_add(BELIEVED.max(u64::from(self.owed).saturating_mul(step)))
    }
}

/// What was taken before and has to be paid together with the next. Who goes away without having paid still owes it.
#[derive(Debug)]
pub(super) struct Debt<'a> {
    ahead: &'a Ahead,
    bucket: &'a Bucket,
    owed: u32,
}

impl Debt<'_> {
    /// How many.
    pub(super) fn owed(&self) -> u32 {
        self.owed
    }

    /// Redis knows of it, and said this at `now`.
    pub(super) fn paid(mut self, tally: Tally, now: u64) {
        self.owed = 0;
        self.ahead.learn(self.bucket, tally, now);
    }
}

impl Drop for Debt<'_> {
    fn drop(&mut self) {
        if self.owed > 0
            && let Some(lead) = self.ahead.leads().get_mut(&key(self.bucket.scope, &self.bucket.id))
        {
            lead.owed = lead.owed.saturating_add(self.owed);
        }
    }
}

impl Ahead {
    /// Takes one without asking; or what has to be paid together with this one.
    pub(super) fn take<'a>(&'a self, bucket: &'a Bucket, now: u64) -> Result<Tally, Debt<'a>> {
        let mut leads = self.leads();
        let mut debt = Debt { ahead: self, bucket, owed: 0 };
        let Some(lead) = leads.get_mut(&key(bucket.scope, &bucket.id)) else { return Err(debt) };
        if !lead.is_believed(bucket, now) {
            let is_real = lead.is_worth_keeping(bucket.quota.step(), now);
            let owed = std::mem::take(&mut lead.owed);
            lead.left = 0;
            debt.owed = if is_real { owed } else { 0 };
            return Err(debt);
        }
        let (tally, full) = taken(Some(lead.full), bucket, now);
        if tally.retry_after.is_none() {
            (lead.full, lead.left, lead.owed) = (full, lead.left - 1, lead.owed.saturating_add(1));
        }
        Ok(tally)
    }

    fn learn(&self, bucket: &Bucket, tally: Tally, now: u64) {
        let (name, left, step) = (key(bucket.scope, &bucket.id), tally.remaining / PART, bucket.quota.step());
        let mut leads = self.leads();
        // Whoever asked at the same time may have begun to take ahead already.
        let owed = leads.get(&name).map_or(0, |lead| lead.owed);
        if left == 0 && owed == 0 {
            leads.remove(&name);
            return;
        }
        if leads.len() >= ROOM && !leads.contains_key(&name) {
            leads.retain(|_, lead| lead.is_worth_keeping(step, now));
            if leads.len() >= ROOM {
                return;
            }
        }
        let full = now.saturating_add(micros(tally.reset));
        let lead = Lead { limit: bucket.quota.amount, full, asked: now, left: left.saturating_sub(owed), owed };
        leads.insert(name, lead);
    }

    /// Nothing is known of this caller any more.
    pub(super) fn forget(&self, scope: &str, id: &str) {
        self.leads().remove(&key(scope, id));
    }

    fn leads(&self) -> MutexGuard<'_, HashMap<String, Lead>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::limits::Quota;

    fn bucket(amount: u32) -> Bucket {
        Bucket { scope: "test", id: "a".to_owned(), quota: Quota::per_seconds(amount, 60) }
    }

    fn said(bucket: &Bucket, remaining: u32) -> Tally {
        let gone = u64::from(bucket.quota.amount - remaining) * bucket.quota.step();
        Tally { limit: bucket.quota.amount, remaining, reset: Duration::from_micros(gone), retry_after: None }
    }

    /// What is left; or what has to be paid, which is done.
    fn take(ahead: &Ahead, bucket: &Bucket, now: u64) -> Result<u32, u32> {
        ahead.take(bucket, now).map(|tally| tally.remaining).map_err(|mut debt| std::mem::take(&mut debt.owed))
    }

    #[test]
    fn a_part_of_what_is_left_is_taken_ahead_and_then_paid() {
        let (ahead, bucket) = (Ahead::default(), bucket(3_200));
        assert_eq!(take(&ahead, &bucket, 0), Err(0), "nobody has asked yet");
        ahead.learn(&bucket, said(&bucket, 96), 0);
        assert_eq!([0; 3].map(|_| take(&ahead, &bucket, 0)), [Ok(95), Ok(94), Ok(93)]);
        assert_eq!([0; 2].map(|_| take(&ahead, &bucket, 0)), [Err(3), Err(0)], "paid once");
        ahead.learn(&bucket, said(&bucket, 92), 0);
        assert_eq!(take(&ahead, &bucket, 0), Ok(91));
    }

    #[test]
    fn whoever_has_little_left_is_always_asked_about() {
        let (ahead, bucket) = (Ahead::default(), bucket(3_200));
        ahead.learn(&bucket, said(&bucket, 31), 0);
        assert_eq!(take(&ahead, &bucket, 0), Err(0));
    }

    #[test]
    fn an_answer_is_believed_for_a_second_and_under_its_own_limit() {
        let (ahead, own) = (Ahead::default(), bucket(3_200));
        ahead.learn(&own, said(&own, 3_000), 0);
        assert!(take(&ahead, &own, BELIEVED - 1).is_ok());
        assert_eq!(take(&ahead, &own, BELIEVED), Err(0), "what was owed has come back");
        ahead.learn(&own, said(&own, 3_000), 0);
        assert_eq!(take(&ahead, &bucket(100), 0), Err(0));
    }

    #[test]
    fn who_goes_away_before_having_paid_still_owes() {
        let (ahead, bucket) = (Ahead::default(), bucket(3_200));
        ahead.learn(&bucket, said(&bucket, 64), 0);
        assert_eq!([0; 2].map(|_| take(&ahead, &bucket, 0)), [Ok(63), Ok(62)]);
        drop(ahead.take(&bucket, 0));
        assert_eq!(take(&ahead, &bucket, 0), Err(2));
    }
}
