//! The keys from which codes and links are computed: derived from those of access tokens, for nothing else.

use std::fmt;
use std::iter;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::Sha256;
use shared::config;

use super::{Code, Purpose};

/// A key of this name signs nothing else: access tokens never begin like this.
const LABEL: &str = "pavitra account proofs 1";
const CODES: u64 = 1_000_000;

/// The present key, and during a rotation the one before.
#[derive(Clone, Debug)]
pub struct ProofKeys {
    present: Key,
    previous: Option<Key>,
}

/// 256 bits.
pub(super) struct Key(SecretBox<[u8; 32]>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl Clone for Key {
    fn clone(&self) -> Self {
        Self(SecretBox::new(Box::new(*self.0.expose_secret())))
    }
}

impl ProofKeys {
    /// The keys that the configuration leads to.
    pub fn new(config: &config::Jwt) -> Self {
        Self { present: Key::of(&config.secret), previous: config.previous.as_ref().map(Key::of) }
    }

    pub(super) const fn present(&self) -> &Key {
        &self.present
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &Key> {
        iter::once(&self.present).chain(&self.previous)
    }

    /// What a quota calls `who` asks for `what`: nobody reads out of it who that is.
    pub(crate) fn subject(&self, what: &str, who: &str) -> String {
        hex(&self.present.mac(&["subject", what, who]))
    }
}

impl Key {
    fn of(secret: &SecretString) -> Self {
        Self(SecretBox::new(Box::new(mac(secret.expose_secret().as_bytes(), &[LABEL]))))
    }

    fn mac(&self, parts: &[&str]) -> [u8; 32] {
        mac(self.0.expose_secret(), parts)
    }

    /// The code, or the token of a link, that `salt` stands for.
    pub(super) fn secret(&self, purpose: Purpose, salt: &str) -> SecretString {
        let bytes = self.mac(&["secret", purpose.as_str(), salt]);
        if purpose.is_code() {
            // Of 2^64 numbers a million take equal shares, but for one in 10^13.
            let number = bytes.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            format!("{:06}", number % CODES).into()
        } else {
            URL_SAFE_NO_PAD.encode(bytes).into()
        }
    }

    pub(super) fn code_hash(&self, uuid: &str, code: &str) -> String {
        hex(&self.mac(&["code", uuid, code]))
    }

    /// Whether `code` is the one behind `hash`.
    pub(super) fn is_code(&self, hash: &str, uuid: &str, code: &Code) -> bool {
        // What is compared is unknown to whoever guesses: its timing tells nothing about the code.
        self.code_hash(uuid, code.as_str()) == hash
    }
}

/// HMAC-SHA256 over the parts, each ended by a character that none of them has.
fn mac(key: &[u8], parts: &[&str]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { unreachable!("HMAC takes keys of any length") };
    for part in parts {
        mac.update(part.as_bytes());
        mac.update(&[0]);
    }
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(secret: &str, previous: Option<&str>) -> ProofKeys {
        ProofKeys::new(&config::Jwt { secret: secret.into(), previous: previous.map(Into::into) })
    }

    #[test]
    fn a_secret_is_known_by_its_key_its_purpose_and_its_salt() {
        let (one, other) = (keys("swordfish", None), keys("other", None));
        let link = |keys: &ProofKeys, purpose, salt| keys.present().secret(purpose, salt).expose_secret().to_owned();
        let token = link(&one, Purpose::ResetPassword, "salt");
        assert_eq!((token.len(), &token), (43, &link(&one, Purpose::ResetPassword, "salt")));
        for differs in [
            link(&other, Purpose::ResetPassword, "salt"),
            link(&one, Purpose::VerifyEmail, "salt"),
            link(&one, Purpose::ResetPassword, "pepper"),
        ] {
            assert_ne!(token, differs);
        }
        assert_ne!(one.subject("a", "bc"), one.subject("ab", "c"));
        assert!(!format!("{one:?}").contains("swordfish"));
    }

    #[test]
    fn every_code_has_six_digits_and_no_digit_is_rare() {
        let (keys, mut counts) = (keys("one", None), [0_u32; 10]);
        for salt in 0..5_000 {
            let code = keys.present().secret(Purpose::SignIn, &salt.to_string());
            assert_eq!(code.expose_secret().len(), 6);
            for digit in code.expose_secret().bytes() {
                counts[usize::from(digit - b'0')] += 1;
            }
        }
        assert!(counts.iter().all(|count| (2_700..3_300).contains(count)), "{counts:?}");
    }

    #[test]
    fn during_a_rotation_what_the_old_key_made_is_still_known() {
        let code = |text: &str| Code::try_from(text.to_owned()).unwrap();
        let hash = keys("old", None).present().code_hash("uuid", "123456");
        let knows = |keys: &ProofKeys, typed: &str| keys.each().any(|key| key.is_code(&hash, "uuid", &code(typed)));
        assert!(knows(&keys("new", Some("old")), "123456") && !knows(&keys("new", Some("old")), "123457"));
        assert!(!knows(&keys("new", None), "123456"));
    }
}
