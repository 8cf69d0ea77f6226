//! What a service tells the others: something that has happened to one thing, named and versioned.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A fact that other services may act upon.
///
/// What is written is never written differently: a field may be added with a default, anything else is a new version.
pub trait Event: Serialize + DeserializeOwned {
    /// What happened, in lower case with dots: `order.placed`. The routing key of its message.
    const TYPE: &'static str;
    /// Which form of the payload this is.
    const VERSION: u16 = 1;

    /// What it happened to.
    fn aggregate(&self) -> Aggregate;
}

/// The thing that an event happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// What kind of thing, in lower case: `order`.
    pub kind: &'static str,
    /// Its key.
    pub id: u64,
    /// How often it had changed when this happened, so that a listener can tell old news; 0 where nobody counts.
    pub version: u64,
}

/// Somebody who acts upon events: the name of a queue, and what goes into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Which service, and what for: `notification.mail`.
    pub name: &'static str,
    /// The types of the events that it hears.
    pub topics: &'static [&'static str],
}
