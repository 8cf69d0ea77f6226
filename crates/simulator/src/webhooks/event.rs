//! One thing that the shop is told.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::ids;
use crate::signature;

/// An event and what became of telling it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Event {
    /// `x-razorpay-event-id`: the same on every attempt.
    pub(crate) id: String,
    #[serde(rename = "event")]
    pub(crate) name: &'static str,
    pub(crate) created_at: i64,
    pub(crate) state: State,
    pub(crate) attempts: Vec<Attempt>,
    /// The raw body.
    pub(crate) body: String,
    pub(crate) signature: String,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// On its way, or waiting for its next attempt.
    Underway,
    /// Kept back until enough others are there to change places with.
    Held,
    /// Answered with 2xx.
    Delivered,
    /// Lost on purpose.
    Lost,
    /// Never sent: there is no address, or the webhook was disabled.
    Unsent,
    /// Given up after the window.
    Abandoned,
}

/// One attempt to tell it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Attempt {
    /// The shop's status; none when there was no answer.
    pub(crate) status: Option<u16>,
    /// What kept the answer away.
    pub(crate) error: Option<String>,
}

/// Whose events they are, and what signs them.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) account_id: String,
    pub(crate) secret: String,
}

/// An event on its way: everything that a courier needs.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) event_id: String,
    pub(crate) body: String,
    pub(crate) signature: String,
    /// How many times it is sent at once.
    pub(crate) copies: u32,
    /// How long it waits first.
    pub(crate) delay: Duration,
}

impl Event {
    /// A signed event about these entities, not sent yet.
    pub(crate) fn new(name: &'static str, entities: &[(&'static str, Value)], sender: &Sender, now: i64) -> Self {
        let contains: Vec<&str> = entities.iter().map(|(name, _)| *name).collect();
        let wrapped = entities.iter().map(|(name, entity)| ((*name).to_owned(), json!({ "entity": entity })));
        let payload: Map<String, Value> = wrapped.collect();
        let body = json!({
            "entity": "event",
            "account_id": sender.account_id,
            "event": name,
            "contains": contains,
            "payload": payload,
            "created_at": now,
        });
        let body = body.to_string();
        let signature = signature::sign(&sender.secret, body.as_bytes());
        Self { id: ids::new(""), name, created_at: now, state: State::Unsent, attempts: Vec::new(), body, signature }
    }

    /// It, to be sent once and at once.
    pub(crate) fn parcel(&self) -> Parcel {
        Parcel {
            event_id: self.id.clone(),
            body: self.body.clone(),
            signature: self.signature.clone(),
            copies: 1,
            delay: Duration::ZERO,
        }
    }
}
