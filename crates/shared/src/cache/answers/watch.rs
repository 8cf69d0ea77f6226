//! Milliseconds since something began; in tests they pass when they are told to.

use std::time::Instant;

#[derive(Debug)]
pub(super) struct Watch {
    began: Instant,
    #[cfg(test)]
    shown: std::sync::atomic::AtomicU64,
}

impl Watch {
    pub(super) fn start() -> Self {
        Self {
            began: Instant::now(),
            #[cfg(test)]
            shown: std::sync::atomic::AtomicU64::new(0),
        }
    }

    pub(super) fn now(&self) -> u64 {
        self.at(Instant::now())
    }

    #[cfg(not(test))]
    pub(super) fn at(&self, instant: Instant) -> u64 {
        u64::try_from(instant.saturating_duration_since(self.began).as_millis()).unwrap_or(u64::MAX)
    }

    #[cfg(test)]
    pub(super) fn at(&self, instant: Instant) -> u64 {
        assert!(instant >= self.began);
        self.shown.load(std::sync::atomic::Ordering::SeqCst)
    }

    #[cfg(test)]
    pub(super) fn advance(&self, millis: u64) {
        self.shown.fetch_add(millis, std::sync::atomic::Ordering::SeqCst);
    }
}
