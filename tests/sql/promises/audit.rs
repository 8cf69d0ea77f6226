//! The log of who changed what.

use super::{HASH, NOON, Promise};

pub(super) const AUDIT_LOG: Promise = Promise {
    table: "audit_log",
    row: &[
        ("id", "1"),
        ("occurred_at", NOON),
        ("action", "'user.roles'"),
        ("subject_type", "'user'"),
        ("subject_id", "'1'"),
        ("old_value", "'[]'"),
        ("new_value", "'[]'"),
        ("previous_hash", "REPEAT('0', 64)"),
        ("hash", HASH),
        ("seal", "'a:b'"),
    ],
    taken: &[&[("actor_id", "1"), ("request_id", "'a'"), ("ip_address", "'203.0.113.7'")]],
    refused: &[
        ("ck_audit_log_id", &[("id", "0")]),
        ("ck_audit_log_action", &[("action", "'User Roles'")]),
        ("ck_audit_log_subject", &[("subject_type", "''")]),
        ("ck_audit_log_subject", &[("subject_id", "''")]),
        ("ck_audit_log_values", &[("old_value", "'['")]),
        ("ck_audit_log_values", &[("new_value", "''")]),
        ("ck_audit_log_hashes", &[("hash", "UPPER(SHA2('a', 256))")]),
        ("ck_audit_log_hashes", &[("previous_hash", "''")]),
        ("ck_audit_log_seal", &[("seal", "''")]),
    ],
};

/// Its one row comes with the schema.
pub(super) const AUDIT_TAIL: Promise = Promise {
    table: "audit_tail",
    row: &[("id", "1"), ("entries", "1"), ("hash", HASH), ("seal", "'a:b'")],
    taken: &[],
    refused: &[
        ("ck_audit_tail_id", &[("id", "2")]),
        ("ck_audit_tail_hash", &[("hash", "''")]),
        ("ck_audit_tail_seal", &[("seal", "''")]),
        ("ck_audit_tail_seal", &[("entries", "0")]),
    ],
};
