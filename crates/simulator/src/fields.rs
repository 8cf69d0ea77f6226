//! The body of a request, field by field, with Razorpay's words for what is wrong in it.

use serde_json::{Map, Value};

use crate::notes::Notes;
use crate::refusal::Refusal;

/// A JSON object that the shop sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a body; none is one without fields.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(Value::Array(list)) if list.is_empty() => Ok(Self(Map::new())),
            _ => Err(Refusal::invalid("The request body should be a valid JSON object.")),
        }
    }

    /// Refuses fields that this account may not send.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.0.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(Self::extra(name)),
        }
    }

    /// The refusal of a field that should not be there.
    pub(crate) fn extra(name: &str) -> Refusal {
        Refusal::invalid(format!("{name} is/are not required and should not be sent"))
            .at("payment_initiation", "extra_field_sent")
    }

    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// `amount` in the smallest unit. Digits in a string count as a number: the SDKs' types allow them.
    pub(crate) fn amount(&self) -> Result<Option<u64>, Refusal> {
        let number = match self.value("amount") {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(digits)) => digits.parse().ok(),
            Some(_) => None,
        };
        number.map(Some).ok_or_else(|| Refusal::invalid("The amount must be an integer.").about("amount"))
    }

    pub(crate) fn required_amount(&self) -> Result<u64, Refusal> {
        self.amount()?.ok_or_else(|| missing("amount"))
    }

    /// A text.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&str>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(Refusal::invalid(format!("expected string but provided {other}")).about(name)),
        }
    }

    /// INR, which is all that this account takes.
    pub(crate) fn currency(&self) -> Result<&'static str, Refusal> {
        match self.text("currency")? {
            None => Err(missing("currency")),
            Some("INR") => Ok("INR"),
            Some(_) => Err(Refusal::invalid("Currency is not supported").about("currency")),
        }
    }

    /// The shop's own name for it, up to 40 characters.
    pub(crate) fn receipt(&self) -> Result<Option<String>, Refusal> {
        match self.text("receipt")? {
            Some(receipt) if receipt.chars().count() > 40 => {
                Err(Refusal::invalid("The receipt may not be greater than 40 characters.").about("receipt"))
            }
            receipt => Ok(receipt.map(str::to_owned)),
        }
    }

    pub(crate) fn notes(&self) -> Result<Notes, Refusal> {
        Notes::read(self.0.get("notes"))
    }

    /// A switch: JSON's own, or the 0 and 1 of older clients.
    pub(crate) fn switch(&self, name: &'static str) -> Result<Option<bool>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(is_on)) => Ok(Some(*is_on)),
            Some(Value::Number(number)) if number.as_u64().is_some_and(|number| number < 2) => {
                Ok(Some(number.as_u64() == Some(1)))
            }
            Some(_) => Err(Refusal::invalid(format!("The {name} field must be true or false.")).about(name)),
        }
    }
}

fn missing(name: &'static str) -> Refusal {
    Refusal::invalid(format!("{name}: is required.")).about(name)
}
