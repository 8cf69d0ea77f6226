//! Access tokens: HS256, every claim checked (RFC 7519, RFC 8725), keys that can be rotated.

use std::fmt;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::UserId;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::config;

const ISSUER: &str = "pavitra";
const AUDIENCE: &str = "pavitra-api";
/// How long an access token is good.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(60);
/// By how much the clocks of two machines may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// What a token is for; only access tokens open routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TokenUse {
    Access,
}

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    sub: String,
    /// The log-in that the token belongs to; revoking it ends the token.
    pub sid: Uuid,
    /// This very token.
    pub jti: Uuid,
    iat: i64,
    exp: i64,
    /// Ours have none; one that has is not good before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    token_use: TokenUse,
}

impl Claims {
    /// An access token of `user`'s log-in `session`, good for an hour from `now`.
    pub fn access(user: UserId, session: Uuid, now: DateTime<Utc>) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.to_string(),
            sid: session,
            jti: Uuid::now_v7(),
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
            nbf: None,
            token_use: TokenUse::Access,
        }
    }

    /// Whose token it is.
    pub fn user(&self) -> Option<UserId> {
        self.sub.parse().ok().and_then(UserId::new)
    }
}

/// Why a token proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It was good once.
    Expired,
    /// It never was, or not for us.
    Invalid,
    /// Its log-in has ended.
    SignedOut,
}

/// The keys that sign and verify tokens.
pub struct TokenKeys {
    current: Key,
    previous: Option<Key>,
}

struct Key {
    id: String,
    signs: EncodingKey,
    verifies: DecodingKey,
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKeys({})", self.current.id)
    }
}

impl TokenKeys {
    /// The keys that the configuration names.
    pub fn new(config: &config::Jwt) -> anyhow::Result<Self> {
        let previous = config.previous.as_ref().map(Key::new).transpose()?;
        Ok(Self { current: Key::new(&config.secret)?, previous })
    }

    /// Signs `claims` with the current key.
    pub fn sign(&self, claims: &Claims) -> anyhow::Result<String> {
        let header = Header {
            typ: Some("at+jwt".to_owned()),
            kid: Some(self.current.id.clone()),
            ..Header::new(Algorithm::HS256)
        };
        jsonwebtoken::encode(&header, claims, &self.current.signs).context("could not sign a token")
    }

    /// What `token` says, if one of our keys signed it, it is meant for us, and it is not over at `now`.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, Refusal> {
        let header = jsonwebtoken::decode_header(token).or(Err(Refusal::Invalid))?;
        let key = self
            .key(header.kid.as_deref())
            .filter(|_| header.typ.as_deref() == Some("at+jwt") && header.crit.is_none());
        let key = key.ok_or(Refusal::Invalid)?;
        let decoded = jsonwebtoken::decode::<Claims>(token, &key.verifies, &rules()).or(Err(Refusal::Invalid))?;
        in_time(&decoded.claims, now)?;
        decoded.claims.user().map(|_| decoded.claims).ok_or(Refusal::Invalid)
    }

    fn key(&self, id: Option<&str>) -> Option<&Key> {
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten().find(|key| Some(key.id.as_str()) == id)
    }
}

impl Key {
    fn new(secret: &SecretString) -> anyhow::Result<Self> {
        let bytes = secret.expose_secret().as_bytes();
        let signs = EncodingKey::from_secret(bytes);
        let fingerprint = jsonwebtoken::crypto::sign(b"kid", &signs, Algorithm::HS256).context("JWT_SECRET")?;
        let id = fingerprint.chars().take(8).collect();
        Ok(Self { id, signs, verifies: DecodingKey::from_secret(bytes) })
    }
}

/// Signature, issuer and audience; time is ours to check, against the clock that was passed in.
fn rules() -> Validation {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    rules.validate_exp = false;
    rules
}

fn in_time(claims: &Claims, now: DateTime<Utc>) -> Result<(), Refusal> {
    let (now, leeway) = (now.timestamp(), LEEWAY.num_seconds());
    let begins = claims.nbf.unwrap_or(claims.iat).max(claims.iat);
    if begins > now.saturating_add(leeway) || claims.exp.saturating_sub(claims.iat) > LIFETIME.num_seconds() {
        return Err(Refusal::Invalid);
    }
    if claims.exp.saturating_add(leeway) <= now { Err(Refusal::Expired) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(secret: &str, previous: Option<&str>) -> TokenKeys {
        let previous = previous.map(SecretString::from);
        TokenKeys::new(&config::Jwt { secret: secret.into(), previous }).unwrap()
    }

    fn now() -> DateTime<Utc> {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    fn claims() -> Claims {
        Claims::access(UserId::new(7).unwrap(), Uuid::nil(), now())
    }

    #[test]
    fn a_token_is_good_for_an_hour_and_a_minute_of_skew() {
        let keys = keys("secret-a", None);
        let token = keys.sign(&claims()).unwrap();
        assert_eq!(keys.verify(&token, now()).unwrap().user(), UserId::new(7));
        assert!(keys.verify(&token, now() + TimeDelta::seconds(3659)).is_ok());
        assert_eq!(keys.verify(&token, now() + TimeDelta::seconds(3660)), Err(Refusal::Expired));
        assert_eq!(keys.verify(&token, now() - TimeDelta::seconds(61)), Err(Refusal::Invalid));
    }

    #[test]
    fn a_rotated_secret_still_verifies_what_it_signed_and_a_stranger_s_never_did() {
        let token = keys("secret-a", None).sign(&claims()).unwrap();
        assert!(keys("secret-b", Some("secret-a")).verify(&token, now()).is_ok());
        assert_eq!(keys("secret-b", None).verify(&token, now()), Err(Refusal::Invalid));
    }

    #[test]
    fn every_claim_counts() {
        let keys = keys("secret-a", None);
        let forged = [
            Claims { iss: "elsewhere".to_owned(), ..claims() },
            Claims { aud: "elsewhere".to_owned(), ..claims() },
            Claims { sub: "0".to_owned(), ..claims() },
            Claims { sub: "admin".to_owned(), ..claims() },
            Claims { exp: claims().exp + 86_400, ..claims() },
            Claims { nbf: Some(now().timestamp() + 61), ..claims() },
            Claims { iat: i64::MIN, exp: i64::MAX, ..claims() },
        ];
        for claims in forged {
            let token = keys.sign(&claims).unwrap();
            assert_eq!(keys.verify(&token, now()), Err(Refusal::Invalid), "{claims:?}");
        }
    }

    #[test]
    fn the_header_is_not_believed() {
        let keys = keys("secret-a", None);
        let key = EncodingKey::from_secret(b"secret-a");
        let good = Header {
            typ: Some("at+jwt".to_owned()),
            kid: Some(keys.current.id.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let wrong = [
            Header { kid: None, ..good.clone() },
            Header { kid: Some("../../dev/null".to_owned()), ..good.clone() },
            Header { typ: Some("JWT".to_owned()), ..good.clone() },
            Header { alg: Algorithm::HS384, ..good.clone() },
        ];
        for header in wrong {
            let token = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
            assert_eq!(keys.verify(&token, now()), Err(Refusal::Invalid), "{header:?}");
        }
        for nonsense in ["", "a.b.c", "null", "eyJhbGciOiJub25lIn0.e30."] {
            assert_eq!(keys.verify(nonsense, now()), Err(Refusal::Invalid), "{nonsense}");
        }
    }
}
