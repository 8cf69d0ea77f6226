//! How entries hang together: hashes and seals.

use chrono::{DateTime, SecondsFormat, Utc};
use sqlx::FromRow;

use super::Entry;
use super::entry::Content;
use super::notary::{Notary, Seal};
use crate::digest::sha256;

/// What the first entry follows.
pub(super) const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A row of the log.
#[derive(Debug, FromRow)]
pub(super) struct Link {
    pub(super) id: u64,
    pub(super) occurred_at: DateTime<Utc>,
    pub(super) actor_id: Option<u64>,
    pub(super) action: String,
    pub(super) subject_type: String,
    pub(super) subject_id: String,
    pub(super) old_value: String,
    pub(super) new_value: String,
    pub(super) request_id: Option<String>,
    pub(super) ip_address: Option<String>,
    pub(super) previous_hash: String,
    pub(super) hash: String,
    pub(super) seal: String,
}

impl Link {
    /// `entry` as the next row after `tail`; `at` has no more than microseconds.
    pub(super) fn after(tail: &Tail, entry: &Entry<'_>, at: DateTime<Utc>, notary: &Notary) -> Self {
        let (old_value, new_value) = entry.texts();
        let mut link = Self {
            id: tail.entries.saturating_add(1),
            occurred_at: at,
            actor_id: entry.by.user.map(kernel::UserId::get),
            action: entry.action.to_owned(),
            subject_type: entry.subject.kind.to_owned(),
            subject_id: entry.subject.id.clone(),
            old_value,
            new_value,
            request_id: entry.by.request.clone(),
            ip_address: entry.by.address.map(|address| address.to_string()),
            previous_hash: tail.hash.clone(),
            hash: String::new(),
            seal: String::new(),
        };
        link.hash = link.digest();
        link.seal = notary.seal(&link.sealed());
        link
    }

    /// What its hash has to be. The row as a JSON object, so that no two rows are written alike.
    pub(super) fn digest(&self) -> String {
        let content = Content {
            id: self.id,
            occurred_at: self.occurred_at.to_rfc3339_opts(SecondsFormat::Micros, true),
            actor_id: self.actor_id,
            action: &self.action,
            subject_type: &self.subject_type,
            subject_id: &self.subject_id,
            old_value: &self.old_value,
            new_value: &self.new_value,
            request_id: self.request_id.as_deref(),
            ip_address: self.ip_address.as_deref(),
            previous_hash: &self.previous_hash,
        };
        // Texts and numbers are always JSON.
        sha256(&serde_json::to_vec(&content).unwrap_or_default())
    }

    pub(super) fn judge(&self, notary: &Notary) -> Seal {
        notary.judge(&self.sealed(), &self.seal)
    }

    pub(super) fn as_tail(&self, notary: &Notary) -> Tail {
        Tail::sealed(self.id, self.hash.clone(), notary)
    }

    fn sealed(&self) -> String {
        format!("entry {}", self.hash)
    }
}

/// How the log ends.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Tail {
    pub(super) entries: u64,
    pub(super) hash: String,
    pub(super) seal: String,
}

impl Tail {
    pub(super) fn sealed(entries: u64, hash: String, notary: &Notary) -> Self {
        let seal = notary.seal(&words(entries, &hash));
        Self { entries, hash, seal }
    }

    pub(super) fn judge(&self, notary: &Notary) -> Seal {
        notary.judge(&words(self.entries, &self.hash), &self.seal)
    }

    /// Whether one of our keys sealed it, or nothing was ever written.
    pub(super) fn is_sound(&self, notary: &Notary) -> bool {
        match self.entries {
            0 => self.hash == BEGINNING && self.seal.is_empty(),
            _ => matches!(self.judge(notary), Seal::Current | Seal::Previous),
        }
    }
}

fn words(entries: u64, hash: &str) -> String {
    format!("{entries} entries up to {hash}")
}
