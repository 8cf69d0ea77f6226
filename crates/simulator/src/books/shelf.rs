//! Things in the order they were made, found by their ids.

use std::collections::HashMap;

use crate::ids;
use crate::refusal::Refusal;

/// All things of one kind.
#[derive(Debug)]
pub(crate) struct Shelf<T> {
    prefix: &'static str,
    things: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T> Shelf<T> {
    /// A shelf of things whose ids begin with `prefix`.
    pub(crate) fn new(prefix: &'static str) -> Self {
        Self { prefix, things: Vec::new(), places: HashMap::new() }
    }

    pub(crate) fn add(&mut self, id: &str, thing: T) {
        self.places.insert(id.to_owned(), self.things.len());
        self.things.push(thing);
    }

    /// What has this id, in Razorpay's words when nothing has.
    pub(crate) fn find(&self, id: &str) -> Result<&T, Refusal> {
        ids::check(self.prefix, id)?;
        self.places.get(id).and_then(|place| self.things.get(*place)).ok_or_else(unknown)
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Result<&mut T, Refusal> {
        ids::check(self.prefix, id)?;
        self.places.get(id).and_then(|place| self.things.get_mut(*place)).ok_or_else(unknown)
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &T> {
        self.things.iter().rev()
    }

    pub(crate) fn oldest_first(&self) -> impl Iterator<Item = &T> {
        self.things.iter()
    }
}

fn unknown() -> Refusal {
    Refusal::invalid("The id provided does not exist")
}
