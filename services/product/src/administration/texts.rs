//! What the staff writes, in the one way the shop keeps it: texts without what hides, codes, counts and weights.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

/// What was written cannot be what it was given for; says what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct Malformed(&'static str);

/// Nobody writes a text in more bytes than this for each character that is kept of it.
const BYTES: usize = 16;

/// Whether a character cannot be seen or moves others. The joiners U+200C and U+200D are part of Indian scripts.
fn hides(character: char) -> bool {
    let hidden = ['\u{AD}', '\u{200B}', '\u{200E}', '\u{200F}', '\u{61C}', '\u{FEFF}', '\u{FFFC}'];
    let moving = matches!(character, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{E0000}'..='\u{E007F}');
    character.is_control() || hidden.contains(&character) || moving
}

/// One line in compatibility form (NFKC), with single blanks between its words.
fn line(text: &str, most: usize) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.len() > most * BYTES || trimmed.contains(hides) {
        return None;
    }
    let plain = trimmed.nfkc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    (1..=most).contains(&plain.chars().count()).then_some(plain)
}

/// Several lines in composed form (NFC).
fn prose(text: &str, most: usize) -> Option<String> {
    let text = text.replace("\r\n", "\n");
    let trimmed = text.trim();
    if trimmed.len() > most * BYTES || trimmed.contains(|c| hides(c) && !matches!(c, '\n' | '\t')) {
        return None;
    }
    let plain: String = trimmed.nfc().collect();
    (1..=most).contains(&plain.chars().count()).then_some(plain)
}

/// Visible ASCII.
fn code(text: &str, most: usize) -> Option<String> {
    let trimmed = text.trim();
    let fits = (1..=most).contains(&trimmed.len()) && trimmed.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| trimmed.to_owned())
}

/// Digits of the customs tariff; the law wants 4, 6 or 8 of them.
fn heading(text: &str, most: usize) -> Option<String> {
    let fits = (4..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.to_owned())
}

/// `#` and six digits, as a style sheet writes a colour.
fn colour(text: &str, most: usize) -> Option<String> {
    let small = text.to_ascii_lowercase();
    let is_hex = |digits: &str| digits.len() + 1 == most && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    small.strip_prefix('#').is_some_and(is_hex).then_some(small)
}

/// A place on this host, or a page that a browser reaches safely.
fn address(text: &str, most: usize) -> Option<String> {
    let is_place = text.starts_with("https://") || (text.starts_with('/') && !text.starts_with("//"));
    let fits = text.len() <= most && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (is_place && fits).then(|| text.to_owned())
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $reads:ident($most:tt), $expected:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[sqlx(transparent)]
        #[schema(value_type = String, max_length = $most)]
        pub struct $name(String);

        impl $name {
            /// As the shop writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Malformed> {
                $reads(text, $most).map(Self).ok_or(Malformed($expected))
            }
        }

        impl TryFrom<String> for $name {
            type Error = Malformed;

            fn try_from(text: String) -> Result<Self, Malformed> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        eserde::impl_edeserialize_compat!($name);
    )+};
}

texts! {
    /// What something is called: one line of any script.
    Name = line(255), "1 to 255 characters of one line of text";
    /// What an attribute or one of its values is called: one line of any script.
    Label = line(100), "1 to 100 characters of one line of text";
    /// A few sentences.
    Sentences = prose(1_000), "1 to 1000 characters of text";
    /// A long text of several paragraphs.
    Story = prose(50_000), "1 to 50000 characters of text";
    /// What the warehouse calls something: visible ASCII without blanks.
    Sku = code(100), "1 to 100 visible ASCII characters without blanks";
    /// A heading of the customs tariff.
    Hsn = heading(8), "4 to 8 digits";
    /// How a colour looks.
    ColorCode = colour(7), "a colour such as #2a3d8f";
    /// Where a picture is: a path of this host, or an https address.
    PictureAddress = address(500), "a path that begins with / or an https:// address";
}

/// A number of pieces or days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "i64", into = "i32")]
#[sqlx(transparent)]
#[schema(value_type = u32, maximum = 1_000_000)]
pub struct Count(i32);

impl Count {
    /// So many, at most a million.
    pub const fn new(number: i32) -> Option<Self> {
        if number >= 0 && number <= 1_000_000 { Some(Self(number)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl TryFrom<i64> for Count {
    type Error = Malformed;

    fn try_from(number: i64) -> Result<Self, Malformed> {
        i32::try_from(number).ok().and_then(Self::new).ok_or(Malformed("a whole number from 0 to 1000000"))
    }
}

impl From<Count> for i32 {
    fn from(count: Count) -> Self {
        count.0
    }
}

/// A weight in grams with at most two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "Decimal")]
#[sqlx(transparent)]
#[schema(value_type = f64, minimum = 0, maximum = 999_999.99, example = 5100)]
pub struct Grams(Decimal);

impl TryFrom<Decimal> for Grams {
    type Error = Malformed;

    fn try_from(grams: Decimal) -> Result<Self, Malformed> {
        let fits = (Decimal::ZERO..=Decimal::new(99_999_999, 2)).contains(&grams) && grams.normalize().scale() <= 2;
        if fits { Ok(Self(grams)) } else { Err(Malformed("grams from 0 to 999999.99 with at most two decimals")) }
    }
}

impl Serialize for Grams {
    /// A JSON number: `5100`, `0.25`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let exact = RawValue::from_string(self.0.normalize().to_string());
        exact.map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

/// Facts by their names: each a line of text, a number, or yes or no; a hundred of them at most.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(try_from = "serde_json::Map<String, Value>")]
#[schema(value_type = Object, example = json!({ "grain": "extra long", "aged_months": 24 }))]
pub struct Facts(pub(crate) Value);

impl TryFrom<serde_json::Map<String, Value>> for Facts {
    type Error = Malformed;

    fn try_from(facts: serde_json::Map<String, Value>) -> Result<Self, Malformed> {
        let read = |(name, value): (String, Value)| Some((line(&name, 100)?, fact(value)?));
        let count = facts.len();
        let facts: Option<serde_json::Map<_, _>> = facts.into_iter().take(101).map(read).collect();
        let facts = facts.filter(|facts| count <= 100 && facts.len() == count);
        facts
            .map(|facts| Self(Value::Object(facts)))
            .ok_or(Malformed("at most 100 names with a text, number or boolean"))
    }
}

fn fact(value: Value) -> Option<Value> {
    match value {
        Value::String(text) => line(&text, 1_000).map(Value::String),
        Value::Bool(_) => Some(value),
        Value::Number(number) => (number.to_string().len() <= 20).then_some(Value::Number(number)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

eserde::impl_edeserialize_compat!(Count, Grams, Facts);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<T: for<'de> Deserialize<'de> + Serialize>(value: Value) -> Option<Value> {
        serde_json::from_value::<T>(value).ok().map(|it| serde_json::to_value(it).unwrap())
    }

    #[test]
    fn a_name_is_kept_in_one_form_and_hides_nothing() {
        assert_eq!(read::<Name>(json!("  Ｎｅｅｍ   Soap ")), Some(json!("Neem Soap")));
        assert_eq!(read::<Name>(json!("क्\u{200D}ष चाय")), Some(json!("क्\u{200D}ष चाय")));
        for wrong in ["", "  ", "a\nb", "a\u{0}", "a\u{202E}b", "a\u{200B}b", "\u{FEFF}a", "a\u{2066}b"] {
            assert_eq!(read::<Name>(json!(wrong)), None, "{wrong:?}");
        }
        assert_eq!(read::<Name>(json!("a".repeat(256))), None);
        assert_eq!(read::<Name>(json!("क".repeat(255))), Some(json!("क".repeat(255))));
        assert_eq!(read::<Name>(json!("ﷺ".repeat(20))), None, "it is longer than it looks");
    }

    #[test]
    fn prose_has_lines() {
        assert_eq!(read::<Story>(json!(" a\r\n\tb\n")), Some(json!("a\n\tb")));
        assert_eq!(read::<Story>(json!("a\u{202E}b")), None);
    }

    #[test]
    fn codes_are_what_they_are() {
        assert_eq!(read::<Sku>(json!(" GRC-1 ")), Some(json!("GRC-1")));
        assert_eq!([read::<Sku>(json!("a b")), read::<Sku>(json!("चाय"))], [None, None]);
        assert_eq!(
            [read::<Hsn>(json!("123")), read::<Hsn>(json!("123456789")), read::<Hsn>(json!("१२३४"))],
            [const { None }; 3]
        );
        assert_eq!(read::<ColorCode>(json!("#2A3d8F")), Some(json!("#2a3d8f")));
        assert_eq!(read::<PictureAddress>(json!("/uploads/a.webp")), Some(json!("/uploads/a.webp")));
        for wrong in ["//evil.example/a", "http://a.example", "javascript:alert(1)", "/a b", "/a\\b", ""] {
            assert_eq!(read::<PictureAddress>(json!(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(read::<Count>(json!(1_000_000)), Some(json!(1_000_000)));
        assert_eq!([json!(-1), json!(1_000_001), json!(1.5), json!("1")].map(read::<Count>), [const { None }; 4]);
        assert_eq!(serde_json::to_string(&Grams(Decimal::new(510_000, 2))).unwrap(), "5100");
        assert_eq!([json!(-1), json!(0.125), json!(1_000_000), json!("x")].map(read::<Grams>), [const { None }; 4]);
    }

    #[test]
    fn facts_are_flat() {
        let facts = |value| serde_json::from_value::<Facts>(value).ok().map(|facts| facts.0);
        assert_eq!(
            facts(json!({ "a  b": " x ", "n": 1.5, "y": true })),
            Some(json!({ "a b": "x", "n": 1.5, "y": true }))
        );
        for wrong in [json!({ "a": [] }), json!({ "a": null }), json!({ "": "x" }), json!([]), json!({ "a": "b\u{0}" })]
        {
            assert_eq!(facts(wrong), None);
        }
        assert_eq!(facts((0..101).map(|n| (n.to_string(), json!(1))).collect::<serde_json::Map<_, _>>().into()), None);
    }
}
