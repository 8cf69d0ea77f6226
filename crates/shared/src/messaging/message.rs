//! What travels: an event in its envelope.

use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, Utc};
use kernel::Event;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// An event on its way, as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// This very event, for ever.
    pub id: Uuid,
    /// What happened: `order.placed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The form of `data`.
    pub version: u16,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// What it happened to.
    pub aggregate: Subject,
    /// The request that caused it.
    pub request_id: Option<String>,
    /// The facts.
    pub data: Box<RawValue>,
}

/// What an event happened to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// What kind of thing.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its key.
    pub id: u64,
    /// How often it had changed by then.
    pub version: u64,
}

impl Message {
    /// `event`, which happened at `now`, with a name of its own.
    ///
    /// # Errors
    /// When the event cannot be written as JSON.
    pub fn of<E: Event>(event: &E, now: DateTime<Utc>, request_id: Option<String>) -> serde_json::Result<Self> {
        let aggregate = event.aggregate();
        Ok(Self {
            id: Uuid::now_v7(),
            kind: E::TYPE.to_owned(),
            version: E::VERSION,
            occurred_at: now,
            aggregate: Subject { kind: aggregate.kind.to_owned(), id: aggregate.id, version: aggregate.version },
            request_id,
            data: serde_json::value::to_raw_value(event)?,
        })
    }

    /// The facts, if this is an `E` in a form that is known.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read<E: Event>(&self) -> anyhow::Result<E> {
        anyhow::ensure!(
            self.kind == E::TYPE && self.version == E::VERSION,
            "{} version {} is no {} version {}",
            self.kind,
            self.version,
            E::TYPE,
            E::VERSION
        );
        serde_json::from_str(self.data.get()).with_context(|| format!("the data of {} {}", self.kind, self.id))
    }

    pub(super) fn parse(bytes: &[u8]) -> serde_json::Result<Arc<Self>> {
        serde_json::from_slice(bytes).map(Arc::new)
    }
}

#[cfg(test)]
mod tests {
    use kernel::Aggregate;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Rung {
        times: u8,
    }

    impl Event for Rung {
        const TYPE: &'static str = "bell.rung";

        fn aggregate(&self) -> Aggregate {
            Aggregate { kind: "bell", id: 7, version: 1 }
        }
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct Louder {}

    impl Event for Louder {
        const TYPE: &'static str = "bell.rung";
        const VERSION: u16 = 2;

        fn aggregate(&self) -> Aggregate {
            Aggregate { kind: "bell", id: 7, version: 2 }
        }
    }

    #[test]
    fn a_message_arrives_as_it_was_sent_and_is_read_as_nothing_else() {
        let sent = Message::of(&Rung { times: 3 }, DateTime::default(), Some("req-1".to_owned())).unwrap();
        let bytes = serde_json::to_vec(&sent).unwrap();
        let got = Message::parse(&bytes).unwrap();
        assert_eq!((got.id, got.read::<Rung>().unwrap()), (sent.id, Rung { times: 3 }));
        assert!(got.read::<Louder>().unwrap_err().to_string().contains("is no bell.rung version 2"));
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["aggregate", "data", "id", "occurred_at", "request_id", "type", "version"]);
    }
}
