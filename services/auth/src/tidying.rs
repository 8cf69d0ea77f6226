//! Forgets codes and links that are long over.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use accounts::proofs;
use chrono::{DateTime, TimeDelta, Utc};
use shared::Ground;
use shared::task::{Progress, Task};

const PERIOD: Duration = Duration::from_mins(10);
const PAUSE: TimeDelta = TimeDelta::minutes(10);

/// Looks every ten minutes, however often the bell rings.
pub(crate) fn task(ground: &Arc<Ground>) -> Task {
    let (ground, next) = (Arc::clone(ground), Arc::new(Mutex::new(DateTime::UNIX_EPOCH)));
    Task::every("proofs", PERIOD, move || {
        let (ground, next) = (Arc::clone(&ground), Arc::clone(&next));
        async move { tidy(&ground, &next).await }
    })
}

async fn tidy(ground: &Ground, next: &Mutex<DateTime<Utc>>) -> anyhow::Result<Progress> {
    let now = ground.clock.now();
    if now < *next.lock().unwrap_or_else(PoisonError::into_inner) {
        return Ok(Progress::Idle);
    }
    if proofs::forget_old(&mut *ground.database.acquire().await?, now).await? {
        return Ok(Progress::More);
    }
    *next.lock().unwrap_or_else(PoisonError::into_inner) = now + PAUSE;
    Ok(Progress::Idle)
}
