//! What a person is found by and called, in the one way the shop writes each.

use serde::Deserialize;
use utoipa::ToSchema;

/// The text cannot be what it was given for; says what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct Malformed(pub(crate) &'static str);

/// An e-mail address without blanks around it and in small letters: `asha@example.com`.
///
/// ASCII only, so that no two spellings of one address look the same to the database.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "String")]
#[sqlx(transparent)]
#[schema(value_type = String, format = Email, max_length = 254, example = "asha@example.com")]
pub struct Email(String);

/// A telephone number as E.164 writes it: `+919876543210`. Ten digits alone are an Indian mobile number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "String")]
#[sqlx(transparent)]
#[schema(value_type = String, example = "+919876543210")]
pub struct Phone(String);

/// A user name: 3 to 50 small letters, digits, `_`, `.` and `-`, with a letter among them, so that it is never taken
/// for a number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "String")]
#[sqlx(transparent)]
#[schema(value_type = String, min_length = 3, max_length = 50, example = "asha.rao")]
pub struct Username(String);

/// A first or last name: 1 to 100 characters of any script without blanks around them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "String")]
#[sqlx(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 100, example = "Asha")]
pub struct PersonName(String);

macro_rules! readable {
    ($($name:ident),+) => {$(
        impl $name {
            /// As the shop writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        eserde::impl_edeserialize_compat!($name);
    )+};
}

readable!(Email, Phone, Username, PersonName);

impl TryFrom<String> for Email {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let address = text.trim().to_ascii_lowercase();
        let is_good = address.len() <= 254
            && address.rsplit_once('@').is_some_and(|(name, domain)| is_mailbox(name) && is_domain(domain));
        if is_good { Ok(Self(address)) } else { Err(Malformed("an e-mail address")) }
    }
}

/// A dot-atom of RFC 5322; the quoted form exists on paper only.
fn is_mailbox(name: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty() && atom.bytes().all(|c| c.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&c))
    };
    name.len() <= 64 && name.split('.').all(is_atom)
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(is_label)
}

impl TryFrom<String> for Phone {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let expected = "a telephone number: ten digits of an Indian mobile, or + and the whole number";
        e164(&text).map(Self).ok_or(Malformed(expected))
    }
}

fn e164(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    let abroad = compact.strip_prefix('+').or_else(|| compact.strip_prefix("00"));
    let digits = match (abroad, compact.len()) {
        (Some(digits), _) => digits.to_owned(),
        (None, 10) => format!("91{compact}"),
        (None, 11) => format!("91{}", compact.strip_prefix('0')?),
        (None, 12) if compact.starts_with("91") => compact,
        _ => return None,
    };
    let is_number = (7..=15).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
    let is_good = is_number && !digits.starts_with('0') && digits.strip_prefix("91").is_none_or(is_indian_mobile);
    is_good.then(|| format!("+{digits}"))
}

fn is_indian_mobile(digits: &str) -> bool {
    digits.len() == 10 && digits.starts_with(['6', '7', '8', '9'])
}

impl TryFrom<String> for Username {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let name = text.trim().to_ascii_lowercase();
        let is_good = (3..=50).contains(&name.len())
            && name.bytes().all(|c| c.is_ascii_alphanumeric() || b"_.-".contains(&c))
            && name.bytes().any(|c| c.is_ascii_alphabetic());
        let expected = "3 to 50 of the letters a to z, digits, `_`, `.` and `-`, with a letter among them";
        if is_good { Ok(Self(name)) } else { Err(Malformed(expected)) }
    }
}

impl TryFrom<String> for PersonName {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let name = text.trim();
        let is_good = (1..=100).contains(&name.chars().count()) && !name.contains(deceives);
        if is_good { Ok(Self(name.to_owned())) } else { Err(Malformed("a name of 1 to 100 characters")) }
    }
}

/// Whether a character cannot be seen or moves others. The joiners U+200C and U+200D are part of Indian scripts.
fn deceives(character: char) -> bool {
    let hidden = ['\u{AD}', '\u{200B}', '\u{200E}', '\u{200F}', '\u{FEFF}'];
    let moving = matches!(character, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}');
    character.is_control() || hidden.contains(&character) || moving
}

/// What somebody typed to say whose account they want to enter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LoginId {
    Email(Email),
    Phone(Phone),
    Username(Username),
    /// Nobody is called this.
    Nobody,
}

impl LoginId {
    /// An address has an `@`, a number has no letter, anything else is a user name.
    pub(crate) fn of(text: &str) -> Self {
        let text = text.to_owned();
        let read = if text.contains('@') {
            Email::try_from(text).map(Self::Email)
        } else if text.contains(|c: char| c.is_alphabetic()) {
            Username::try_from(text).map(Self::Username)
        } else {
            Phone::try_from(text).map(Self::Phone)
        };
        read.unwrap_or(Self::Nobody)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn email(text: &str) -> Option<String> {
        Email::try_from(text.to_owned()).ok().map(|email| email.0)
    }

    #[test]
    fn an_address_is_written_one_way() {
        assert_eq!(email(" Asha.Rao+shop@Example.CO.in\n").unwrap(), "asha.rao+shop@example.co.in");
        let long = format!("{}@example.com", "a".repeat(65));
        for wrong in [
            "",
            "asha",
            "@example.com",
            "asha@",
            "asha@localhost",
            "a@b@example.com",
            "a..b@example.com",
            "a b@example.com",
            "asha@-example.com",
            "asha@example..com",
            "asha@example.com.",
            "\"a\"@example.com",
            "äsha@example.com",
            "asha@exämple.com",
            "asha@example.com\r\nBcc: x@example.com",
            &long,
        ] {
            assert_eq!(email(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_number_is_written_one_way() {
        for same in
            ["9876543210", "09876543210", "919876543210", "+919876543210", "+91 98765-43210", "0091 (98765) 43210"]
        {
            assert_eq!(e164(same).as_deref(), Some("+919876543210"), "{same}");
        }
        assert_eq!(e164("+1 202 555 0123").as_deref(), Some("+12025550123"));
        for wrong in [
            "",
            "+",
            "12345",
            "1234567890",
            "+911234567890",
            "+91987654321",
            "98765 4321x",
            "९८७६५४३२१०",
            "+0123456789",
        ] {
            assert_eq!(e164(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_user_name_is_never_an_address_or_a_number() {
        let name = |text: &str| Username::try_from(text.to_owned()).ok().map(|name| name.0);
        assert_eq!(name(" Asha.Rao_1 ").as_deref(), Some("asha.rao_1"));
        for wrong in ["", "ab", "9876543210", "98765-43210", "asha@home", "asha rao", "आशा", &"a".repeat(51)] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_person_is_called_in_any_script() {
        let name = |text: &str| PersonName::try_from(text.to_owned()).ok().map(|name| name.0);
        assert_eq!(name(" आशा ").as_deref(), Some("आशा"));
        assert_eq!(name(&"🙂".repeat(100)).unwrap().chars().count(), 100);
        for wrong in ["", "  ", "As\0ha", "Asha\r\nBcc: x", &"a".repeat(101)] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_refusal_says_what_was_expected_and_not_what_was_sent() {
        let refusal = serde_json::from_str::<Email>("\"secret\"").unwrap_err().to_string();
        assert_eq!(refusal, "expected an e-mail address");
    }

    proptest! {
        #[test]
        fn whoever_registered_finds_the_account_by_the_same_words(text in "[ -~]{0,30}|[0-9+() .-]{0,16}|[a-zA-Z0-9._@-]{0,30}") {
            if let Ok(email) = Email::try_from(text.clone()) {
                prop_assert_eq!(LoginId::of(&text), LoginId::Email(email));
            }
            if let Ok(phone) = Phone::try_from(text.clone()) {
                prop_assert_eq!(LoginId::of(&text), LoginId::Phone(phone));
            }
            if let Ok(name) = Username::try_from(text.clone()) {
                prop_assert_eq!(LoginId::of(&text), LoginId::Username(name));
            }
        }

        #[test]
        fn writing_it_again_changes_nothing(text in "\\PC{0,30}|[0-9+() .-]{0,16}") {
            for again in [
                Email::try_from(text.clone()).map(|it| Email::try_from(it.0.clone()).map(|again| again == it)),
                Phone::try_from(text.clone()).map(|it| Phone::try_from(it.0.clone()).map(|again| again == it)),
                Username::try_from(text.clone()).map(|it| Username::try_from(it.0.clone()).map(|again| again == it)),
            ].into_iter().flatten() {
                prop_assert_eq!(again, Ok(true));
            }
        }
    }
}
