//! Where passwords are hashed: beside the requests, on as many threads as there are cores, and for so many at a time.

mod cost;
mod kitchen;
mod stove;

pub use cost::Cost;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::anyhow;
use shared::web::{Error, Result};
use tokio::sync::{Semaphore, oneshot};

use self::kitchen::Kitchen;
use self::stove::Stove;
use crate::password::{Password, PasswordAttempt, PasswordHash};

/// How many passwords may wait for a core. One takes some 25 ms, so nobody in the queue waits for long.
const WAITING: usize = 64;
/// An order that has waited for so long gets a thread that keeps some of a busy core. A queue that moves is shorter.
const PATIENCE: Duration = Duration::from_secs(1);

/// Hashes passwords and compares them with hashes. Clones share the cores and the queue.
#[derive(Clone, Debug)]
pub struct Hasher(Arc<Room>);

#[derive(Debug)]
struct Room {
    kitchen: Kitchen,
    /// A core or a place in the queue.
    places: Arc<Semaphore>,
    computed: Arc<AtomicU64>,
}

impl Default for Hasher {
    /// On every core of this machine.
    fn default() -> Self {
        Self::with_room(available_parallelism().map_or(1, usize::from), WAITING, PATIENCE)
    }
}

impl Hasher {
    fn with_room(cores: usize, waiting: usize, patience: Duration) -> Self {
        let places = Arc::new(Semaphore::new(cores.saturating_add(waiting)));
        let computed = Arc::default();
        Self(Arc::new(Room { kitchen: Kitchen::open(cores, patience, &computed), places, computed }))
    }

    /// What to keep of a new password, at this cost.
    ///
    /// # Errors
    /// 503 when too many are waiting.
    pub async fn hash(&self, password: Password, cost: Cost) -> Result<PasswordHash> {
        self.beside_the_requests(move |stove| stove.hash(password.bytes(), cost).map(PasswordHash::new)).await
    }

    /// What to keep of a password that was right and whose hash is of another cost.
    ///
    /// # Errors
    /// 503 when too many are waiting.
    pub async fn hash_again(&self, right: PasswordAttempt, cost: Cost) -> Result<PasswordHash> {
        self.beside_the_requests(move |stove| stove.hash(right.bytes(), cost).map(PasswordHash::new)).await
    }

    /// Whether `attempt` is the password behind `known`. Costs exactly one hash whatever is known: for no account, and
    /// for one that has no password, a hash of this cost is computed and the answer is no.
    ///
    /// # Errors
    /// 503 when too many are waiting.
    pub async fn verify(&self, attempt: PasswordAttempt, known: Option<PasswordHash>, cost: Cost) -> Result<bool> {
        let compare =
            move |stove: &mut Stove| stove.compare(attempt.bytes(), known.as_ref().map(PasswordHash::expose), cost);
        self.beside_the_requests(compare).await
    }

    /// How many hashes were computed since the start.
    pub fn computed(&self) -> u64 {
        self.0.computed.load(Ordering::Relaxed)
    }

    /// Work whose request has gone away by its turn is not done; once begun it keeps its place until its end.
    async fn beside_the_requests<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Stove) -> anyhow::Result<T> + Send + 'static,
    ) -> Result<T> {
        let full = |error| Error::unavailable(anyhow!("too many passwords are waiting to be hashed: {error}"));
        let place = Arc::clone(&self.0.places).try_acquire_owned().map_err(full)?;
        let (answer, answered) = oneshot::channel();
        self.0.kitchen.order(Box::new(move |stove| {
            if !answer.is_closed() {
                let done = work(stove);
                drop(place);
                drop(answer.send(done));
            }
        }));
        let answered = answered.await.map_err(|gone| Error::Internal(anyhow!("a hash was not finished: {gone}")))?;
        answered.map_err(Error::Internal)
    }
}

#[cfg(test)]
mod tests;
