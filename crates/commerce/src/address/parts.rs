//! The parts of an address: each is parsed once and right from then on.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::{Serialize, Serializer};

/// A line of text: 1 to `MOST` characters after trimming, none of which controls how the rest is shown.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Text<const MOST: usize>(String);

/// An Indian mobile number, written `+91` and ten digits. Parses with or without `+91`, `0091` or `0`, and with blanks,
/// hyphens, dots and brackets in it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Phone(String);

/// An Indian postal code: six digits, the first of which is 1 to 8. Parses with blanks in it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Pin(String);

/// The country of an address. There is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Country {
    /// India.
    #[default]
    India,
}

/// The text is no such part of an address.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAPart;

impl<const MOST: usize> Text<MOST> {
    /// The text, trimmed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn parsed<E: Error>(text: &str) -> Result<Self, E> {
        let expected = format!("1 to {MOST} characters of one line of text");
        text.parse().map_err(|NotAPart| E::invalid_value(Unexpected::Other("this text"), &expected.as_str()))
    }
}

impl Phone {
    /// `+91` and ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Pin {
    /// Six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character moves or hides others: line breaks, NUL and their kind, and the overrides of direction.
fn controls(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

impl<const MOST: usize> FromStr for Text<MOST> {
    type Err = NotAPart;

    fn from_str(text: &str) -> Result<Self, NotAPart> {
        let text = text.trim();
        let fits = (1..=MOST).contains(&text.chars().count()) && !text.contains(controls);
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAPart) }
    }
}

impl FromStr for Phone {
    type Err = NotAPart;

    fn from_str(text: &str) -> Result<Self, NotAPart> {
        let dense = text.trim().replace([' ', '-', '.', '(', ')'], "");
        let abroad = ["+91", "0091"].into_iter().find_map(|prefix| dense.strip_prefix(prefix));
        let national = abroad.or_else(|| dense.strip_prefix("91").filter(|rest| rest.len() == 10)).unwrap_or(&dense);
        let number = national.strip_prefix('0').unwrap_or(national);
        let is_mobile = number.len() == 10 && number.starts_with(['6', '7', '8', '9']);
        if is_mobile && number.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(format!("+91{number}")))
        } else {
            Err(NotAPart)
        }
    }
}

impl FromStr for Pin {
    type Err = NotAPart;

    fn from_str(text: &str) -> Result<Self, NotAPart> {
        let digits = text.replace(' ', "");
        let is_pin = digits.len() == 6 && matches!(digits.as_bytes().first(), Some(b'1'..=b'8'));
        if is_pin && digits.bytes().all(|b| b.is_ascii_digit()) { Ok(Self(digits)) } else { Err(NotAPart) }
    }
}

impl FromStr for Country {
    type Err = NotAPart;

    fn from_str(text: &str) -> Result<Self, NotAPart> {
        let is_india = ["india", "in", "ind", "भारत"].contains(&text.trim().to_lowercase().as_str());
        if is_india { Ok(Self::India) } else { Err(NotAPart) }
    }
}

impl fmt::Display for NotAPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not such a part of an address")
    }
}

impl std::error::Error for NotAPart {}

impl<const MOST: usize> Serialize for Text<MOST> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Serialize for Phone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Serialize for Pin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("India")
    }
}

/// Parses text, and whole numbers as the digits that they are.
struct Part<T>(&'static str, PhantomData<T>);

impl<T: FromStr<Err = NotAPart>> Visitor<'_> for Part<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|NotAPart| E::invalid_value(Unexpected::Other("this text"), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }
}

impl<'de, const MOST: usize> Deserialize<'de> for Text<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parsed(&<Cow<'de, str>>::deserialize(deserializer)?)
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Part("an Indian mobile number of ten digits", PhantomData))
    }
}

impl<'de> Deserialize<'de> for Pin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Part("an Indian PIN of six digits", PhantomData))
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Part("India", PhantomData))
    }
}

impl<'de, const MOST: usize> eserde::EDeserialize<'de> for Text<MOST> {
    fn deserialize_for_errors<D: Deserializer<'de>>(deserializer: D) -> Result<(), ()> {
        Self::deserialize(deserializer).map(drop).map_err(eserde::reporter::ErrorReporter::report)
    }
}

eserde::impl_edeserialize_compat!(Phone, Pin, Country);

/// Describes a part that is text in OpenAPI.
macro_rules! described {
    ($name:ident, $example:literal) => {
        impl utoipa::ToSchema for $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }
    };
}

described!(Phone, "+919820012345");
described!(Pin, "400050");
described!(Country, "India");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_of_text_is_counted_in_characters_and_shows_what_it_says() {
        assert_eq!("  घर 4  ".parse::<Text<4>>().unwrap().as_str(), "घर 4");
        for wrong in ["", "  ", "12345", "a\nb", "a\tb", "a\u{0}b", "a\u{202E}b", "a\u{2067}b", "a\u{2028}b"] {
            assert_eq!(wrong.parse::<Text<4>>(), Err(NotAPart), "{wrong:?}");
        }
    }

    #[test]
    fn a_phone_number_has_one_form_however_it_is_typed() {
        for typed in [
            "9820012345",
            "09820012345",
            "+91 98200 12345",
            "+91-98200-12345",
            "919820012345",
            "00919820012345",
            "+91 (0)98200 12345",
        ] {
            assert_eq!(typed.parse::<Phone>().unwrap().as_str(), "+919820012345", "{typed}");
        }
        assert_eq!("9198765432".parse::<Phone>().unwrap().as_str(), "+919198765432");
        for wrong in ["", "982001234", "98200123456", "1234567890", "+1 9820012345", "98200a2345", "९८२००१२३४५"]
        {
            assert_eq!(wrong.parse::<Phone>(), Err(NotAPart), "{wrong}");
        }
    }

    #[test]
    fn a_pin_has_six_digits() {
        assert_eq!("400 050".parse::<Pin>().unwrap().as_str(), "400050");
        for wrong in ["", "40005", "4000500", "000001", "900001", "40005a", "४०००५०"] {
            assert_eq!(wrong.parse::<Pin>(), Err(NotAPart), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_pin_is_valid_exactly_by_its_rule(text in "[0-9]{4,8}|[ -~]{6}") {
            let digits = text.replace(' ', "");
            let by_rule = digits.len() == 6 && digits.chars().all(|c| c.is_ascii_digit()) && !digits.starts_with(['0', '9']);
            prop_assert_eq!(text.parse::<Pin>().is_ok(), by_rule);
        }

        #[test]
        fn every_mobile_number_is_read_and_what_is_written_is_read_again(number in "[6-9][0-9]{9}", noise in "\\PC{0,20}") {
            let phone: Phone = number.parse().unwrap();
            prop_assert_eq!(phone.as_str(), format!("+91{number}"));
            prop_assert_eq!(phone.as_str().parse::<Phone>(), Ok(phone));
            if let Ok(found) = noise.parse::<Phone>() {
                prop_assert_eq!(found.as_str().len(), 13);
            }
        }
    }
}
