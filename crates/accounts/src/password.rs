//! Passwords on their way in, and what is kept of them.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::identifiers::Malformed;

const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// A password that somebody chooses: 8 to 128 characters of any kind but control characters, blanks included.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, format = Password, min_length = 8, max_length = 128, example = "correct horse battery")]
pub struct Password(SecretString);

/// A password that somebody claims to have chosen: anything that is not longer than a password can be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, format = Password, max_length = 128, example = "correct horse battery")]
pub struct PasswordAttempt(SecretString);

/// What the database keeps of a password: a PHC string of Argon2id, or a text that no password opens.
#[derive(Clone, Debug)]
pub struct PasswordHash(SecretString);

eserde::impl_edeserialize_compat!(Password, PasswordAttempt);

impl TryFrom<String> for Password {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let is_good = (SHORTEST..=LONGEST).contains(&text.chars().count()) && !text.contains(char::is_control);
        let text = SecretString::from(text);
        if is_good { Ok(Self(text)) } else { Err(Malformed("8 to 128 characters, none of them a control character")) }
    }
}

impl TryFrom<String> for PasswordAttempt {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let is_short = text.chars().count() <= LONGEST;
        let text = SecretString::from(text);
        if is_short { Ok(Self(text)) } else { Err(Malformed("at most 128 characters")) }
    }
}

impl Password {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

impl PasswordAttempt {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

impl PasswordHash {
    pub(crate) fn new(text: String) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Result<Password, Malformed> {
        Password::try_from(text.to_owned())
    }

    #[test]
    fn a_password_has_8_to_128_characters_of_any_script() {
        for good in ["12345678", "        ", "पासवर्डहै", &"🔑".repeat(8), &"x".repeat(128)] {
            assert!(password(good).is_ok(), "{good}");
        }
        for wrong in
            ["", "1234567", &"🔑".repeat(7), &"x".repeat(129), "12345\u{0}678", "1234567\n", &"x".repeat(1 << 20)]
        {
            assert!(password(wrong).is_err(), "{} bytes", wrong.len());
        }
    }

    #[test]
    fn an_attempt_may_be_short_and_not_endless() {
        for good in ["", "x", "12345\u{0}678", &"🔑".repeat(128)] {
            assert!(PasswordAttempt::try_from(good.to_owned()).is_ok(), "{good}");
        }
        assert!(PasswordAttempt::try_from("x".repeat(129)).is_err());
    }

    #[test]
    fn nobody_reads_it_in_a_log() {
        let text = "correct horse battery";
        let shown = format!(
            "{:?} {:?} {:?} {}",
            password(text).unwrap(),
            PasswordAttempt::try_from(text.to_owned()).unwrap(),
            PasswordHash::new(text.to_owned()),
            serde_json::from_str::<Password>(&format!("\"{text}\\u0000\"")).unwrap_err(),
        );
        assert!(!shown.contains("horse"), "{shown}");
    }
}
