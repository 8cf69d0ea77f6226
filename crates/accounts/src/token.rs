//! Opaque tokens: 256 random bits for the client, their hash for the database.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use shared::digest::sha256;

/// A token that nobody guesses, as 43 characters of base64url.
pub fn fresh() -> SecretString {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()).into()
}

/// SHA-256 in hexadecimal: what the database keeps. No salt is needed for what is random already.
pub fn hash(token: &str) -> String {
    sha256(token.as_bytes())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_token_is_long_new_and_kept_as_its_hash() {
        let (one, other) = (fresh(), fresh());
        assert_eq!(one.expose_secret().len(), 43);
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
