//! Which revision of something a client has seen, so that it does not undo what somebody else changed meanwhile.

use axum::extract::FromRequestParts;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;

use crate::web::{Error, Result};

/// The revision that `If-Match` names (RFC 9110, 13.1.1), quoted or not; nothing for `*` and where the client does not mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<u64>);

impl IfMatch {
    /// The revision, where a change without one is not taken.
    ///
    /// # Errors
    /// 400 naming the header when the client named none.
    pub fn required(self) -> Result<u64> {
        self.0.ok_or_else(|| Error::invalid("If-Match", "must be the revision that is changed, such as \"3\""))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.headers.get(IF_MATCH).map_or(Ok(Self(None)), |header| read(header.to_str().unwrap_or_default()))
    }
}

fn read(header: &str) -> Result<IfMatch> {
    let text = header.trim();
    let number = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
    match (text, number.parse()) {
        ("*", _) => Ok(IfMatch(None)),
        (_, Ok(revision)) => Ok(IfMatch(Some(revision))),
        (_, Err(_)) => Err(Error::invalid("If-Match", "must be a revision, such as \"3\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_a_number_in_quotes_or_without() {
        for header in ["3", "\"3\"", "W/\"3\"", " \"3\" "] {
            assert_eq!(read(header).unwrap(), IfMatch(Some(3)), "{header}");
        }
        assert_eq!(read("*").unwrap(), IfMatch(None));
        for wrong in ["", "\"\"", "three", "-1", "\"1\", \"2\"", "99999999999999999999"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn where_one_is_required_none_is_an_error_of_the_client() {
        assert_eq!(IfMatch(Some(7)).required().unwrap(), 7);
        assert!(matches!(IfMatch(None).required(), Err(Error::Invalid(_))));
    }
}
