//! What the schema promises of people: how they are found, their addresses, wishes, consents and newsletters.

use super::{HASH, NOON, Promise};

pub(super) const USER_SEARCH_WORDS: Promise = Promise {
    table: "user_search_words",
    row: &[("user_id", "1"), ("word", "'asha'")],
    taken: &[],
    refused: &[("ck_user_search_words_word", &[("word", "''")]), ("fk_user_search_words_user_id", &[("user_id", "2")])],
};

pub(super) const USER_SEARCH_PAIRS: Promise = Promise {
    table: "user_search_pairs",
    row: &[("user_id", "1"), ("beginnings", "'as ra'")],
    taken: &[],
    refused: &[
        ("ck_user_search_pairs_beginnings", &[("beginnings", "'asha'")]),
        ("fk_user_search_pairs_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const USER_ADDRESSES: Promise = Promise {
    table: "user_addresses",
    row: &[
        ("uuid", "'a'"),
        ("user_id", "1"),
        ("full_name", "'Asha Rao'"),
        ("phone", "'+919820012345'"),
        ("address_line1", "'4 Hill Road'"),
        ("city", "'Mumbai'"),
        ("state_code", "'27'"),
        ("postal_code", "'400050'"),
        ("is_default", "TRUE"),
    ],
    taken: &[&[("address_type", "'billing'"), ("address_type_detail", "'work'"), ("is_default", "FALSE")]],
    refused: &[
        ("ck_user_addresses_address_type", &[("address_type", "'summer'")]),
        ("ck_user_addresses_address_type_detail", &[("address_type_detail", "'boat'")]),
        ("ck_user_addresses_not_empty", &[("city", "''")]),
        ("ck_user_addresses_postal_code", &[("postal_code", "'900001'")]),
        ("fk_user_addresses_user_id", &[("user_id", "2")]),
        ("fk_user_addresses_state_code", &[("state_code", "'28'")]),
    ],
};

pub(super) const USER_TAX_INFO: Promise = Promise {
    table: "user_tax_info",
    row: &[("user_id", "1"), ("gst_number", "'27AAPFU0939F1ZV'"), ("business_name", "'Rao'")],
    taken: &[],
    refused: &[
        ("ck_user_tax_info_gst_number", &[("gst_number", "'27aapfu0939f1zv'")]),
        ("ck_user_tax_info_business_name", &[("business_name", "''")]),
        ("fk_user_tax_info_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const WISHLISTS: Promise = Promise {
    table: "wishlists",
    row: &[("user_id", "1"), ("product_id", "1")],
    taken: &[],
    refused: &[("fk_wishlists_user_id", &[("user_id", "2")]), ("fk_wishlists_product_id", &[("product_id", "3")])],
};

pub(super) const PREFERENCES: Promise = Promise {
    table: "user_notification_preferences",
    row: &[
        ("user_id", "1"),
        ("channel", "'email'"),
        ("purpose", "'marketing'"),
        ("is_enabled", "TRUE"),
        ("consented_at", NOON),
    ],
    taken: &[&[("is_enabled", "FALSE"), ("withdrawn_at", NOON)]],
    refused: &[
        ("ck_user_notification_preferences_channel", &[("channel", "'pigeon'")]),
        ("ck_user_notification_preferences_purpose", &[("purpose", "'spam'")]),
        ("ck_user_notification_preferences_times", &[("consented_at", "NULL")]),
        ("ck_user_notification_preferences_times", &[("is_enabled", "FALSE")]),
        ("fk_user_notification_preferences_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const NOTIFICATION_CONSENTS: Promise = Promise {
    table: "notification_consents",
    row: &[("user_id", "1"), ("channel", "'email'"), ("purpose", "'marketing'"), ("is_given", "TRUE")],
    taken: &[],
    refused: &[
        ("ck_notification_consents_not_empty", &[("channel", "''")]),
        ("fk_notification_consents_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const NEWSLETTER_SUBSCRIPTIONS: Promise = Promise {
    table: "newsletter_subscriptions",
    row: &[("email", "'a@x.in'"), ("token_hash", HASH), ("requested_at", NOON)],
    taken: &[&[("status", "'active'"), ("confirmed_at", NOON)], &[("status", "'ended'"), ("ended_at", NOON)]],
    refused: &[
        ("ck_newsletter_subscriptions_email", &[("email", "''")]),
        ("ck_newsletter_subscriptions_status", &[("status", "'lost'")]),
        ("ck_newsletter_subscriptions_token_hash", &[("token_hash", "'a'")]),
        ("ck_newsletter_subscriptions_times", &[("status", "'active'")]),
        ("ck_newsletter_subscriptions_times", &[("status", "'ended'")]),
    ],
};
