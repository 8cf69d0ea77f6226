//! Runs a use case again when the database asked for it.

use std::time::Duration;

use rand::RngExt;

use super::Failure;

/// An error that knows whether the transaction may simply be run again.
pub trait Transient {
    /// Whether nothing happened and another try may succeed.
    fn is_transient(&self) -> bool;
}

impl Transient for sqlx::Error {
    fn is_transient(&self) -> bool {
        Failure::of(self) == Failure::Transient
    }
}

const TRIES: u32 = 5;

/// Runs `use_case` until it answers anything but a transient failure, at most five times, 5–50 ms apart.
///
/// Only for use cases that begin and commit themselves and touch nothing outside the database.
///
/// Not an `AsyncFnMut`: its futures are not known to be `Send`, and handlers have to be.
pub async fn retry<T, E: Transient, F>(mut use_case: impl FnMut() -> F) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    for _ in 1..TRIES {
        match use_case().await {
            Err(error) if error.is_transient() => tokio::time::sleep(jitter()).await,
            answer => return answer,
        }
    }
    use_case().await
}

fn jitter() -> Duration {
    Duration::from_millis(rand::rng().random_range(5..=50))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Eq)]
    enum Outcome {
        Deadlock,
        Bug,
    }

    impl Transient for Outcome {
        fn is_transient(&self) -> bool {
            *self == Self::Deadlock
        }
    }

    async fn tries_of(mut answers: Vec<Result<&'static str, Outcome>>) -> (Result<&'static str, Outcome>, usize) {
        let mut tries = 0;
        let answer = retry(|| {
            tries += 1;
            std::future::ready(if answers.is_empty() { Err(Outcome::Deadlock) } else { answers.remove(0) })
        });
        (answer.await, tries)
    }

    #[tokio::test]
    async fn a_deadlock_is_tried_again_and_a_bug_is_not() {
        assert_eq!(tries_of(vec![Err(Outcome::Deadlock), Ok("done")]).await, (Ok("done"), 2));
        assert_eq!(tries_of(vec![Err(Outcome::Bug), Ok("done")]).await, (Err(Outcome::Bug), 1));
        assert_eq!(tries_of(vec![]).await, (Err(Outcome::Deadlock), 5));
    }
}
