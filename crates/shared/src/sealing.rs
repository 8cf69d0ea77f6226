//! Secrets at rest: sealed under a key of the environment, bound to what they belong to, and comparable without being known.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretString};

use crate::config;

/// How sealed texts begin: the format, so that another one can follow.
const FORMAT: &str = "v1";

/// Why something is not sealed, or not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It was sealed under a key that is neither `SECRETS_KEY` nor `SECRETS_KEY_PREVIOUS`.
    #[error("sealed under a key that is not known here")]
    UnknownKey,
    /// It was changed, was sealed for another context, or is no sealed text at all.
    #[error("damaged, or sealed for something else")]
    Damaged,
    /// The cipher refused.
    #[error("could not be sealed")]
    NotSealed,
}

/// Seals secrets with AES-256-GCM and a random nonce each. Clones share the keys.
///
/// A sealed text is `v1.<key id>.<base64url of nonce, cipher text and tag>`, ASCII: fifty characters and four
/// for every three bytes of the secret. It opens only with the `context` it was sealed for, such as `setting:smtp_password` or
/// `users/7/totp`: moved to another row it is damaged.
#[derive(Clone)]
pub struct Sealer(Arc<Keys>);

struct Keys {
    current: Key,
    previous: Option<Key>,
}

struct Key {
    id: String,
    seals: RandomizedNonceKey,
    fingerprints: hmac::Key,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.0.current.id)
    }
}

impl Sealer {
    /// A sealer with the keys that the configuration names.
    ///
    /// # Errors
    /// When the cipher refuses a key, which it does for none of 32 bytes.
    pub fn new(config: &config::Secrets) -> Result<Self, Fault> {
        let previous = config.previous.as_ref().map(Key::new).transpose()?;
        Ok(Self(Arc::new(Keys { current: Key::new(&config.key)?, previous })))
    }

    /// `secret`, readable only with our key and `context`. No two results are equal.
    ///
    /// # Errors
    /// When the cipher refuses, which it does for no secret of a size that fits into a request.
    pub fn seal(&self, context: &str, secret: &SecretString) -> Result<String, Fault> {
        let Key { id, seals, .. } = &self.0.current;
        let mut text = secret.expose_secret().as_bytes().to_vec();
        let nonce = seals.seal_in_place_append_tag(belongs_to(id, context), &mut text).or(Err(Fault::NotSealed))?;
        let sealed = [nonce.as_ref().as_slice(), &text].concat();
        Ok(format!("{FORMAT}.{id}.{}", URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// The secret that was sealed for `context`, under the present key or the previous one.
    ///
    /// # Errors
    /// When it was sealed under another key or for another context, or was changed since.
    pub fn open(&self, context: &str, sealed: &str) -> Result<SecretString, Fault> {
        let (id, body) = parts(sealed).ok_or(Fault::Damaged)?;
        let key = self.key(id).ok_or(Fault::UnknownKey)?;
        let mut body = URL_SAFE_NO_PAD.decode(body).or(Err(Fault::Damaged))?;
        let (nonce, text) = body.split_at_mut_checked(NONCE_LEN).ok_or(Fault::Damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).or(Err(Fault::Damaged))?;
        let opened = key.seals.open_in_place(nonce, belongs_to(id, context), text).or(Err(Fault::Damaged))?;
        let secret = str::from_utf8(opened).map(SecretString::from).or(Err(Fault::Damaged));
        body.zeroize();
        secret
    }

    /// Whether `sealed` was sealed under the present key. During a rotation the others are opened and sealed again.
    pub fn is_current(&self, sealed: &str) -> bool {
        parts(sealed).is_some_and(|(id, _)| id == self.0.current.id)
    }

    /// What tells two secrets of one `context` apart and gives neither away: `<key id>:<32 hexadecimal digits>`, equal for
    /// equal secrets as long as `SECRETS_KEY` is the same.
    pub fn fingerprint(&self, context: &str, secret: &SecretString) -> String {
        let Key { id, fingerprints, .. } = &self.0.current;
        let mut mac = hmac::Context::with_key(fingerprints);
        mac.update(&context.len().to_be_bytes());
        mac.update(context.as_bytes());
        mac.update(secret.expose_secret().as_bytes());
        format!("{id}:{}", hexadecimal(mac.sign().as_ref(), 32))
    }

    fn key(&self, id: &str) -> Option<&Key> {
        [Some(&self.0.current), self.0.previous.as_ref()].into_iter().flatten().find(|key| key.id == id)
    }
}

impl Key {
    /// One key for each purpose, all of them made of the one that was given.
    fn new(config: &config::SecretsKey) -> Result<Self, Fault> {
        let given = hmac::Key::new(HMAC_SHA256, config.expose());
        let made_for = |purpose: &str| hmac::sign(&given, purpose.as_bytes());
        let seals = RandomizedNonceKey::new(&AES_256_GCM, made_for("pavitra sealing v1").as_ref());
        Ok(Self {
            id: hexadecimal(made_for("pavitra key id v1").as_ref(), 8),
            seals: seals.or(Err(Fault::NotSealed))?,
            fingerprints: hmac::Key::new(HMAC_SHA256, made_for("pavitra fingerprints v1").as_ref()),
        })
    }
}

/// What is authenticated beside the secret: the format, the key and the context.
fn belongs_to(id: &str, context: &str) -> Aad<Vec<u8>> {
    Aad::from(format!("{FORMAT}.{id}.{context}").into_bytes())
}

fn parts(sealed: &str) -> Option<(&str, &str)> {
    sealed.strip_prefix(FORMAT)?.strip_prefix('.')?.split_once('.')
}

fn hexadecimal(bytes: &[u8], digits: usize) -> String {
    let all = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    all.filter_map(|digit| char::from_digit(digit.into(), 16)).take(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Secrets, SecretsKey};

    fn sealer(key: u8, previous: Option<u8>) -> Sealer {
        let key_of = |byte: u8| SecretsKey::new([byte; 32]);
        Sealer::new(&Secrets { key: key_of(key), previous: previous.map(key_of) }).unwrap()
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn what_was_sealed_opens_and_shows_nothing() {
        let sealer = sealer(1, None);
        for text in ["", "hunter2", "पासवर्ड", &"x".repeat(100_000)] {
            let sealed = sealer.seal("setting:a", &secret(text)).unwrap();
            assert_eq!(sealer.open("setting:a", &sealed).unwrap().expose_secret(), text);
            assert!(sealed.is_ascii() && (text.is_empty() || !sealed.contains(text)));
            assert_ne!(sealed, sealer.seal("setting:a", &secret(text)).unwrap(), "every nonce is another");
        }
        assert!(!format!("{sealer:?}").contains("[1, 1"));
    }

    #[test]
    fn a_sealed_text_opens_only_where_it_belongs_and_only_as_it_was() {
        let sealer = sealer(1, None);
        let sealed = sealer.seal("users/7/totp", &secret("JBSWY3DP")).unwrap();
        assert_eq!(sealer.open("users/8/totp", &sealed).unwrap_err(), Fault::Damaged);
        for position in 0..sealed.len() {
            let mut other = sealed.clone().into_bytes();
            other[position] = if other[position] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert!(sealer.open("users/7/totp", &other).is_err(), "{position}");
        }
        let head = sealed.rsplit_once('.').unwrap().0;
        for nonsense in [
            "",
            "v1",
            "v1.",
            "v1..",
            "JBSWY3DP",
            &format!("{head}."),
            &format!("{head}.AAAA"),
            sealed.get(..50).unwrap(),
        ] {
            assert!(sealer.open("users/7/totp", nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_rotated_key_still_opens_what_it_sealed_and_a_stranger_s_does_not() {
        let (before, during, after) = (sealer(1, None), sealer(2, Some(1)), sealer(2, None));
        let old = before.seal("a", &secret("x")).unwrap();
        assert_eq!(during.open("a", &old).unwrap().expose_secret(), "x");
        assert!(before.is_current(&old) && !during.is_current(&old));
        assert_eq!(after.open("a", &old).unwrap_err(), Fault::UnknownKey);
        let new = during.seal("a", &during.open("a", &old).unwrap()).unwrap();
        assert!(during.is_current(&new) && after.open("a", &new).is_ok());
        assert_eq!(before.open("a", &new).unwrap_err(), Fault::UnknownKey);
        let claims_the_new_key = old.replace(old.split('.').nth(1).unwrap(), new.split('.').nth(1).unwrap());
        assert_eq!(during.open("a", &claims_the_new_key).unwrap_err(), Fault::Damaged);
    }

    #[test]
    fn equal_secrets_have_equal_fingerprints_within_a_context_and_under_a_key() {
        let one = sealer(1, None);
        let print = one.fingerprint("a", &secret("x"));
        assert_eq!(print, one.clone().fingerprint("a", &secret("x")));
        assert_eq!(print.len(), 8 + 1 + 32);
        for (sealer, context, text) in
            [(&one, "a", "y"), (&one, "b", "x"), (&one, "ax", ""), (&sealer(2, Some(1)), "a", "x")]
        {
            assert_ne!(print, sealer.fingerprint(context, &secret(text)), "{context} {text}");
        }
    }
}
