//! What an entry of the audit log tells.

use std::net::IpAddr;

use kernel::UserId;
use serde::Serialize;
use serde_json::Value;

/// Who acted, and from where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// Nobody on the command line and in tasks.
    pub user: Option<UserId>,
    /// The name of the request.
    pub request: Option<String>,
    /// The client's address.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// Whoever works on the command line.
    pub fn operator() -> Self {
        Self::default()
    }
}

/// What was acted upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub(super) kind: &'static str,
    pub(super) id: String,
}

impl Subject {
    /// The thing of this `kind`, in the singular and in English (`user`, `setting`), with this id.
    pub fn new(kind: &'static str, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}

/// An act: written with [`super::Notary::record`] in the transaction of its effect.
///
/// The log is kept for years and nothing is ever erased from it: values name people by their ids only, and of a secret
/// they hold a keyed fingerprint.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Who acted.
    pub by: &'a Actor,
    /// What was done, as `user.roles` or `setting.change`: small letters, dots and underscores.
    pub action: &'static str,
    /// To what.
    pub subject: Subject,
    /// How it was.
    pub before: Value,
    /// How it is now.
    pub after: Value,
}

impl Entry<'_> {
    pub(super) fn texts(&self) -> (String, String) {
        (self.before.to_string(), self.after.to_string())
    }
}

/// A row of the log, as its hash sees it.
#[derive(Debug, Serialize)]
pub(super) struct Content<'a> {
    pub(super) id: u64,
    pub(super) occurred_at: String,
    pub(super) actor_id: Option<u64>,
    pub(super) action: &'a str,
    pub(super) subject_type: &'a str,
    pub(super) subject_id: &'a str,
    pub(super) old_value: &'a str,
    pub(super) new_value: &'a str,
    pub(super) request_id: Option<&'a str>,
    pub(super) ip_address: Option<&'a str>,
    pub(super) previous_hash: &'a str,
}
