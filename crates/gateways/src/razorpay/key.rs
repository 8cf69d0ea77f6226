//! Our key: it goes with every request, signs callbacks, and is in nothing that is written down.

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};

use crate::signature::is_signed;

/// How much of a foreign text is kept.
const LONGEST: usize = 200;
/// From so many digits on a number may be a card's.
const CARD: usize = 12;

/// The key and its secret.
#[derive(Clone, Debug)]
pub(super) struct Key {
    id: String,
    secret: SecretString,
}

impl Key {
    pub(super) fn new(id: String, secret: SecretString) -> Self {
        Self { id, secret }
    }

    /// The public half.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Adds the key to a request.
    pub(super) fn authorize(&self, request: RequestBuilder) -> RequestBuilder {
        request.basic_auth(&self.id, Some(self.secret.expose_secret()))
    }

    /// Whether the parts of a message are signed with the secret half.
    pub(super) fn has_signed(&self, message: &[&[u8]], signature: &str) -> bool {
        is_signed(&self.secret, message, signature)
    }

    /// What may be kept of a foreign text that could repeat what we sent.
    pub(super) fn quote(&self, text: &str) -> String {
        let halves = [self.secret.expose_secret(), &self.id];
        let hidden = halves.into_iter().filter(|half| !half.is_empty());
        brief(&hidden.fold(text.to_owned(), |text, half| text.replace(half, "…")))
    }
}

/// The beginning of a foreign text, without numbers that could be a card's.
pub(super) fn brief(text: &str) -> String {
    let is_end = |c: char| !(c.is_ascii_digit() || c == ' ' || c == '-');
    let hidden = text.split_inclusive(is_end).flat_map(|piece| {
        let is_long = piece.chars().filter(char::is_ascii_digit).count() >= CARD;
        piece.chars().map(move |c| if is_long && c.is_ascii_digit() { 'x' } else { c })
    });
    hidden.take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_holds_no_key_no_card_and_no_novel() {
        let key = Key::new("rzp_test_1".to_owned(), "s3cret".into());
        assert_eq!(key.quote("rzp_test_1:s3cret is wrong"), "…:… is wrong");
        assert_eq!(brief("card 4111 1111-11111111, 3 times"), "card xxxx xxxx-xxxxxxxx, 3 times");
        assert_eq!(brief("of INR 1999 or 12345678901"), "of INR 1999 or 12345678901");
        assert_eq!(brief(&"é".repeat(300)).chars().count(), 200);
        assert_eq!(Key::new(String::new(), "".into()).quote("ab"), "ab");
    }

    #[test]
    fn the_secret_is_not_shown() {
        let shown = format!("{:?}", Key::new("rzp_test_1".to_owned(), "s3cret".into()));
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
