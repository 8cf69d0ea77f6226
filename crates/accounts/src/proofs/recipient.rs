//! Where somebody is reached.

use super::Way;
use crate::identifiers::{Email, Phone};

/// An address or a number that the shop can write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// By mail.
    Email(Email),
    /// By text message.
    Phone(Phone),
}

impl Recipient {
    /// As the shop writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }

    /// The way that a message to it takes.
    pub const fn way(&self) -> Way {
        match self {
            Self::Email(_) => Way::Email,
            Self::Phone(_) => Way::Sms,
        }
    }
}
