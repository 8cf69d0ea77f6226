//! Answers that everybody may see, kept ready to send: in the process, and in Redis for all replicas.
//!
//! Nobody is shown what is older than a second. Whoever keeps answers listens to what changes and says so with
//! [`Answers::heard`]; a replica that has not listened for a second believes nothing that is kept.

mod flights;
mod generations;
mod second;
mod watch;

use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::body::Bytes;
use axum::http::HeaderValue;

use self::flights::{Flights, Outcome};
use self::generations::{Generations, Place};
use self::second::SecondLevel;
use self::watch::Watch;
use super::Cache;
use crate::digest;

/// How old what the process keeps may become, and how long a replica is believed that has heard nothing: in milliseconds.
const FRESH: u64 = 1_000;
/// How many bytes the process keeps.
const ROOM: u64 = 64 * 1024 * 1024;
/// What an entry takes beside its key and its body.
const ENTRY: usize = 256;

/// One answer, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    body: Bytes,
    etag: Option<HeaderValue>,
    about: Option<NonZeroU64>,
}

impl Kept {
    /// The JSON of something that is there; `about` is the id of the one thing that it shows, if it shows one.
    pub fn found(body: Bytes, about: Option<NonZeroU64>) -> Self {
        let digest = digest::sha256(&body);
        let tag = format!("\"{}\"", digest.get(..32).unwrap_or(&digest));
        Self { body, etag: HeaderValue::try_from(tag).ok(), about }
    }

    /// The JSON that tells that nothing is there.
    pub fn absent(body: Bytes) -> Self {
        Self { body, etag: None, about: None }
    }

    /// The body; a clone shares it.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Its strong entity tag; none of what is not there.
    pub fn etag(&self) -> Option<&HeaderValue> {
        self.etag.as_ref()
    }

    /// The id of the one thing that it shows.
    pub fn about(&self) -> Option<NonZeroU64> {
        self.about
    }
}

/// What makes an answer old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A change of any one thing, and of everything.
    Many,
    /// A change of this one thing, and of everything.
    One(u64),
}

/// What came of a load.
#[derive(Debug)]
pub enum Loaded<R> {
    /// An answer for everybody.
    Kept(Kept),
    /// An answer for whoever asked, such as that the question is wrong.
    Refused(R),
    /// No answer: who waits for the same one need not try too.
    Failed(R),
}

/// The answers of one service. Clones share them.
#[derive(Clone)]
pub struct Answers(Arc<Inner>);

struct Inner {
    memory: moka::sync::Cache<String, Entry>,
    flights: Flights,
    generations: Generations,
    second: Option<SecondLevel>,
    watch: Watch,
    /// What the watch showed, and one more, at the moment up to which everything is heard of; 0 before the first.
    heard_at: AtomicU64,
}

#[derive(Clone)]
struct Entry {
    kept: Arc<Kept>,
    place: Place,
    generation: u64,
    /// When the watch shows this it is old.
    until: u64,
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answers")
    }
}

impl Answers {
    /// Nothing yet; `shop` keeps apart the shops that share a Redis.
    pub fn new(cache: &Cache, shop: &str) -> Self {
        Self::with(Some(SecondLevel::new(cache.clone(), shop)))
    }

    fn with(second: Option<SecondLevel>) -> Self {
        let weight =
            |key: &String, entry: &Entry| u32::try_from(key.len() + entry.kept.body.len() + ENTRY).unwrap_or(u32::MAX);
        Self(Arc::new(Inner {
            memory: moka::sync::Cache::builder().max_capacity(ROOM).weigher(weight).build(),
            flights: Flights::default(),
            generations: Generations::default(),
            second,
            watch: Watch::start(),
            heard_at: AtomicU64::new(0),
        }))
    }

    /// Every change that was committed before `since` has been told to [`Answers::forget`].
    pub fn heard(&self, since: Instant) {
        self.0.heard_at.fetch_max(self.0.watch.at(since).saturating_add(1), Ordering::AcqRel);
    }

    /// One thing has changed.
    pub fn forget(&self, one: u64) {
        self.forget_places(&[Place::of(Scope::Many), Place::of(Scope::One(one))]);
    }

    /// What shows several things may show others now.
    pub fn forget_lists(&self) {
        self.forget_places(&[Place::of(Scope::Many)]);
    }

    /// Anything may have changed.
    pub fn forget_all(&self) {
        self.forget_places(&[Place::EVERYTHING]);
    }

    fn forget_places(&self, places: &[Place]) {
        self.0.generations.advance(places);
        if let Some(second) = &self.0.second {
            second.owe(places);
        }
    }

    /// The answer under `key`: kept, or loaded once for all who ask for it at the same time.
    ///
    /// # Errors
    /// What `load` would not have kept; nothing if somebody else's load failed.
    pub async fn serve<R, F: Future<Output = Loaded<R>>>(
        &self,
        key: &str,
        scope: Scope,
        load: impl FnOnce() -> F,
    ) -> Result<Arc<Kept>, Option<R>> {
        let place = Place::of(scope);
        if let Some(kept) = self.0.recall(key, place) {
            return Ok(kept);
        }
        let seat = self.0.flights.board(key, self.0.generations.of(place), self.0.watch.now());
        let (mut load, mut own) = (Some(load), None);
        let (mine, left) = (&mut load, &mut own);
        let flight = move || async move {
            let Some(load) = mine.take() else { return Outcome::Failed };
            self.0.look_or_load(key, place, load, left).await
        };
        match (seat.outcome(flight).await, own, load) {
            (Outcome::Kept(kept), ..) => Ok(kept),
            (_, Some(own), _) => Err(Some(own)),
            (Outcome::Refused, None, Some(load)) => alone(load().await),
            (Outcome::Refused | Outcome::Failed, ..) => Err(None),
        }
    }
}

/// What somebody was refused, another may be refused too, but in words of their own.
fn alone<R>(loaded: Loaded<R>) -> Result<Arc<Kept>, Option<R>> {
    match loaded {
        Loaded::Kept(kept) => Ok(Arc::new(kept)),
        Loaded::Refused(answer) | Loaded::Failed(answer) => Err(Some(answer)),
    }
}

impl Inner {
    fn is_believed(&self) -> bool {
        let heard_at = self.heard_at.load(Ordering::Acquire);
        heard_at > 0 && self.watch.now() < heard_at.saturating_add(FRESH - 1)
    }

    fn recall(&self, key: &str, place: Place) -> Option<Arc<Kept>> {
        let entry = self.is_believed().then(|| self.memory.get(key)).flatten()?;
        let is_fresh = self.generations.of(place) <= entry.generation && self.watch.now() < entry.until;
        (is_fresh && entry.place == place).then_some(entry.kept)
    }

    async fn look_or_load<R, F: Future<Output = Loaded<R>>>(
        &self,
        key: &str,
        place: Place,
        load: impl FnOnce() -> F,
        own: &mut Option<R>,
    ) -> Outcome {
        // Whoever landed between our look and our boarding has filled it.
        if let Some(kept) = self.recall(key, place) {
            return Outcome::Kept(kept);
        }
        let (generation, until) = (self.generations.now(), self.watch.now().saturating_add(FRESH));
        let keep = |kept: &Arc<Kept>| {
            self.memory.insert(key.to_owned(), Entry { kept: Arc::clone(kept), place, generation, until });
        };
        let second = self.second.as_ref().filter(|_| self.is_believed());
        let page = match second {
            Some(second) => second.fetch(key, place).await,
            None => None,
        };
        if let Some(kept) = page.as_ref().and_then(|page| page.kept.clone()) {
            keep(&kept);
            return Outcome::Kept(kept);
        }
        match load().await {
            Loaded::Kept(kept) => {
                let kept = Arc::new(kept);
                keep(&kept);
                if let (Some(second), Some(page)) = (second, page) {
                    second.store(&page, &kept).await;
                }
                Outcome::Kept(kept)
            }
            Loaded::Refused(answer) => {
                *own = Some(answer);
                Outcome::Refused
            }
            Loaded::Failed(answer) => {
                *own = Some(answer);
                Outcome::Failed
            }
        }
    }
}

#[cfg(test)]
mod tests;
