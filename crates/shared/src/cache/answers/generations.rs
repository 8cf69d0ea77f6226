//! When what last changed, counted in changes: an answer is old if something of its scope has changed since its load began.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Scope;

/// Single things share so many counters: who shares one with what changed is loaded again for nothing, and no more.
const ONES: u16 = 1024;

/// A counter of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u16);

impl Place {
    /// Of everything.
    pub(super) const EVERYTHING: Self = Self(0);
    const MANY: Self = Self(1);

    pub(super) fn of(scope: Scope) -> Self {
        match scope {
            Scope::Many => Self::MANY,
            Scope::One(id) => Self(u16::try_from(id % u64::from(ONES)).unwrap_or_default() + 2),
        }
    }

    /// Its name in Redis.
    pub(super) fn number(self) -> u16 {
        self.0
    }
}

#[derive(Debug)]
pub(super) struct Generations {
    now: AtomicU64,
    places: Vec<AtomicU64>,
}

impl Default for Generations {
    fn default() -> Self {
        Self { now: AtomicU64::new(0), places: (0..ONES + 2).map(|_| AtomicU64::new(0)).collect() }
    }
}

impl Generations {
    /// What a load that begins now may be compared with later.
    pub(super) fn now(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    /// When something of `place` last changed.
    pub(super) fn of(&self, place: Place) -> u64 {
        self.last(Place::EVERYTHING).max(self.last(place))
    }

    /// All of `places` change now.
    pub(super) fn advance(&self, places: &[Place]) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        for place in places.iter().filter_map(|place| self.places.get(usize::from(place.0))) {
            place.fetch_max(now, Ordering::SeqCst);
        }
    }

    fn last(&self, place: Place) -> u64 {
        self.places.get(usize::from(place.0)).map_or(u64::MAX, |place| place.load(Ordering::SeqCst))
    }
}
