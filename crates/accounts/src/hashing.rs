//! Where passwords are hashed: beside the requests, on as many threads as there are cores, and for so many at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;

use anyhow::{Context, anyhow};
use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use shared::web::{Error, Result};
use tokio::sync::Semaphore;

use crate::password::{Password, PasswordAttempt, PasswordHash};

/// How many passwords may wait for a core. One takes some 25 ms and 19 MiB, so nobody in the queue waits for long.
const WAITING: usize = 64;

/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
const PARAMETERS: (u32, u32, u32) = (19 * 1024, 2, 1);

/// What is hashed against when there is no account, so that it takes as long as if there were one. Nobody knows a
/// password for it, and a match would open nothing.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$R2VsaCi427DtLLrE8eKywQ$XqksFaJs7qaEB2lc4j442sqRJLIatXwoIZP8EfHz38Y";

/// Hashes passwords and compares them with hashes. Clones share the cores and the queue.
#[derive(Clone, Debug)]
pub struct Hasher(Arc<Room>);

#[derive(Debug)]
struct Room {
    cores: Arc<Semaphore>,
    /// A core or a place in the queue.
    places: Arc<Semaphore>,
    computed: AtomicU64,
}

impl Default for Hasher {
    /// On every core of this machine.
    fn default() -> Self {
        Self::with_room(available_parallelism().map_or(1, usize::from), WAITING)
    }
}

impl Hasher {
    fn with_room(cores: usize, waiting: usize) -> Self {
        let places = cores.saturating_add(waiting);
        Self(Arc::new(Room {
            cores: Arc::new(Semaphore::new(cores)),
            places: Arc::new(Semaphore::new(places)),
            computed: AtomicU64::new(0),
        }))
    }

    /// What to keep of a new password.
    ///
    /// # Errors
    /// 503 when too many are waiting.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash> {
        let hashed = self.beside_the_requests(move |room| room.hash(&password)).await?;
        Ok(PasswordHash::new(hashed?))
    }

    /// Whether `attempt` is the password behind `known`. Costs exactly one hash whatever is known: for no account, and
    /// for one that has no password, the hash of nobody's password is computed and the answer is no.
    ///
    /// # Errors
    /// 503 when too many are waiting.
    pub async fn verify(&self, attempt: PasswordAttempt, known: Option<PasswordHash>) -> Result<bool> {
        self.beside_the_requests(move |room| room.verify(&attempt, known.as_ref())).await?
    }

    /// How many hashes were computed since the start.
    pub fn computed(&self) -> u64 {
        self.0.computed.load(Ordering::Relaxed)
    }

    /// A request that goes away leaves its work behind, so the work holds its own place.
    async fn beside_the_requests<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Room) -> T + Send + 'static,
    ) -> Result<T> {
        let full = |error| Error::unavailable(anyhow!("too many passwords are waiting to be hashed: {error}"));
        let place = Arc::clone(&self.0.places).try_acquire_owned().map_err(full)?;
        let core = Arc::clone(&self.0.cores).acquire_owned().await.map_err(Error::unavailable)?;
        let room = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&room);
            drop((core, place));
            done
        });
        done.await.map_err(|error| Error::Internal(error.into()))
    }
}

impl Room {
    fn hash(&self, password: &Password) -> Result<String> {
        self.computed.fetch_add(1, Ordering::Relaxed);
        let hashed = argon2id()?.hash_password(password.bytes()).context("could not hash a password");
        hashed.map(|hash| hash.to_string()).map_err(Error::Internal)
    }

    fn verify(&self, attempt: &PasswordAttempt, known: Option<&PasswordHash>) -> Result<bool> {
        let argon2id = argon2id()?;
        let known = known.and_then(|hash| phc::PasswordHash::new(hash.expose()).ok());
        let is_known = known.is_some();
        let hash = known.map_or_else(|| phc::PasswordHash::new(DUMMY).context("the dummy"), Ok);
        let hash = hash.map_err(Error::Internal)?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        Ok(argon2id.verify_password(attempt.bytes(), &hash).is_ok() && is_known)
    }
}

fn argon2id() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = PARAMETERS;
    let parameters = Params::new(memory, passes, lanes, None).context("argon2's parameters");
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters.map_err(Error::Internal)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::try_from(text.to_owned()).unwrap()
    }

    fn attempt(text: &str) -> PasswordAttempt {
        PasswordAttempt::try_from(text.to_owned()).unwrap()
    }

    #[tokio::test]
    async fn the_right_password_opens_and_any_other_does_not() {
        let hasher = Hasher::default();
        let known = hasher.hash(password("correct horse")).await.unwrap();
        assert!(known.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hasher.verify(attempt("correct horse"), Some(known.clone())).await.unwrap());
        for wrong in ["", "Correct horse", "correct horse ", "battery staple"] {
            assert!(!hasher.verify(attempt(wrong), Some(known.clone())).await.unwrap(), "{wrong}");
        }
        let again = hasher.hash(password("correct horse")).await.unwrap();
        assert_ne!(known.expose(), again.expose(), "every hash has a salt of its own");
    }

    #[tokio::test]
    async fn nobody_s_account_costs_as_much_as_somebody_s() {
        let hasher = Hasher::default();
        let known = hasher.hash(password("correct horse")).await.unwrap();
        for known in [Some(known), Some(PasswordHash::new("!".to_owned())), None] {
            let before = hasher.computed();
            assert!(!hasher.verify(attempt("wrong"), known).await.unwrap());
            assert_eq!(hasher.computed() - before, 1);
        }
    }

    #[test]
    fn the_dummy_is_as_costly_as_a_real_one() {
        let parameters = |text: &str| text.rsplitn(3, '$').nth(2).unwrap().to_owned();
        let room = Hasher::default();
        let real = room.0.hash(&password("correct horse")).unwrap();
        assert_eq!(parameters(&real), parameters(DUMMY));
        assert_eq!(real.len(), DUMMY.len());
        assert!(phc::PasswordHash::new(DUMMY).is_ok());
    }

    #[tokio::test]
    async fn whoever_finds_the_queue_full_is_sent_away() {
        let hasher = Hasher::with_room(1, 1);
        let (release, held) = std::sync::mpsc::channel();
        let computing = hasher.beside_the_requests(move |_| held.recv());
        let waiting = hasher.verify(attempt("second"), None);
        let turned_away = async {
            let answer = hasher.verify(attempt("third"), None).await;
            release.send(()).unwrap();
            answer
        };
        let (computed, waited, turned_away) = tokio::join!(computing, waiting, turned_away);
        assert!(computed.unwrap().is_ok() && !waited.unwrap());
        assert!(matches!(turned_away, Err(Error::Unavailable { .. })));
        assert_eq!(hasher.computed(), 1);
    }

    #[tokio::test]
    async fn a_request_that_goes_away_frees_no_core_before_its_time() {
        let hasher = Hasher::with_room(1, 0);
        let (release, held) = std::sync::mpsc::channel::<()>();
        tokio::select! {
            biased;
            _ = hasher.beside_the_requests(move |_| held.recv()) => unreachable!("nobody has released it"),
            () = async {} => {}
        }
        assert!(matches!(hasher.verify(attempt("next"), None).await, Err(Error::Unavailable { .. })));
        release.send(()).unwrap();
        drop(hasher.0.places.acquire().await.unwrap());
        assert!(!hasher.verify(attempt("next"), None).await.unwrap());
    }
}
