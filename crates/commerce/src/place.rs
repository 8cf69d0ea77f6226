//! Where a supply takes place, which decides the kind of tax.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Unexpected};
use serde::{Serialize, Serializer};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySql, MySqlTypeInfo, MySqlValueRef};

mod gstin;

pub use gstin::{Gstin, NotAGstin};

/// A state or union territory of India by its two-digit GST code: `27` is Maharashtra. Text on the wire and in the
/// database; retired codes (25, 28) are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateCode(&'static str);

/// The text is no GST code of a state.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAState;

/// Which taxes a sale bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Supply {
    /// Within the seller's state: central and state tax, half of the rate each.
    IntraState,
    /// Into another state: integrated tax at the whole rate.
    InterState,
    /// The seller has no GSTIN: a bill of supply without tax.
    Unregistered,
}

/// Which taxes a sale into `place` bears; `seller` is the state of the seller's GSTIN, if the shop has one.
pub fn supply(seller: Option<StateCode>, place: StateCode) -> Supply {
    match seller {
        None => Supply::Unregistered,
        Some(seller) if seller == place => Supply::IntraState,
        Some(_) => Supply::InterState,
    }
}

/// As in `indian_states`: 36 states and union territories, and 97 for other territory.
const CODES: [&str; 37] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
    "20", "21", "22", "23", "24", "26", "27", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "97",
];

impl StateCode {
    /// Two digits.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for NotAState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the two-digit GST code of a state")
    }
}

impl std::error::Error for NotAState {}

impl FromStr for StateCode {
    type Err = NotAState;

    fn from_str(text: &str) -> Result<Self, NotAState> {
        CODES.into_iter().find(|code| *code == text).map(Self).ok_or(NotAState)
    }
}

impl Serialize for StateCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for StateCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let refusal =
            |NotAState| D::Error::invalid_value(Unexpected::Other("this code"), &"a two-digit GST state code");
        text.parse().map_err(refusal)
    }
}

eserde::impl_edeserialize_compat!(StateCode);

impl sqlx::Type<MySql> for StateCode {
    fn type_info() -> MySqlTypeInfo {
        <str as sqlx::Type<MySql>>::type_info()
    }

    fn compatible(column: &MySqlTypeInfo) -> bool {
        <str as sqlx::Type<MySql>>::compatible(column)
    }
}

impl sqlx::Encode<'_, MySql> for StateCode {
    fn encode_by_ref(&self, buffer: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
        sqlx::Encode::<MySql>::encode_by_ref(&self.0, buffer)
    }
}

impl<'r> sqlx::Decode<'r, MySql> for StateCode {
    fn decode(value: MySqlValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(<&str as sqlx::Decode<MySql>>::decode(value)?.parse()?)
    }
}

impl utoipa::ToSchema for StateCode {}

impl utoipa::PartialSchema for StateCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("Two-digit GST code of a state"))
            .examples([serde_json::json!("27")])
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(code: &str) -> StateCode {
        code.parse().unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_reference_data() {
        let migration = include_str!("../../../migrations/20261122091700_add_indian_states.sql");
        let rows = migration.lines().filter(|line| line.trim_start().starts_with("('"));
        let codes: Vec<_> = rows.filter_map(|row| row.split('\'').nth(5)).collect();
        assert_eq!(codes, CODES);
    }

    #[test]
    fn a_state_is_two_digits_of_the_list_everywhere() {
        assert_eq!(serde_json::to_string(&state("07")).unwrap(), "\"07\"");
        assert_eq!(serde_json::from_str::<StateCode>("\"07\"").unwrap(), state("07"));
        for wrong in ["", "7", "00", "25", "28", "39", "98", "MH", "027", "२७"] {
            assert_eq!(wrong.parse::<StateCode>(), Err(NotAState), "{wrong}");
        }
        let refusal = serde_json::from_str::<StateCode>("\"25\"").unwrap_err().to_string();
        assert!(refusal.contains("expected a two-digit GST state code"), "{refusal}");
    }

    #[test]
    fn the_place_decides_the_tax() {
        let (maharashtra, goa) = (state("27"), state("30"));
        assert_eq!(supply(Some(maharashtra), maharashtra), Supply::IntraState);
        assert_eq!(supply(Some(maharashtra), goa), Supply::InterState);
        assert_eq!(supply(None, maharashtra), Supply::Unregistered);
    }
}
