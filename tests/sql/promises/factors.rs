//! What the schema promises of second factors.

use super::{HASH, NOON, Promise};

pub(super) const SECOND_FACTORS: Promise = Promise {
    table: "second_factors",
    row: &[("user_id", "1"), ("sealed_secret", "'v1.a.b'"), ("created_at", NOON)],
    taken: &[&[("confirmed_at", NOON), ("last_step", "1")]],
    refused: &[
        ("ck_second_factors_sealed_secret", &[("sealed_secret", "'JBSWY3DPEHPK3PXP'")]),
        ("ck_second_factors_last_step", &[("confirmed_at", NOON)]),
        ("ck_second_factors_last_step", &[("last_step", "1")]),
        ("fk_second_factors_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const RECOVERY_CODES: Promise = Promise {
    table: "recovery_codes",
    row: &[("user_id", "1"), ("code_hash", HASH), ("created_at", NOON)],
    taken: &[&[("used_at", NOON)]],
    refused: &[
        ("ck_recovery_codes_code_hash", &[("code_hash", "'AAAA-BBBB-CCCC-DDDD'")]),
        ("fk_recovery_codes_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const LOGIN_CHALLENGES: Promise = Promise {
    table: "login_challenges",
    row: &[
        ("token_hash", HASH),
        ("user_id", "1"),
        ("purpose", "'second_factor'"),
        ("created_at", NOON),
        ("expires_at", NOON),
    ],
    taken: &[&[("purpose", "'enrollment'"), ("tries", "5"), ("used_at", NOON)]],
    refused: &[
        ("ck_login_challenges_token_hash", &[("token_hash", "'a'")]),
        ("ck_login_challenges_purpose", &[("purpose", "'boredom'")]),
        ("ck_login_challenges_tries", &[("tries", "6")]),
        ("fk_login_challenges_user_id", &[("user_id", "2")]),
    ],
};
