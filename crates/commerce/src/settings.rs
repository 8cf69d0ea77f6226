//! What may stand in each run-time setting, and what an administrator is told about it.

mod kind;
mod shapes;
mod table;
mod text;

use serde::Serialize;
use serde_json::Value;

use kernel::Paise;

pub use kind::Kind;
pub use table::ALL;

use crate::place::Gstin;

/// What stands for a secret that was given: whoever sends it back changes nothing.
pub const MASK: &str = "********";

/// A setting that the code knows.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Its name.
    pub key: &'static str,
    /// What may stand in it.
    pub kind: Kind,
    /// Whether everybody may read it.
    pub is_public: bool,
    /// Whether nobody may.
    pub is_secret: bool,
    /// The variable of the environment that stands above it, where one does.
    pub variable: Option<&'static str>,
}

/// A value as clients read it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// Rupees.
    Amount(Paise),
    /// Anything else.
    Value(Value),
}

/// The setting called `key`.
pub fn find(key: &str) -> Option<&'static Definition> {
    ALL.iter().find(|definition| definition.key == key)
}

impl Definition {
    /// The text that keeps `value`, or why it cannot stand here.
    pub fn read(&self, value: &Value) -> Result<String, String> {
        self.kind.read(value)
    }

    /// What clients read where `text` is kept. A secret is masked.
    pub fn show(&self, text: &str) -> Shown {
        if self.is_secret {
            return Shown::Value(if text.is_empty() { "" } else { MASK }.into());
        }
        self.kind.show(text)
    }

    /// What may stand here, as a JSON schema.
    pub fn schema(&self) -> Value {
        self.kind.schema()
    }
}

/// Where settings that are right each by itself contradict each other: the name of one and what is wrong with it. `text_of`
/// tells what each will be.
pub fn contradictions<'a>(text_of: impl Fn(&str) -> &'a str) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let gstin = text_of("gst_number").parse::<Gstin>().ok();
    if gstin.is_some_and(|gstin| gstin.state().as_str() != text_of("seller_state")) {
        found.push(("seller_state", "must be the state of gst_number, its first two digits"));
    }
    let gateways: Vec<String> = serde_json::from_str(text_of("supported_gateways")).unwrap_or_default();
    if !gateways.iter().any(|gateway| gateway == text_of("default_payment_gateway")) {
        found.push(("default_payment_gateway", "must be one of supported_gateways"));
    }
    found
}

#[cfg(test)]
mod tests;
