//! What the schema promises of accounts: former passwords, and what proves that somebody is reached.

use super::{NOON, Promise};

pub(super) const PASSWORD_HISTORY: Promise = Promise {
    table: "password_history",
    row: &[("user_id", "1"), ("password_hash", "'$argon2id$'"), ("replaced_at", NOON)],
    taken: &[],
    refused: &[
        ("ck_password_history_password_hash", &[("password_hash", "''")]),
        ("fk_password_history_user_id", &[("user_id", "2")]),
    ],
};
