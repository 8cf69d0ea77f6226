//! The number under which a business is registered for GST.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Unexpected};
use serde::{Serialize, Serializer};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySql, MySqlTypeInfo, MySqlValueRef};

use super::StateCode;

/// A GSTIN whose form and check character are right: `27AAPFU0939F1ZV`. Whether it was ever given to anybody is not
/// known here.
///
/// Parses with blanks around it and in small letters; written without and in capitals.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gstin {
    text: String,
    state: StateCode,
}

/// The text is no GSTIN.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAGstin;

impl Gstin {
    /// Fifteen characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The state that the business is registered in: the place of supply of what it buys.
    pub const fn state(&self) -> StateCode {
        self.state
    }
}

/// What stands at each place after the state: a letter, a digit, an entity (no zero), the letter Z.
const FORM: &[u8] = b"LLLLLDDDDLEZ";

fn fits(place: u8, character: u8) -> bool {
    match place {
        b'L' => character.is_ascii_uppercase(),
        b'D' => character.is_ascii_digit(),
        b'E' => character.is_ascii_uppercase() || matches!(character, b'1'..=b'9'),
        _ => character == place,
    }
}

/// The index of a character in `0…9A…Z`.
fn worth(character: u8) -> Option<u32> {
    char::from(character).to_digit(36).filter(|_| !character.is_ascii_lowercase())
}

/// The check character over the fourteen before it: weights 1, 2, 1, 2…, quotient and remainder of each product by 36.
fn check(first: &[u8]) -> Option<char> {
    let weights = [1, 2].into_iter().cycle();
    let sum = first.iter().zip(weights).try_fold(0, |sum, (&character, weight)| {
        let product = worth(character)? * weight;
        Some(sum + product / 36 + product % 36)
    })?;
    char::from_digit((36 - sum % 36) % 36, 36).map(|check| check.to_ascii_uppercase())
}

impl FromStr for Gstin {
    type Err = NotAGstin;

    fn from_str(text: &str) -> Result<Self, NotAGstin> {
        let text = text.trim().to_ascii_uppercase();
        let (first, last) = text.split_at_checked(14).ok_or(NotAGstin)?;
        let (state, rest) = first.split_at_checked(2).ok_or(NotAGstin)?;
        let is_formed = rest.len() == FORM.len() && FORM.iter().zip(rest.bytes()).all(|(&place, c)| fits(place, c));
        let is_checked = check(first.as_bytes()).is_some_and(|check| last.chars().eq([check]));
        match state.parse() {
            Ok(state) if is_formed && is_checked => Ok(Self { text, state }),
            _ => Err(NotAGstin),
        }
    }
}

impl fmt::Display for Gstin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for NotAGstin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a GSTIN: its form or its check character is wrong")
    }
}

impl std::error::Error for NotAGstin {}

impl Serialize for Gstin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Gstin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let expected = &"a GSTIN of 15 characters with a correct check character";
        text.parse().map_err(|NotAGstin| D::Error::invalid_value(Unexpected::Other("this text"), expected))
    }
}

eserde::impl_edeserialize_compat!(Gstin);

impl sqlx::Type<MySql> for Gstin {
    fn type_info() -> MySqlTypeInfo {
        <str as sqlx::Type<MySql>>::type_info()
    }

    fn compatible(column: &MySqlTypeInfo) -> bool {
        <str as sqlx::Type<MySql>>::compatible(column)
    }
}

impl sqlx::Encode<'_, MySql> for Gstin {
    fn encode_by_ref(&self, buffer: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
        sqlx::Encode::<MySql>::encode_by_ref(&self.text.as_str(), buffer)
    }
}

impl<'r> sqlx::Decode<'r, MySql> for Gstin {
    fn decode(value: MySqlValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(<&str as sqlx::Decode<MySql>>::decode(value)?.parse()?)
    }
}

impl utoipa::ToSchema for Gstin {}

impl utoipa::PartialSchema for Gstin {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(15))
            .max_length(Some(15))
            .examples([serde_json::json!("27AAPFU0939F1ZV")])
            .into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = "27AAPFU0939F1ZV";

    fn checked(first: &str) -> String {
        format!("{first}{}", check(first.as_bytes()).unwrap())
    }

    #[test]
    fn the_known_good_one_is_good_and_of_maharashtra() {
        let gstin: Gstin = GOOD.parse().unwrap();
        assert_eq!((gstin.as_str(), gstin.state().as_str()), (GOOD, "27"));
        assert_eq!(" 27aapfu0939f1zv\n".parse(), Ok(gstin));
    }

    #[test]
    fn what_has_another_form_is_refused_though_its_check_character_is_right() {
        for first in [
            "25AAPFU0939F1Z",
            "A7AAPFU0939F1Z",
            "271APFU0939F1Z",
            "27AAPFUA939F1Z",
            "27AAPFU09391Z1",
            "27AAPFU0939F0Z",
            "27AAPFU0939F1Y",
        ] {
            assert_eq!(checked(first).parse::<Gstin>(), Err(NotAGstin), "{first}");
        }
        for other in ["", "27", "27AAPFU0939F1Z", "27AAPFU0939F1ZVV", "27AAPFU0939F1Zवि", "२७AAPFU0939F1ZV"] {
            assert_eq!(other.parse::<Gstin>(), Err(NotAGstin), "{other}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_send() {
        let refusal = serde_json::from_str::<Gstin>("\"27AAPFU0939F1ZW\"").unwrap_err().to_string();
        assert!(refusal.contains("expected a GSTIN of 15 characters"), "{refusal}");
    }

    proptest! {
        #[test]
        fn what_follows_the_form_and_the_check_is_good(first in "(0[1-9]|1[0-9]|2[0-4])[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z") {
            prop_assert!(checked(&first).parse::<Gstin>().is_ok());
        }

        #[test]
        fn any_single_changed_character_is_refused(
            first in "(0[1-9]|1[0-9]|2[0-4])[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z", place in 0..15_usize, other in "[!-~]",
        ) {
            let good = checked(&first);
            let (before, rest) = good.split_at(place);
            let (old, after) = rest.split_at(1);
            prop_assume!(!old.eq_ignore_ascii_case(&other));
            let changed = format!("{before}{other}{after}");
            prop_assert_eq!(changed.parse::<Gstin>(), Err(NotAGstin));
        }

        #[test]
        fn text_at_random_is_no_gstin(text in "\\PC{0,20}") {
            prop_assert_eq!(text.parse::<Gstin>(), Err(NotAGstin));
        }
    }
}
