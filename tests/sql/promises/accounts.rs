//! What the schema promises of accounts: former passwords, and what proves that somebody is reached.

use super::{HASH, NOON, Promise};

pub(super) const PASSWORD_HISTORY: Promise = Promise {
    table: "password_history",
    row: &[("user_id", "1"), ("password_hash", "'$argon2id$'"), ("replaced_at", NOON)],
    taken: &[],
    refused: &[
        ("ck_password_history_password_hash", &[("password_hash", "''")]),
        ("fk_password_history_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const ACCOUNT_PROOFS: Promise = Promise {
    table: "account_proofs",
    row: &[
        ("uuid", "'a'"),
        ("purpose", "'sign_in'"),
        ("channel", "'sms'"),
        ("recipient", "'+919876543210'"),
        ("salt", "'a'"),
        ("secret_hash", HASH),
        ("created_at", NOON),
        ("expires_at", "'2026-11-22 06:35:00'"),
    ],
    taken: &[
        &[("purpose", "'reset_password'"), ("channel", "'email'"), ("user_id", "1"), ("used_at", NOON)],
        &[("purpose", "'verify_email'"), ("tries", "5")],
        &[("purpose", "'verify_phone'")],
        &[("purpose", "'contact_changed'")],
        &[("purpose", "'delete_account'")],
        &[("purpose", "'set_password'")],
    ],
    refused: &[
        ("ck_account_proofs_purpose", &[("purpose", "'marriage'")]),
        ("ck_account_proofs_channel", &[("channel", "'pigeon'")]),
        ("ck_account_proofs_recipient", &[("recipient", "''")]),
        ("ck_account_proofs_secret_hash", &[("secret_hash", "'123456'")]),
        ("ck_account_proofs_tries", &[("tries", "6")]),
        ("ck_account_proofs_expires_at", &[("expires_at", NOON)]),
        ("fk_account_proofs_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const ACCOUNT_QUOTAS: Promise = Promise {
    table: "account_quotas",
    row: &[("subject", HASH), ("began_at", NOON)],
    taken: &[&[("used", "5")]],
    refused: &[("ck_account_quotas_subject", &[("subject", "'asha@example.com'")])],
};
