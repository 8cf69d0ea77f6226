//! Whether the time of a refusal tells who has an account: Welch's t of a thousand tries each.

use std::time::Instant;

use anyhow::{Context, ensure};

use crate::crowd::Crowd;
use crate::http::Connection;
use crate::load::micros;

/// How often each is asked for.
const TRIES: u64 = 1000;
/// What is slower than so many of a hundred was disturbed by something else.
const UNDISTURBED: usize = 95;

/// How long refusals took, in microseconds.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// The mean for people who are there.
    pub(crate) known: f64,
    /// The mean for people who are not.
    pub(crate) unknown: f64,
    /// By how many standard errors they differ.
    pub(crate) t: f64,
}

/// Asks for both in turns, now one first and now the other, over one connection, with a password that nobody has.
pub(crate) async fn compare(auth: u16) -> anyhow::Result<Comparison> {
    let mut connection = Connection::open(auth).await?;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..TRIES {
        if number % 2 == 0 {
            known.push(refusal(&mut connection, &Crowd::mistyped(number)).await?);
        }
        unknown.push(refusal(&mut connection, &Crowd::stranger(number)).await?);
        if number % 2 == 1 {
            known.push(refusal(&mut connection, &Crowd::mistyped(number)).await?);
        }
    }
    Ok(Comparison::of(known, unknown))
}

async fn refusal(connection: &mut Connection, request: &[u8]) -> anyhow::Result<u32> {
    let since = Instant::now();
    let answer = connection.exchange(request).await.context("the service hung up")?;
    ensure!(answer.status == 401, "{}: {}", answer.status, String::from_utf8_lossy(answer.body));
    Ok(micros(since.elapsed()))
}

impl Comparison {
    fn of(known: Vec<u32>, unknown: Vec<u32>) -> Self {
        let mut all: Vec<u32> = known.iter().chain(&unknown).copied().collect();
        all.sort_unstable();
        let limit = all.get(all.len() * UNDISTURBED / 100).copied().unwrap_or(u32::MAX);
        let [one, other] = [known, unknown].map(|times| Sample::of(times.into_iter().filter(|time| *time <= limit)));
        let t = (one.mean - other.mean) / (one.error + other.error).sqrt();
        Self { known: one.mean, unknown: other.mean, t }
    }
}

struct Sample {
    mean: f64,
    /// The square of the standard error.
    error: f64,
}

impl Sample {
    fn of(times: impl Iterator<Item = u32>) -> Self {
        let times: Vec<f64> = times.map(f64::from).collect();
        let count = times.iter().fold(0.0, |count, _| count + 1.0);
        let mean = times.iter().sum::<f64>() / count;
        let squares: f64 = times.iter().map(|time| (time - mean).powi(2)).sum();
        Self { mean, error: squares / (count - 1.0) / count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_differ_by_nothing_and_others_by_much() {
        let times = |base: u32| (0..100).map(|n| base + n % 10).collect::<Vec<u32>>();
        assert!(Comparison::of(times(1000), times(1000)).t.abs() < 1e-9);
        let apart = Comparison::of(times(1000), times(1003));
        assert!(apart.t < -4.0 && apart.known < apart.unknown, "{apart:?}");
    }
}
