//! The kinds of values that settings have.

use kernel::Paise;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shown;
use super::text::Rule;

/// The column takes 65,535 bytes.
const LONGEST: usize = 60_000;

/// What may stand in a setting.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Yes or no.
    Flag,
    /// A whole number between these, both included.
    Whole(u32, u32),
    /// One of these whole numbers.
    OneOf(&'static [u32]),
    /// Rupees, at most so many.
    Amount(u32),
    /// A text of so many characters at least and at most, by a rule.
    Text(usize, usize, Rule),
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// So many of these texts at least, each once.
    Several(usize, &'static [&'static str]),
    /// JSON of another shape: its schema, and what is wrong with a value.
    Shape(fn() -> Value, fn(&Value) -> Option<String>),
}

impl Kind {
    /// The type of the column `setting_type`.
    pub const fn column_type(self) -> &'static str {
        match self {
            Self::Flag => "boolean",
            Self::Whole(..) | Self::OneOf(_) | Self::Amount(_) => "number",
            Self::Text(..) | Self::Choice(_) => "string",
            Self::Several(..) | Self::Shape(..) => "json",
        }
    }

    pub(super) fn read(self, value: &Value) -> Result<String, String> {
        let text = match self {
            Self::Flag => value.as_bool().map(|flag| flag.to_string()).ok_or("must be true or false")?,
            Self::Whole(least, most) => whole(value)
                .filter(|number| (least..=most).contains(number))
                .map(|number| number.to_string())
                .ok_or_else(|| format!("must be a whole number from {least} to {most}"))?,
            Self::OneOf(numbers) => whole(value)
                .filter(|number| numbers.contains(number))
                .map(|number| number.to_string())
                .ok_or_else(|| format!("must be one of {}", list(numbers)))?,
            Self::Amount(most) => amount(value, most)
                .map(|amount| amount.to_string())
                .ok_or_else(|| format!("must be an amount with at most two decimals between 0 and {most}.00"))?,
            Self::Text(least, most, rule) => text(value, (least, most), rule)?,
            Self::Choice(options) => value
                .as_str()
                .filter(|text| options.contains(text))
                .map(str::to_owned)
                .ok_or_else(|| format!("must be one of {}", list(options)))?,
            Self::Several(least, options) => several(value, least, options)?,
            Self::Shape(_, wrong) => match wrong(value) {
                None => value.to_string(),
                Some(complaint) => return Err(complaint),
            },
        };
        if text.len() <= LONGEST { Ok(text) } else { Err("is too long".to_owned()) }
    }

    /// What does not fit is shown as the text that it is.
    pub(super) fn show(self, text: &str) -> Shown {
        let as_text = || Shown::Value(text.into());
        match self {
            Self::Amount(_) => text.parse().map_or_else(|_| as_text(), Shown::Amount),
            Self::Text(..) | Self::Choice(_) => as_text(),
            _ => serde_json::from_str(text).map_or_else(|_| as_text(), Shown::Value),
        }
    }

    pub(super) fn schema(self) -> Value {
        match self {
            Self::Flag => json!({ "type": "boolean" }),
            Self::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Self::OneOf(numbers) => json!({ "type": "integer", "enum": numbers }),
            Self::Amount(most) => json!({ "type": "number", "minimum": 0, "maximum": most, "multipleOf": 0.01 }),
            Self::Text(least, most, rule) => {
                json!({ "type": "string", "minLength": least, "maxLength": most, "description": rule.says })
            }
            Self::Choice(options) => json!({ "type": "string", "enum": options }),
            Self::Several(least, options) => json!({
                "type": "array", "minItems": least, "uniqueItems": true, "items": { "type": "string", "enum": options },
            }),
            Self::Shape(schema, _) => schema(),
        }
    }
}

fn whole(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| number.try_into().ok())
}

fn amount(value: &Value, most: u32) -> Option<Paise> {
    let is_amount = value.is_number() || value.is_string();
    let amount = is_amount.then(|| Paise::deserialize(value).ok())??;
    (amount <= Paise::new(i64::from(most) * 100)).then_some(amount)
}

fn text(value: &Value, (least, most): (usize, usize), rule: Rule) -> Result<String, String> {
    let text = value.as_str().map(str::trim).ok_or("must be a string")?;
    if !(least..=most).contains(&text.chars().count()) {
        return Err(format!("must have {least} to {most} characters"));
    }
    if rule.lets(text) { Ok(text.to_owned()) } else { Err(format!("must be {}", rule.says)) }
}

fn several(value: &Value, least: usize, options: &[&str]) -> Result<String, String> {
    let complaint = || format!("must be a list of at least {least} of {}, each once", list(options));
    let items = value.as_array().ok_or_else(complaint)?;
    let texts: Vec<&str> = items.iter().filter_map(Value::as_str).filter(|text| options.contains(text)).collect();
    let is_twice = |place: usize| texts.iter().take(place).any(|text| Some(text) == texts.get(place));
    let fits = texts.len() == items.len() && texts.len() >= least && !(0..texts.len()).any(is_twice);
    if fits { Ok(value.to_string()) } else { Err(complaint()) }
}

fn list(options: &[impl ToString]) -> String {
    options.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
