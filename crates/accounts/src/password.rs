//! Passwords on their way in, and what is kept of them.

mod first_guesses;
mod holder;

pub use holder::Holder;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use crate::hashing::Cost;
use crate::identifiers::Malformed;

const SHORTEST: usize = 8;
const LONGEST: usize = 128;
const UNFIT: Malformed = Malformed("8 to 128 characters, none of them a control character");
const COMMON: Malformed = Malformed("a password that is not among the most common ones");

/// A password that somebody chooses: 8 to 128 characters of any kind but control characters, blanks included, and none of
/// those that everybody tries first. Kept in Unicode's form NFKC, so that every keyboard writes the same.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, format = Password, min_length = 8, max_length = 128, example = "correct horse battery")]
pub struct Password(SecretString);

/// A password that somebody claims to have chosen: anything that is not longer than a password can be, in NFKC.
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
        let PasswordAttempt(text) = PasswordAttempt::try_from(text).map_err(|_longer: Malformed| UNFIT)?;
        let normal = text.expose_secret();
        if !(SHORTEST..=LONGEST).contains(&normal.chars().count()) || normal.contains(char::is_control) {
            return Err(UNFIT);
        }
        if first_guesses::is_common(normal) { Err(COMMON) } else { Ok(Self(text)) }
    }
}

impl TryFrom<String> for PasswordAttempt {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let text = SecretString::from(text);
        // Before it is normalised: that takes time with the length.
        let is_short = text.expose_secret().chars().nth(LONGEST).is_none();
        if is_short { Ok(Self(normalised(text.expose_secret()))) } else { Err(Malformed("at most 128 characters")) }
    }
}

fn normalised(text: &str) -> SecretString {
    text.nfkc().collect::<String>().into()
}

impl Password {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }

    /// Whether `holder`'s own name, address or number is all there is to it, whatever the capitals and the digits after.
    pub fn is_about(&self, holder: &Holder) -> bool {
        holder.is_meant_by(self.0.expose_secret())
    }

    /// The same, to be compared with what somebody has chosen before.
    pub fn as_attempt(&self) -> PasswordAttempt {
        PasswordAttempt(self.0.clone())
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

    /// Of an account without a password: nothing opens it, and finding that out costs as much as anywhere.
    pub fn of_nobody() -> Self {
        Self::new("!".to_owned())
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether a password may open it: it looks like a hash.
    pub fn opens(&self) -> bool {
        self.expose().starts_with('$')
    }

    /// Whether it was made at this cost; what nothing opens is never made again.
    pub fn is_up_to(&self, cost: Cost) -> bool {
        !self.opens() || cost.is_of(self.expose())
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
        for good in ["52837146", "        ", "पासवर्डहै", &"🔑".repeat(8), &"x".repeat(128)] {
            assert!(password(good).is_ok(), "{good}");
        }
        for wrong in
            ["", "1234567", &"🔑".repeat(7), &"x".repeat(129), "12345\u{0}678", "1234567\n", &"x".repeat(1 << 20)]
        {
            assert!(password(wrong).is_err(), "{} bytes", wrong.len());
        }
    }

    #[test]
    fn what_everybody_tries_first_is_refused_however_it_is_written() {
        for common in [
            "password",
            "PassWord123",
            "12345678",
            "１２３４５６７８",
            "ｐａｓｓｗｏｒｄ",
            "qwertyuiop",
            "Krishna@123",
            "JaiHind123",
        ] {
            assert_eq!(password(common).unwrap_err(), COMMON, "{common}");
        }
        assert!(password("password of my own").is_ok());
    }

    #[test]
    fn every_keyboard_writes_the_same_password() {
        let composed = password("caf\u{e9} crème").unwrap();
        for same in ["cafe\u{301} crème", "ｃａｆé crème"] {
            assert_eq!(password(same).unwrap().bytes(), composed.bytes());
            assert_eq!(PasswordAttempt::try_from(same.to_owned()).unwrap().bytes(), composed.bytes());
        }
        assert_ne!(password("Caf\u{e9} crème").unwrap().bytes(), composed.bytes(), "capitals count");
        assert!(password(&"\u{fdfa}".repeat(128)).is_err(), "each is eighteen characters");
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
