//! Seals hashes with a key from the environment, and writes entries.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use chrono::{DateTime, SubsecRound, Utc};
use sqlx::MySqlConnection;

use super::chain::{Link, Tail};
use super::{Entry, store};
use crate::config;
use crate::digest::hex;

/// Adds to the audit log, and knows its own seal. Clones share the keys.
#[derive(Clone)]
pub struct Notary(Arc<Keys>);

struct Keys {
    current: Key,
    previous: Option<Key>,
}

struct Key {
    id: String,
    mac: hmac::Key,
}

/// What a seal proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seal {
    /// Made with the present key.
    Current,
    /// Made with the key before the last rotation.
    Previous,
    /// Made with a key that we do not have, or so it says.
    Unknown,
    /// Says that one of our keys made it, which is not so.
    Forged,
}

impl fmt::Debug for Notary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notary({})", self.0.current.id)
    }
}

impl Notary {
    /// Seals with a key made of `SECRETS_KEY`, and knows the seals of the previous one too.
    pub fn new(config: &config::Secrets) -> Self {
        Self(Arc::new(Keys { current: Key::new(&config.key), previous: config.previous.as_ref().map(Key::new) }))
    }

    /// Adds `entry` to the log, in the caller's transaction and as the last thing that it locks: whoever adds at the same
    /// time waits for its end.
    ///
    /// # Errors
    /// When the database does not answer, and when the end of the log does not bear our seal: nothing is added to a log
    /// that somebody has cut off.
    pub async fn record(&self, conn: &mut MySqlConnection, entry: &Entry<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
        let tail = store::lock_tail(conn).await?;
        if !tail.is_sound(self) {
            return Err(sqlx::Error::Protocol("the end of the audit log does not bear our seal".to_owned()));
        }
        let link = Link::after(&tail, entry, now.trunc_subsecs(6), self);
        store::insert(conn, &link).await?;
        store::update_tail(conn, &link.as_tail(self)).await?;
        tracing::info!(entry = link.id, hash = %link.hash, "audited {}", link.action);
        Ok(())
    }

    /// Seals the end of the log with the present key, if the previous one sealed it; whether it did.
    ///
    /// # Errors
    /// When the database does not answer, and when neither key sealed it.
    pub async fn reseal(&self, conn: &mut MySqlConnection) -> anyhow::Result<bool> {
        let tail = store::lock_tail(conn).await?;
        anyhow::ensure!(tail.is_sound(self), "the end of the audit log bears the seal of neither key");
        if tail.entries == 0 || tail.judge(self) == Seal::Current {
            return Ok(false);
        }
        store::update_tail(conn, &Tail::sealed(tail.entries, tail.hash, self)).await?;
        Ok(true)
    }

    pub(super) fn seal(&self, what: &str) -> String {
        let Key { id, mac } = &self.0.current;
        format!("{id}:{}", hex(hmac::sign(mac, what.as_bytes()).as_ref()))
    }

    pub(super) fn judge(&self, what: &str, seal: &str) -> Seal {
        let Some((id, signature)) = seal.split_once(':') else { return Seal::Forged };
        let Keys { current, previous } = &*self.0;
        let (key, verdict) = match previous {
            _ if current.id == id => (current, Seal::Current),
            Some(previous) if previous.id == id => (previous, Seal::Previous),
            _ => return Seal::Unknown,
        };
        if hex(hmac::sign(&key.mac, what.as_bytes()).as_ref()) == signature { verdict } else { Seal::Forged }
    }
}

impl Key {
    /// A key of its own, so that no other use of the given one makes a seal.
    fn new(config: &config::SecretsKey) -> Self {
        let given = hmac::Key::new(HMAC_SHA256, config.expose());
        let made_for = |purpose: &str| hmac::sign(&given, purpose.as_bytes());
        let id = hex(made_for("pavitra audit key id v1").as_ref()).chars().take(8).collect();
        Self { id, mac: hmac::Key::new(HMAC_SHA256, made_for("pavitra audit v1").as_ref()) }
    }
}
