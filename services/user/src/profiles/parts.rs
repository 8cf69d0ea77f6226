//! The parts of a profile: each is parsed once and right from then on.

use chrono::NaiveDate;
use kernel::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// What somebody is.
    pub enum Gender {
        /// A man.
        Male = "male",
        /// A woman.
        Female = "female",
        /// Somebody else.
        Other = "other",
    }
}

/// The text is no such part of a profile; says what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPart(&'static str);

impl std::fmt::Display for NotAPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected {}", self.0)
    }
}

/// A day on which somebody who lives can have been born: from 1900 on. That it is past, only a clock knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "String")]
#[sqlx(transparent)]
#[schema(value_type = String, format = Date, example = "1990-05-17")]
pub struct BirthDate(NaiveDate);

/// A language tag: `en`, `hi`, `en-IN`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "String")]
#[sqlx(transparent)]
#[schema(value_type = String, max_length = 5, example = "en")]
pub struct Language(String);

/// Three capital letters of ISO 4217.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "String")]
#[sqlx(transparent)]
#[schema(value_type = String, min_length = 3, max_length = 3, example = "INR")]
pub struct Currency(String);

/// A name on Telegram without its `@`: 5 to 32 letters, digits and `_`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "String")]
#[sqlx(transparent)]
#[schema(value_type = String, min_length = 5, max_length = 32, example = "asha_rao")]
pub struct TelegramName(String);

eserde::impl_edeserialize_compat!(BirthDate, Language, Currency, TelegramName);

impl BirthDate {
    /// The day.
    pub const fn day(self) -> NaiveDate {
        self.0
    }
}

impl TryFrom<String> for BirthDate {
    type Error = NotAPart;

    fn try_from(text: String) -> Result<Self, NotAPart> {
        let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
        let is_written = text.len() == "1990-05-17".len();
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().filter(|day| is_written && *day >= first);
        day.map(Self).ok_or(NotAPart("a day as YYYY-MM-DD, not before 1900"))
    }
}

impl TryFrom<String> for Language {
    type Error = NotAPart;

    fn try_from(text: String) -> Result<Self, NotAPart> {
        let (language, region) = text.split_once('-').map_or((text.as_str(), None), |(l, r)| (l, Some(r)));
        let is_language = language.len() == 2 && language.bytes().all(|c| c.is_ascii_lowercase());
        let is_region = region.is_none_or(|region| region.len() == 2 && region.bytes().all(|c| c.is_ascii_uppercase()));
        if is_language && is_region { Ok(Self(text)) } else { Err(NotAPart("a language such as `en` or `en-IN`")) }
    }
}

impl TryFrom<String> for Currency {
    type Error = NotAPart;

    fn try_from(text: String) -> Result<Self, NotAPart> {
        let is_code = text.len() == 3 && text.bytes().all(|c| c.is_ascii_uppercase());
        if is_code { Ok(Self(text)) } else { Err(NotAPart("a currency such as `INR`")) }
    }
}

impl TryFrom<String> for TelegramName {
    type Error = NotAPart;

    fn try_from(text: String) -> Result<Self, NotAPart> {
        let name = text.trim();
        let name = name.strip_prefix('@').unwrap_or(name);
        let is_name = (5..=32).contains(&name.len()) && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
        if is_name { Ok(Self(name.to_owned())) } else { Err(NotAPart("5 to 32 letters, digits and `_`")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_what_it_says_or_nothing() {
        let born = |text: &str| BirthDate::try_from(text.to_owned()).is_ok();
        assert!(born("1990-05-17") && born("2024-02-29"));
        for wrong in ["", "1899-12-31", "2023-02-29", "17.5.1990", "1990-5-17", "1990-05-17T00:00", "-990-05-17"] {
            assert!(!born(wrong), "{wrong}");
        }
        let language = |text: &str| Language::try_from(text.to_owned()).is_ok();
        assert!(language("hi") && language("en-IN"));
        assert!(!["", "EN", "eng", "en-", "en-in", "en_IN", "हि"].into_iter().any(language));
        let currency = |text: &str| Currency::try_from(text.to_owned()).is_ok();
        assert!(currency("INR") && !["", "inr", "IN", "₹₹₹"].into_iter().any(currency));
        assert_eq!(TelegramName::try_from(" @asha_rao ".to_owned()), Ok(TelegramName("asha_rao".to_owned())));
        assert!(
            !["", "@asha", "asha rao", "a\u{200b}sha1"]
                .iter()
                .any(|name| TelegramName::try_from((*name).to_owned()).is_ok())
        );
    }
}
