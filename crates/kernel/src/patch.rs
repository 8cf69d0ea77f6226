//! A field of a change: absent, `null` and a value are three different wishes.

use serde::{Deserialize, Deserializer};

/// What is to become of a value. A field of this type says `#[serde(default)]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field was absent: the value stays.
    #[default]
    Keep,
    /// The field was `null`: the value goes.
    Clear,
    /// The value is to be this.
    Set(T),
}

impl<T: Clone> Patch<T> {
    /// What becomes of `value`.
    pub fn apply(&self, value: Option<T>) -> Option<T> {
        match self {
            Self::Keep => value,
            Self::Clear => None,
            Self::Set(new) => Some(new.clone()),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Clear, Self::Set))
    }
}

impl<'de, T: eserde::EDeserialize<'de>> eserde::EDeserialize<'de> for Patch<T> {
    fn deserialize_for_errors<D: Deserializer<'de>>(deserializer: D) -> Result<(), ()> {
        Option::<T>::deserialize_for_errors(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, eserde::Deserialize)]
    struct Change {
        #[serde(default)]
        age: Patch<u32>,
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        for (json, age, left) in [
            ("{}", Patch::Keep, Some(1)),
            ("{\"age\":null}", Patch::Clear, None),
            ("{\"age\":7}", Patch::Set(7), Some(7)),
        ] {
            let change: Change = eserde::json::from_str(json).unwrap();
            assert_eq!((change.age, change.age.apply(Some(1))), (age, left), "{json}");
        }
        assert!(eserde::json::from_str::<Change>("{\"age\":\"x\"}").is_err());
    }
}
