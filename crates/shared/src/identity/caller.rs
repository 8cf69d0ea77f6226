//! Reads the `Authorization` header of a request into who is calling.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use chrono::{DateTime, Utc};

use super::{Claims, Refusal, TokenKeys};

/// Who made a request. Lies in the request's extensions; routes that care decide what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody in particular.
    Anonymous,
    /// The holder of a good access token.
    Known(Claims),
    /// Somebody whose token proves nothing: routes that ask for a caller answer 401.
    Refused(Refusal),
    /// The holder of a good token at a moment when nobody can tell whether the log-in has ended.
    Unproven,
}

impl Caller {
    /// Judges the header. The document's client sends `Bearer null`, `Bearer undefined` and `Bearer ` for guests.
    pub fn of(headers: &HeaderMap, keys: &TokenKeys, now: DateTime<Utc>) -> Self {
        let Some(header) = headers.get(AUTHORIZATION) else { return Self::Anonymous };
        let Some((scheme, token)) = header.to_str().ok().map(|text| text.split_once(' ').unwrap_or((text, ""))) else {
            return Self::Refused(Refusal::Invalid);
        };
        match token.trim() {
            _ if !scheme.eq_ignore_ascii_case("bearer") => Self::Refused(Refusal::Invalid),
            "" | "null" | "undefined" => Self::Anonymous,
            token => keys.verify(token, now).map_or_else(Self::Refused, Self::Known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Jwt;

    #[test]
    fn guests_of_the_document_s_client_are_anonymous_and_nonsense_is_refused() {
        let keys = TokenKeys::new(&Jwt { secret: "secret".into(), previous: None }).unwrap();
        let caller = |value: &'static str| {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())]);
            Caller::of(&headers, &keys, DateTime::default())
        };
        assert_eq!(Caller::of(&HeaderMap::new(), &keys, DateTime::default()), Caller::Anonymous);
        for guest in ["Bearer null", "Bearer undefined", "Bearer ", "bearer", "BEARER null"] {
            assert_eq!(caller(guest), Caller::Anonymous, "{guest}");
        }
        for nonsense in ["Basic YWxhZGRpbg==", "Bearer x.y.z", "null"] {
            assert_eq!(caller(nonsense), Caller::Refused(Refusal::Invalid), "{nonsense}");
        }
    }
}
