//! The name of a request, which it keeps through logs, answers and messages.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header that carries it both ways.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// A request's name: what the client sent if it is a sane token, else one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(HEADER).and_then(|value| value.to_str().ok()).filter(|text| is_sane(text));
        Self(sent.map_or_else(|| format!("req-{}", Uuid::now_v7().simple()), str::to_owned))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn to_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

fn is_sane(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sane_tokens_are_kept_and_others_replaced() {
        let of = |value: &str| RequestId::of(&HeaderMap::from_iter([(HEADER, value.parse().unwrap())]));
        assert_eq!(of("req-abc123").as_str(), "req-abc123");
        for other in ["", "a b", "a\"b", "<script>", &"x".repeat(65)] {
            assert!(of(other).as_str().starts_with("req-") && of(other).as_str().len() == 36, "{other}");
        }
    }
}
