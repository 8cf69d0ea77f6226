//! Shoppers without an account: a token that the shop gave out, and of which it keeps the hash.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use commerce::ids::GuestId;
use rand::RngExt;
use shared::digest::sha256;
use sqlx::MySqlConnection;

use crate::store;

/// How long a session lives after it was last used.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);
/// How often its last use is written down.
const PRECISION: TimeDelta = TimeDelta::days(1);
/// 256 random bits.
const BYTES: usize = 32;

/// What a guest shows to be recognised: a secret, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct GuestToken(String);

impl GuestToken {
    /// The token in what a client sent, if it looks like one of ours: in the header, or else in a cookie.
    pub fn sent<'a>(header: Option<&'a str>, cookies: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        header.into_iter().chain(cookies).find_map(Self::parse)
    }

    /// The token as it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == BYTES).then(|| Self(text.to_owned()))
    }

    fn random() -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; BYTES]>()))
    }

    /// What the database keeps of it, in hexadecimal digits.
    fn hash(&self) -> String {
        sha256(self.0.as_bytes())
    }
}

impl fmt::Debug for GuestToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuestToken")
    }
}

/// Opens a session for somebody who has none.
pub async fn open(conn: &mut MySqlConnection, now: DateTime<Utc>) -> sqlx::Result<(GuestId, GuestToken)> {
    let token = GuestToken::random();
    let guest = store::guests::insert(conn, &token.hash(), now, now + LIFETIME).await?;
    Ok((guest, token))
}

/// Whose token it is, if the shop gave it out and the session has not ended; being used keeps a session alive.
pub async fn find(conn: &mut MySqlConnection, token: &GuestToken, now: DateTime<Utc>) -> sqlx::Result<Option<GuestId>> {
    let Some((guest, last_seen_at)) = store::guests::find(conn, &token.hash(), now).await? else { return Ok(None) };
    if last_seen_at + PRECISION <= now {
        store::guests::update_seen(conn, guest, now, now + LIFETIME).await?;
    }
    Ok(Some(guest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_comes_first_and_what_is_no_token_of_ours_is_none() {
        let (one, two) = (GuestToken::random(), GuestToken::random());
        assert_eq!(GuestToken::sent(Some(one.as_str()), [two.as_str()]), Some(one));
        for nonsense in ["", "null", "undefined", "x.y", &"A".repeat(42), &"A".repeat(44), &"!".repeat(43)] {
            assert_eq!(GuestToken::sent(Some(nonsense), ["", two.as_str()]), Some(two.clone()), "{nonsense}");
            assert_eq!(GuestToken::sent(None, [nonsense]), None, "{nonsense}");
        }
    }

    #[test]
    fn a_token_has_256_bits_and_neither_it_nor_its_log_line_tells_the_hash() {
        let token = GuestToken::random();
        assert_eq!((token.as_str().len(), token.hash().len()), (43, 64));
        assert_ne!(GuestToken::random(), token);
        assert_eq!(format!("{token:?}"), "GuestToken");
    }
}
