//! Where an endless list goes on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Error, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ProductSort, SortOrder};

/// No cursor that the shop gives is longer.
const LONGEST: usize = 1_000;
const MALFORMED: &str = "is no cursor that this shop gave";

/// What a list is sorted by, and in which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    /// By what.
    pub by: ProductSort,
    /// In which direction; of two that are equal the key decides, in the same direction.
    pub direction: SortOrder,
}

/// What something is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Number(u64),
    Text(String),
}

/// A place between two products of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// What the last one before it is sorted by.
    pub(crate) key: Key,
    /// Which one that is.
    pub(crate) id: u64,
}

/// Where a list goes on: behind which product, however many come or go before it. Opaque to clients, and nothing that
/// they could not ask for with filters stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) sorting: Sorting,
    pub(crate) place: Place,
}

impl Cursor {
    fn encode(&self) -> String {
        let Sorting { by, direction } = self.sorting;
        let key = match &self.place.key {
            Key::Number(number) => format!("n{number}"),
            Key::Text(text) => format!("t{text}"),
        };
        URL_SAFE_NO_PAD.encode(format!("{} {} {} {key}", by.as_str(), direction.as_str(), self.place.id))
    }

    fn decode(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.splitn(4, ' ');
        let by = word(parts.next()?)?;
        let direction = word(parts.next()?)?;
        let id = parts.next()?.parse().ok()?;
        let key = parts.next()?;
        let key = match (by, key.strip_prefix('n'), key.strip_prefix('t')) {
            (ProductSort::Name, None, Some(text)) => Key::Text(text.to_owned()),
            (ProductSort::Name, ..) => return None,
            (_, Some(number), _) => Key::Number(number.parse().ok()?),
            _ => return None,
        };
        Some(Self { sorting: Sorting { by, direction }, place: Place { key, id } })
    }
}

fn word<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    T::deserialize(IntoDeserializer::<serde::de::value::Error>::into_deserializer(text)).ok()
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.encode())
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::decode(&text).ok_or_else(|| D::Error::custom(MALFORMED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_and_nothing_else_is_one() {
        for (by, key) in
            [(ProductSort::BasePrice, Key::Number(11_800)), (ProductSort::Name, Key::Text("चाय a b".into()))]
        {
            let sorting = Sorting { by, direction: SortOrder::Descending };
            let cursor = Cursor { sorting, place: Place { key, id: 7 } };
            assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }
        for wrong in
            ["name asc 7 n1", "name asc x tA", "base_price asc 7 tA", "base_price asc 7 n-1", "x asc 7 n1", "", "a"]
        {
            assert_eq!(Cursor::decode(&URL_SAFE_NO_PAD.encode(wrong)), None, "{wrong}");
        }
        assert_eq!(Cursor::decode("!!"), None);
        assert_eq!(Cursor::decode(&"A".repeat(1_001)), None);
    }
}
