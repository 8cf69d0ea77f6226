//! Loads under way: whoever wants what is being loaded waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OnceCell;

use super::Kept;

/// Nobody joins a load that has been under way for so many milliseconds: what it brings would be too old.
const BOARDING: u64 = 500;

/// How a load ended for those who waited.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Kept(Arc<Kept>),
    Refused,
    Failed,
}

type Name = (String, u64);

#[derive(Debug)]
struct Flight {
    begun: u64,
    outcome: OnceCell<Outcome>,
}

#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<HashMap<Name, Weak<Flight>>>);

impl Flights {
    /// A seat on the load of `key` that began after the change `generation`, `now` as the watch shows; whoever sits down first has to load.
    pub(super) fn board(&self, key: &str, generation: u64, now: u64) -> Seat<'_> {
        let name = (key.to_owned(), generation);
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let joined =
            flights.get(&name).and_then(Weak::upgrade).filter(|flight| now < flight.begun.saturating_add(BOARDING));
        let flight = joined.unwrap_or_else(|| {
            let flight = Arc::new(Flight { begun: now, outcome: OnceCell::new() });
            flights.insert(name.clone(), Arc::downgrade(&flight));
            flight
        });
        Seat { flights: self, name, flight }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }
}

/// A place on a flight. If the one who loads goes away, the next one does.
pub(super) struct Seat<'a> {
    flights: &'a Flights,
    name: Name,
    flight: Arc<Flight>,
}

impl Seat<'_> {
    pub(super) async fn outcome<F: Future<Output = Outcome>>(&self, load: impl FnOnce() -> F) -> Outcome {
        self.flight.outcome.get_or_init(load).await.clone()
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut flights = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = self.flight.outcome.initialized() || Arc::strong_count(&self.flight) == 1;
        let is_ours = flights.get(&self.name).is_some_and(|flight| flight.as_ptr() == Arc::as_ptr(&self.flight));
        if is_over && is_ours {
            flights.remove(&self.name);
        }
    }
}
