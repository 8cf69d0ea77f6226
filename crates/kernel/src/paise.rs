//! Money as whole paise, so that no amount is ever a float and every sum is checked.

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySql, MySqlTypeInfo, MySqlValueRef};

/// An amount of Indian rupees in whole paise; ₹199.90 is `Paise::new(19_990)`.
///
/// - On the wire: a JSON number with exactly two decimals. Requests may send a number or a string; a negative
///   amount, more than two decimals or more than [`Paise::MAX`] is refused.
/// - In the database: `DECIMAL(12,2)`, converted here and nowhere else.
/// - Negative amounts exist inside (credit notes are the exact negative of their invoice), never in a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Paise(i64);

/// The text is no amount of rupees.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an amount with at most two decimals between 0 and 9999999999.99")]
pub struct NotAnAmount;

impl Paise {
    /// ₹0.00.
    pub const ZERO: Self = Self(0);
    /// The largest amount that a `DECIMAL(12,2)` holds: ₹9,999,999,999.99.
    pub const MAX: Self = Self(999_999_999_999);

    /// The amount of that many paise.
    pub const fn new(paise: i64) -> Self {
        Self(paise)
    }

    /// How many paise.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, unless it leaves the range of an amount.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self).filter(|sum| sum.is_storable())
    }

    /// The difference, unless it leaves the range of an amount.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self).filter(|difference| difference.is_storable())
    }

    /// The price of `quantity` pieces, unless it leaves the range of an amount.
    pub fn checked_mul(self, quantity: i64) -> Option<Self> {
        self.0.checked_mul(quantity).map(Self).filter(|product| product.is_storable())
    }

    fn is_storable(self) -> bool {
        self.0.unsigned_abs() <= Self::MAX.0.unsigned_abs()
    }

    fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    fn from_decimal(rupees: Decimal) -> Option<Self> {
        let paise = rupees.checked_mul(Decimal::ONE_HUNDRED)?;
        if paise.fract().is_zero() { paise.to_i64().map(Self).filter(|amount| amount.is_storable()) } else { None }
    }
}

impl fmt::Display for Paise {
    /// Rupees with two decimals and no symbol: `199.90`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_decimal().fmt(f)
    }
}

impl FromStr for Paise {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.len() <= 32;
        let rupees = if plain { Decimal::from_str(text).ok() } else { None };
        rupees.and_then(Self::from_decimal).ok_or(NotAnAmount)
    }
}

impl Sum<Paise> for Option<Paise> {
    fn sum<I: Iterator<Item = Paise>>(mut amounts: I) -> Self {
        amounts.try_fold(Paise::ZERO, Paise::checked_add)
    }
}

impl Serialize for Paise {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let exact = serde_json::value::RawValue::from_string(self.to_string());
        exact.map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Paise {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Amount)
    }
}

eserde::impl_edeserialize_compat!(Paise);

struct Amount;

impl Visitor<'_> for Amount {
    type Value = Paise;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount with at most two decimals between 0 and 9999999999.99")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Paise, E> {
        text.parse().map_err(|NotAnAmount| E::invalid_value(Unexpected::Other("this amount"), &self))
    }

    fn visit_u64<E: serde::de::Error>(self, rupees: u64) -> Result<Paise, E> {
        self.visit_str(&rupees.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, rupees: i64) -> Result<Paise, E> {
        self.visit_str(&rupees.to_string())
    }

    /// The shortest decimal that names this float is what the client wrote: exact up to 15 digits, and an
    /// amount has at most twelve.
    fn visit_f64<E: serde::de::Error>(self, rupees: f64) -> Result<Paise, E> {
        self.visit_str(&rupees.to_string())
    }
}

impl sqlx::Type<MySql> for Paise {
    fn type_info() -> MySqlTypeInfo {
        <Decimal as sqlx::Type<MySql>>::type_info()
    }

    fn compatible(column: &MySqlTypeInfo) -> bool {
        <Decimal as sqlx::Type<MySql>>::compatible(column)
    }
}

impl sqlx::Encode<'_, MySql> for Paise {
    fn encode_by_ref(&self, buffer: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
        sqlx::Encode::<MySql>::encode_by_ref(&self.to_decimal(), buffer)
    }
}

impl<'r> sqlx::Decode<'r, MySql> for Paise {
    fn decode(value: MySqlValueRef<'r>) -> Result<Self, BoxDynError> {
        let rupees = <Decimal as sqlx::Decode<MySql>>::decode(value)?;
        Self::from_decimal(rupees).ok_or_else(|| NotAnAmount.into())
    }
}

impl utoipa::ToSchema for Paise {}

impl utoipa::PartialSchema for Paise {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some("Rupees with exactly two decimals"))
            .examples([serde_json::json!(199.9)])
            .into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(json: &str) -> Result<Paise, String> {
        serde_json::from_str(json).map_err(|e| e.to_string())
    }

    #[test]
    fn numbers_and_strings_are_the_same_amount() {
        for json in ["19.99", "\"19.99\"", "1.999e1"] {
            assert_eq!(parsed(json), Ok(Paise::new(1999)), "{json}");
        }
        assert_eq!(parsed("0"), Ok(Paise::ZERO));
        assert_eq!(parsed("9999999999.99"), Ok(Paise::MAX));
    }

    #[test]
    fn what_is_no_amount_is_refused_with_one_sentence() {
        for json in [
            "-1",
            "-0.01",
            "0.005",
            "1e308",
            "10000000000",
            "\"1,5\"",
            "\"\"",
            "\"NaN\"",
            "null",
            "true",
            "\"+1\"",
            "[1]",
        ] {
            assert!(parsed(json).unwrap_err().contains("expected an amount"), "{json}");
        }
    }

    #[test]
    fn arithmetic_stops_at_the_edge_of_the_column() {
        assert_eq!(Paise::MAX.checked_add(Paise::new(1)), None);
        assert_eq!(Paise::new(9_999_999_999).checked_mul(1_000_000), None);
        assert_eq!([Paise::MAX, Paise::new(1)].into_iter().sum::<Option<Paise>>(), None);
        assert_eq!(Paise::ZERO.checked_sub(Paise::new(5)), Some(Paise::new(-5)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_to_the_paisa(paise in 0..=Paise::MAX.get()) {
            let amount = Paise::new(paise);
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(&json, &format!("{}.{:02}", paise / 100, paise % 100));
            prop_assert_eq!(parsed(&json), Ok(amount));
        }
    }
}
