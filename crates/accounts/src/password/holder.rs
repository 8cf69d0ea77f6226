//! Whose password it is: what strangers know of somebody is no secret of theirs.

use sqlx::FromRow;

use crate::identifiers::{Email, PersonName, Phone, Username};

/// What an account is called.
#[derive(Clone, Debug, Default, FromRow)]
pub struct Holder {
    /// Its address.
    pub email: Option<String>,
    /// Its number.
    pub phone: Option<String>,
    /// What it signs in as.
    pub username: Option<String>,
    /// Whose it is.
    pub first_name: String,
    /// Whose it is.
    pub last_name: String,
}

impl Holder {
    /// Somebody who is about to have an account.
    pub fn named(first_name: &PersonName, last_name: &PersonName) -> Self {
        let (first_name, last_name) = (first_name.as_str().to_owned(), last_name.as_str().to_owned());
        Self { first_name, last_name, ..Self::default() }
    }

    /// The same person, found by these.
    #[must_use]
    pub fn found_by(self, email: Option<&Email>, phone: Option<&Phone>, username: Option<&Username>) -> Self {
        Self {
            email: email.map(|email| email.as_str().to_owned()),
            phone: phone.map(|phone| phone.as_str().to_owned()),
            username: username.map(|name| name.as_str().to_owned()),
            ..self
        }
    }

    /// Whether `text` is one of the names, but for capitals, marks, blanks, and digits around it.
    pub(super) fn is_meant_by(&self, text: &str) -> bool {
        let bare = bare(text);
        let without_digits = bare.trim_matches(|c: char| c.is_numeric());
        self.names().iter().any(|name| *name == bare || *name == without_digits)
    }

    fn names(&self) -> Vec<String> {
        let email = self.email.as_deref().unwrap_or_default();
        let mailbox = email.rsplit_once('@').map_or(email, |(mailbox, _)| mailbox);
        let phone = self.phone.as_deref().unwrap_or_default();
        let (first, last) = (self.first_name.as_str(), self.last_name.as_str());
        let whole = [format!("{first}{last}"), format!("{last}{first}")];
        let single = [email, mailbox, phone, phone.trim_start_matches("+91"), first, last];
        let names = single.into_iter().chain(self.username.as_deref()).chain(whole.iter().map(String::as_str));
        let names = names.flat_map(|name| [bare(name), bare(name).trim_matches(|c: char| c.is_numeric()).to_owned()]);
        names.filter(|name| !name.is_empty()).collect()
    }
}

/// Small letters and digits, of any script.
fn bare(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_know_is_no_password() {
        let asha = Holder {
            email: Some("asha.rao77@example.com".to_owned()),
            phone: Some("+919876543210".to_owned()),
            username: Some("asha_the_baker".to_owned()),
            first_name: "आशालता".to_owned(),
            last_name: "Rao-Kulkarni".to_owned(),
        };
        for known in [
            "asha.rao77@example.com",
            "Asha.Rao77",
            "asha-rao-2026",
            "asha rao 1234",
            "9876543210",
            "+91 98765 43210",
            "Asha_The_Baker!",
            "1234ashathebaker99",
            "आशालता१२३",
            "RaoKulkarni@1",
            "आशालताRao-Kulkarni",
        ] {
            assert!(asha.is_meant_by(known), "{known}");
        }
        for secret in ["asha bakes bread", "my baker is asha", "9876543211", "!!!!!!!!", "        ", "12345678"] {
            assert!(!asha.is_meant_by(secret), "{secret}");
        }
        assert!(!Holder::default().is_meant_by("12345678"), "whoever has no number is not meant by one");
    }
}
