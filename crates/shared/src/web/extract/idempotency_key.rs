//! The client's name for one try, so that a second try is answered like the first.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::web::{Error, Result};

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// `Idempotency-Key`: 1 to 255 visible ASCII characters, if the client sent one (draft-ietf-httpapi-idempotency-key-header).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let Some(header) = parts.headers.get(HEADER) else { return Ok(Self(None)) };
        let key = header.to_str().ok().filter(|text| is_key(text));
        let key = key.ok_or_else(|| Error::invalid("Idempotency-Key", "must be 1 to 255 visible ASCII characters"))?;
        Ok(Self(Some(key.to_owned())))
    }
}

fn is_key(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_visible() {
        for key in ["k", "8e03978e-40d5-43e8-bc93-6894a57f9324", "\"quoted\"", &"k".repeat(255)] {
            assert!(is_key(key), "{key}");
        }
        for wrong in ["", "a b", "tab\t", &"k".repeat(256)] {
            assert!(!is_key(wrong), "{wrong}");
        }
    }
}
