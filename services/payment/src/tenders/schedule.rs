//! When a gateway is asked again about what it has not told by itself.

use chrono::{DateTime, TimeDelta, Utc};

use super::TenderStatus;

/// An attempt that nobody hears of is looked at after this, then after twice that…
const FIRST: TimeDelta = TimeDelta::seconds(30);
/// … and at least this often.
const RAREST: TimeDelta = TimeDelta::minutes(10);
/// A customer whose first try failed may have had luck since: that is seen before the order is given up.
const BEFORE_THE_END: TimeDelta = TimeDelta::minutes(1);
/// What is over is looked at again: banks answer late, and money can come twice (Razorpay: up to three days later).
const AFTERWARDS: [TimeDelta; 5] =
    [TimeDelta::minutes(15), TimeDelta::hours(1), TimeDelta::hours(6), TimeDelta::days(1), TimeDelta::days(3)];

/// When the gateway is asked about a tender that stands like this, after so many times; `None` if it need not be.
pub(super) fn next_check(
    status: TenderStatus,
    checks: u32,
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    if status.after(super::TenderStep::Fail).is_none() {
        let look = now + *AFTERWARDS.get(usize::try_from(checks).ok()?)?;
        let last_chance = expires_at.map(|end| end - BEFORE_THE_END).filter(|chance| *chance > now);
        return Some(last_chance.map_or(look, |chance| chance.min(look)));
    }
    let wait = doubled(FIRST, checks).min(RAREST);
    // At the end of its time it is asked about at once, so that the order need not wait.
    Some(expires_at.filter(|end| *end > now).map_or(now + wait, |end| end.min(now + wait)))
}

/// `first`, and twice as long each time.
pub(crate) fn doubled(first: TimeDelta, times: u32) -> TimeDelta {
    first * 2_i32.pow(times.min(12))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(status: TenderStatus, expires_in: TimeDelta) -> Vec<Option<i64>> {
        let now = DateTime::UNIX_EPOCH;
        let next = |checks| next_check(status, checks, Some(now + expires_in), now);
        (0..7).map(|checks| Some((next(checks)? - now).num_seconds())).collect()
    }

    #[test]
    fn what_is_open_is_asked_about_ever_less_often_and_at_its_end() {
        let seconds = |waits: [i64; 7]| waits.map(Some).to_vec();
        let day = TimeDelta::days(1);
        assert_eq!(waits(TenderStatus::Created, day), seconds([30, 60, 120, 240, 480, 600, 600]));
        assert_eq!(waits(TenderStatus::Unknown, TimeDelta::seconds(100)), seconds([30, 60, 100, 100, 100, 100, 100]));
        assert_eq!(waits(TenderStatus::Authorized, -day), seconds([30, 60, 120, 240, 480, 600, 600]));
    }

    #[test]
    fn what_is_over_is_looked_at_for_some_days() {
        let due = vec![Some(900), Some(3600), Some(21_600), Some(86_400), Some(259_200), None, None];
        assert_eq!(waits(TenderStatus::Failed, TimeDelta::zero()), due);
        assert_eq!(waits(TenderStatus::Captured, TimeDelta::zero()), due);
        let failed = waits(TenderStatus::Failed, TimeDelta::minutes(11));
        assert_eq!(failed.first(), Some(&Some(600)), "what failed is looked at before the order is given up");
    }
}
