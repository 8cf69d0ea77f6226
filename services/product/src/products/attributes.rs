//! What variations should have: `attr.<slug>=value`, repeatable.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use validator::{Validate, ValidationError, ValidationErrors};

/// How parameters begin that name an attribute.
const PREFIX: &str = "attr.";
/// A list is narrowed by so many attributes at most, each with so many values.
const MOST: usize = 10;
const MOST_VALUES: usize = 50;
/// The columns hold no more.
const LONGEST: usize = 100;

/// The values that count, by the slug of their attribute: a product has to be sold with one of them for each.
#[derive(Debug, Default)]
pub struct Attributes(BTreeMap<String, BTreeSet<String>>);

impl Attributes {
    /// Each attribute that was named, with its values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &BTreeSet<String>)> {
        self.0.iter().map(|(slug, values)| (slug.as_str(), values))
    }
}

impl Validate for Attributes {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        if self.0.len() > MOST {
            errors.add(
                "attr",
                ValidationError::new("length").with_message("must not name more than 10 attributes".into()),
            );
        }
        if self.0.values().any(|values| values.len() > MOST_VALUES) {
            let text = "must not be repeated more than 50 times";
            errors.add("attr", ValidationError::new("length").with_message(text.into()));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Parameters)
    }
}

struct Parameters;

impl<'de> Visitor<'de> for Parameters {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("parameters")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut parameters: A) -> Result<Attributes, A::Error> {
        let mut named = BTreeMap::<String, BTreeSet<String>>::new();
        while let Some(name) = parameters.next_key::<String>()? {
            let Some(slug) = name.strip_prefix(PREFIX) else {
                parameters.next_value::<IgnoredAny>()?;
                continue;
            };
            let values = parameters.next_value::<Vec<String>>()?;
            let is_short = |text: &str| text.chars().count() <= LONGEST && !text.contains(char::is_control);
            if !is_slug(slug) || !values.iter().all(|value| is_short(value)) {
                return Err(A::Error::custom("expected attr.<slug>=value of at most 100 characters"));
            }
            named.entry(slug.to_owned()).or_default().extend(values);
        }
        Ok(Attributes(named))
    }
}

fn is_slug(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= LONGEST && text.split('-').all(is_part)
}
