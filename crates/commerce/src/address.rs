//! Where a parcel goes: an address as a client sends it and as an order keeps it.
#![expect(clippy::unnecessary_wraps, reason = "eserde derives such functions for deserialize_with")]

use serde::{Deserialize as _, Deserializer, Serialize};
use utoipa::ToSchema;

mod parts;

pub use parts::{Country, NotAPart, Phone, Pin, Text};

/// An address in India. Whoever holds one has a complete one: every part keeps its rule since it was parsed.
///
/// Clients may also say `name`, `mobile`, `line1`, `street` or `address`, `line2`, and `pincode`, `pin` or `zip`; it is
/// written with the names of the fields. An optional part that is blank is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, eserde::Deserialize, sqlx::FromRow, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are those of the owner's table")]
pub struct Address {
    /// Who takes the parcel.
    #[serde(alias = "name")]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub full_name: Text<200>,
    /// An Indian mobile number that the carrier can call.
    #[serde(alias = "mobile")]
    pub phone: Phone,
    /// House and street.
    #[serde(alias = "line1", alias = "street", alias = "address")]
    #[schema(value_type = String, min_length = 1, max_length = 255)]
    pub address_line1: Text<255>,
    /// What did not fit into the first line.
    #[serde(default, alias = "line2", deserialize_with = "unless_blank", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub address_line2: Option<Text<255>>,
    /// What it is close to.
    #[serde(default, deserialize_with = "unless_blank", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub landmark: Option<Text<255>>,
    /// Town or city.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub city: Text<100>,
    /// State or union territory: its name in any case, its two-letter code or its GST code. Whether there is such a
    /// state, and whether the PIN lies in it, only the database knows: whoever takes an order asks it.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub state: Text<100>,
    /// Six digits.
    #[serde(alias = "pincode", alias = "pin", alias = "zip")]
    pub postal_code: Pin,
    /// The shop sends within India only.
    #[serde(default)]
    #[sqlx(skip)]
    pub country: Country,
}

/// For `deserialize_with`: an optional part that is blank is absent.
pub fn unless_blank<'de, const MOST: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Text<MOST>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty());
    text.map(|text| Text::parsed(&text)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = r#"{"full_name":" Asha Rao ","phone":"098200 12345","address_line1":"4 Hill Road",
        "address_line2":"","city":"Mumbai","state":"maharashtra","postal_code":"400050","is_default":true}"#;

    fn faults(json: &str) -> Vec<String> {
        let errors = eserde::json::from_str::<Address>(json).unwrap_err();
        let mut told: Vec<_> = errors.iter().map(ToString::to_string).collect();
        told.sort();
        told
    }

    #[test]
    fn what_is_sent_is_kept_trimmed_and_complete() {
        let address: Address = eserde::json::from_str(SENT).unwrap();
        let kept = r#"{"full_name":"Asha Rao","phone":"+919820012345","address_line1":"4 Hill Road","city":"Mumbai","state":"maharashtra","postal_code":"400050","country":"India"}"#;
        assert_eq!(serde_json::to_string(&address).unwrap(), kept);
        assert_eq!(serde_json::from_str::<Address>(kept).unwrap(), address);
    }

    #[test]
    fn other_names_for_the_same_parts_are_understood() {
        let same = |json: &str| eserde::json::from_str::<Address>(json).unwrap();
        let expected = same(SENT);
        for (line, pin) in [("line1", "pincode"), ("street", "zip"), ("address", "pin")] {
            let json = format!(
                r#"{{"name":"Asha Rao","mobile":9820012345,"{line}":"4 Hill Road","line2":null,"landmark":" ",
                "city":"Mumbai","state":"maharashtra","{pin}":400050,"country":"IN"}}"#
            );
            assert_eq!(same(&json), expected, "{json}");
        }
    }

    #[test]
    fn every_wrong_part_is_named() {
        let json = r#"{"full_name":"","phone":"12345","address_line2":7,"landmark":"a\u0000b","city":"\t","state":"Goa",
            "postal_code":"900001","country":"Nepal"}"#;
        let told = faults(json);
        let fields = ["address_line2", "city", "country", "full_name", "landmark", "phone", "postal_code"];
        for field in fields {
            assert!(told.iter().any(|fault| fault.starts_with(&format!("{field}:"))), "{field}: {told:#?}");
        }
        assert!(told.iter().any(|fault| fault.contains("missing field `address_line1`")), "{told:#?}");
        assert_eq!(told.len(), fields.len() + 1);
    }

    #[test]
    fn one_part_under_two_names_is_refused() {
        let json = SENT.replace("\"is_default\":true", "\"pincode\":\"400051\"");
        assert!(faults(&json)[0].contains("duplicate field"), "{json}");
    }
}
