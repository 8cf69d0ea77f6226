//! Goods and Services Tax: rates, and what part of a price is tax.

mod split;

use std::str::FromStr;

use kernel::Paise;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySql, MySqlTypeInfo, MySqlValueRef};

pub use self::split::{LineTax, split};
use crate::place::Supply;

/// A hundred percent in thousandths of a percent.
const WHOLE: i64 = 100_000;

/// The rates of the law since 22 September 2025, and 12 % and 28 % of the few goods that keep them longer
/// (money-and-gst, "Rate").
const OF_LAW: [u32; 9] = [0, 250, 1_500, 3_000, 5_000, 12_000, 18_000, 28_000, 40_000];

const EXPECTED: &str = "percent from 0 to 100 with at most two decimals";

/// A rate of tax in thousandths of a percent: 18 % is 18 000, and half of 0.25 % still is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GstRate(u32);

/// The text is no rate of tax.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {EXPECTED}")]
pub struct NotARate;

/// Whether a listed price already holds the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceBasis {
    /// The listed price is what the customer pays (the default of the shop).
    Inclusive,
    /// The tax comes on top of the listed price.
    Exclusive,
}

/// A listed price as a shopper sees it on the shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShelfPrice {
    /// What the customer pays.
    pub with_gst: Paise,
    /// The value of the goods alone.
    pub without_gst: Paise,
}

impl GstRate {
    /// The rate of so many thousandths of a percent, at most 100 %.
    pub const fn from_thousandths(thousandths: u32) -> Option<Self> {
        if thousandths <= 100_000 { Some(Self(thousandths)) } else { None }
    }

    /// Whether goods are taxed at this rate.
    pub fn is_of_law(self) -> bool {
        OF_LAW.contains(&self.0)
    }

    /// The rate of so many percent, if it is one that the columns hold.
    fn of_percent(percent: Decimal) -> Option<Self> {
        let hundredths = percent.checked_mul(Decimal::ONE_HUNDRED)?;
        let thousandths = percent.checked_mul(Decimal::ONE_THOUSAND)?;
        if hundredths.fract().is_zero() { thousandths.to_u32().and_then(Self::from_thousandths) } else { None }
    }

    /// The rate in percent: `18`, `0.25`.
    pub fn percent(self) -> Decimal {
        Decimal::new(i64::from(self.0), 3).normalize()
    }
}

/// Splits a listed price, rounding the tax once, half away from zero, as an inter-state sale would
/// (IGST Act s. 5; money-and-gst §3). A display figure: what an invoice prints is split per line and place of supply.
///
/// `None` if the price with tax would leave the range of an amount.
pub fn shelf_price(listed: Paise, rate: GstRate, basis: PriceBasis) -> Option<ShelfPrice> {
    let sale = split(listed, rate, basis, Supply::InterState)?;
    Some(ShelfPrice { with_gst: sale.payable()?, without_gst: sale.taxable })
}

impl Serialize for GstRate {
    /// A JSON number in percent: `18`, `0.25`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let exact = serde_json::value::RawValue::from_string(self.percent().to_string());
        exact.map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for GstRate {
    /// From a number or a text in percent.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = <Decimal as Deserialize>::deserialize(deserializer)?;
        Self::of_percent(percent).ok_or_else(|| D::Error::invalid_value(Unexpected::Other("this rate"), &EXPECTED))
    }
}

eserde::impl_edeserialize_compat!(GstRate);

impl FromStr for GstRate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let percent = if text.len() <= 8 { text.parse().ok() } else { None };
        percent.and_then(Self::of_percent).ok_or(NotARate)
    }
}

impl utoipa::ToSchema for GstRate {}

impl utoipa::PartialSchema for GstRate {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some("Percent"))
            .examples([serde_json::json!(18)])
            .into()
    }
}

impl sqlx::Type<MySql> for GstRate {
    fn type_info() -> MySqlTypeInfo {
        <Decimal as sqlx::Type<MySql>>::type_info()
    }

    fn compatible(column: &MySqlTypeInfo) -> bool {
        <Decimal as sqlx::Type<MySql>>::compatible(column)
    }
}

impl sqlx::Encode<'_, MySql> for GstRate {
    fn encode_by_ref(&self, buffer: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
        sqlx::Encode::<MySql>::encode_by_ref(&self.percent(), buffer)
    }
}

impl<'r> sqlx::Decode<'r, MySql> for GstRate {
    fn decode(value: MySqlValueRef<'r>) -> Result<Self, BoxDynError> {
        let percent = <Decimal as sqlx::Decode<MySql>>::decode(value)?;
        let thousandths = (percent * Decimal::ONE_THOUSAND).to_u32();
        thousandths.and_then(Self::from_thousandths).ok_or_else(|| format!("{percent} % is no rate of tax").into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(listed: i64, percent: u32, basis: PriceBasis) -> (i64, i64) {
        let rate = GstRate::from_thousandths(percent * 1000).unwrap();
        let price = shelf_price(Paise::new(listed), rate, basis).unwrap();
        (price.with_gst.get(), price.without_gst.get())
    }

    #[test]
    fn the_worked_cases_of_the_law_book() {
        assert_eq!(split(11_800, 18, PriceBasis::Inclusive), (11_800, 10_000));
        assert_eq!(split(19_999, 18, PriceBasis::Inclusive), (19_999, 16_948));
        assert_eq!(split(9_999, 5, PriceBasis::Exclusive), (10_499, 9_999));
        assert_eq!(split(4_500, 0, PriceBasis::Inclusive), (4_500, 4_500));
    }

    #[test]
    fn a_negative_price_is_the_exact_negative() {
        assert_eq!(split(-19_999, 18, PriceBasis::Inclusive), (-19_999, -16_948));
    }

    #[test]
    fn a_price_that_would_not_fit_with_its_tax_has_no_split() {
        let rate = GstRate::from_thousandths(18_000).unwrap();
        assert_eq!(shelf_price(Paise::MAX, rate, PriceBasis::Exclusive), None);
        assert_eq!(GstRate::from_thousandths(100_001), None);
    }

    #[test]
    fn a_rate_is_percent_with_two_decimals_and_few_are_of_the_law() {
        let read = |json: &str| serde_json::from_str::<GstRate>(json).ok();
        assert_eq!(read("18"), GstRate::from_thousandths(18_000));
        assert_eq!(read("\"0.25\""), GstRate::from_thousandths(250));
        assert_eq!([read("-1"), read("100.01"), read("0.125"), read("\"x\""), read("null")], [None; 5]);
        assert_eq!(("5.00".parse(), "5%".parse::<GstRate>()), (Ok(read("5").unwrap()), Err(NotARate)));
        assert!(read("40").unwrap().is_of_law() && !read("17").unwrap().is_of_law());
    }

    proptest! {
        #[test]
        fn tax_is_never_negative_nor_more_than_its_share(paise in 0..=9_999_999_999_i64, thousandths in 0..=100_000_u32) {
            let rate = GstRate::from_thousandths(thousandths).unwrap();
            let price = shelf_price(Paise::new(paise), rate, PriceBasis::Inclusive).unwrap();
            prop_assert!(price.without_gst <= price.with_gst);
            prop_assert!(price.without_gst.get() * 2 >= price.with_gst.get() - 1);
        }
    }
}
