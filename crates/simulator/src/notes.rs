//! The shop's own words on an order, a payment or a refund.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::refusal::Refusal;

const MOST: usize = 15;
const LONGEST: usize = 256;

/// Up to 15 pairs. Without any they come back as an empty *list*: that is how Razorpay writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notes(Map<String, Value>);

impl Notes {
    /// What the shop sent as `notes`.
    pub(crate) fn read(value: Option<&Value>) -> Result<Self, Refusal> {
        match value {
            None | Some(Value::Null) => Ok(Self::default()),
            Some(Value::Array(list)) if list.is_empty() => Ok(Self::default()),
            Some(Value::Object(pairs)) => Self::check(pairs),
            Some(_) => Err(wrong("Notes should be a key value pair.")),
        }
    }

    fn check(pairs: &Map<String, Value>) -> Result<Self, Refusal> {
        if pairs.len() > MOST {
            return Err(wrong("Number of fields in notes should be less than or equal to 15"));
        }
        for (name, value) in pairs {
            let length = match value {
                Value::String(text) => text.chars().count(),
                Value::Number(number) => number.to_string().len(),
                _ => return Err(wrong("Notes values should be strings or numbers.")),
            };
            if length > LONGEST || name.chars().count() > LONGEST {
                return Err(wrong("Notes may not be greater than 256 characters."));
            }
        }
        Ok(Self(pairs.clone()))
    }
}

impl Serialize for Notes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() { [0_u8; 0].serialize(serializer) } else { self.0.serialize(serializer) }
    }
}

fn wrong(description: &'static str) -> Refusal {
    Refusal::invalid(description).about("notes")
}
