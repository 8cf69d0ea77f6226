//! What the schema promises by itself of the tables that carry the shop: each check refuses the row that breaks it.

mod accounts;
mod audit;
mod catalogue;
mod factors;
mod files;
mod neighbours;
mod payments;
mod people;
mod reviews;
mod variations;

use sqlx::{AssertSqlSafe, Executor, MySqlPool};

use self::accounts::{ACCOUNT_PROOFS, ACCOUNT_QUOTAS, PASSWORD_HISTORY};
use self::audit::{AUDIT_LOG, AUDIT_TAIL};
use self::catalogue::{COUNTED_ORDERS, COUPONS, OLD_SLUGS, PRODUCT_IMAGES, PRODUCT_VIEWS};
use self::factors::{LOGIN_CHALLENGES, RECOVERY_CODES, SECOND_FACTORS};
use self::files::{IMPORT_CHUNKS, IMPORT_FAULTS, IMPORT_JOBS};
use self::neighbours::NEIGHBOURS;
use self::payments::{GATEWAY_EVENTS, PAYMENT_TRANSACTIONS, REFUNDS};
use self::people::{
    NEWSLETTER_SUBSCRIPTIONS, NOTIFICATION_CONSENTS, PREFERENCES, USER_ADDRESSES, USER_SEARCH_PAIRS, USER_SEARCH_WORDS,
    USER_TAX_INFO, WISHLISTS,
};
use self::reviews::{PRODUCT_RATINGS, PRODUCT_REVIEWS, REVIEW_HELPFULNESS};
use self::variations::{ATTRIBUTE_VALUES, ATTRIBUTES, STOCK_MOVEMENTS, VARIATION_ATTRIBUTES, VARIATIONS};

/// Columns and what stands in them, as SQL.
type Values = &'static [(&'static str, &'static str)];

/// A row that the server takes, and changes to it that it refuses under the name of a constraint.
struct Promise {
    table: &'static str,
    row: Values,
    taken: &'static [Values],
    refused: &'static [(&'static str, Values)],
}

const HASH: &str = "SHA2('a', 256)";
const NOON: &str = "'2026-11-22 06:30:00'";

/// Two at ₹118.00 with 18 % in it, ₹10.00 off, ₹11.80 of shipping, in the seller's state.
const ORDER_ITEM: Promise = Promise {
    table: "order_items",
    row: &[
        ("order_id", "1"),
        ("product_id", "1"),
        ("line_number", "1"),
        ("product_name", "'Assam'"),
        ("product_sku", "'A'"),
        ("hsn_code", "'0902'"),
        ("unit_price", "123.00"),
        ("quantity", "2"),
        ("is_gst_inclusive", "TRUE"),
        ("gst_rate", "18"),
        ("total_price", "246.00"),
        ("discount_amount", "10.00"),
        ("taxable_amount", "200.00"),
        ("cgst_amount", "18.00"),
        ("sgst_amount", "18.00"),
        ("igst_amount", "0"),
        ("shipping_amount", "11.80"),
        ("shipping_taxable", "10.00"),
        ("shipping_cgst", "0.90"),
        ("shipping_sgst", "0.90"),
        ("shipping_igst", "0"),
        ("payable_amount", "247.80"),
    ],
    taken: &[
        // To another state.
        &[
            ("cgst_amount", "0"),
            ("sgst_amount", "0"),
            ("igst_amount", "36.00"),
            ("shipping_cgst", "0"),
            ("shipping_sgst", "0"),
            ("shipping_igst", "1.80"),
        ],
        // The tax on top of the price.
        &[("is_gst_inclusive", "FALSE"), ("taxable_amount", "236.00"), ("payable_amount", "283.80")],
        &[("hsn_code", "NULL"), ("product_image", "NULL")],
        &[("variation_id", "1"), ("variation_attributes", "'[]'")],
    ],
    refused: &[
        ("ck_order_items_line_number", &[("line_number", "0")]),
        ("ck_order_items_gst_rate", &[("gst_rate", "100.001")]),
        ("ck_order_items_hsn_code", &[("hsn_code", "'tea'")]),
        ("ck_order_items_total_price", &[("unit_price", "123.01")]),
        ("ck_order_items_total_price", &[("quantity", "3")]),
        (
            "ck_order_items_quantity",
            &[
                ("quantity", "0"),
                ("total_price", "0"),
                ("discount_amount", "0"),
                ("taxable_amount", "0"),
                ("cgst_amount", "0"),
                ("sgst_amount", "0"),
                ("payable_amount", "11.80"),
            ],
        ),
        (
            "ck_order_items_amounts",
            &[("discount_amount", "-10.00"), ("taxable_amount", "220"), ("payable_amount", "267.80")],
        ),
        (
            "ck_order_items_amounts",
            &[("shipping_taxable", "-1.80"), ("shipping_amount", "0"), ("payable_amount", "236.00")],
        ),
        ("ck_order_items_taxable_amount", &[("taxable_amount", "200.01"), ("payable_amount", "247.81")]),
        ("ck_order_items_taxable_amount", &[("is_gst_inclusive", "FALSE")]),
        ("ck_order_items_taxable_amount", &[("discount_amount", "10.01")]),
        ("ck_order_items_halves", &[("cgst_amount", "18.01"), ("sgst_amount", "17.99")]),
        ("ck_order_items_halves", &[("shipping_cgst", "0.91"), ("shipping_sgst", "0.89")]),
        ("ck_order_items_one_supply", &[("taxable_amount", "190"), ("igst_amount", "10")]),
        ("ck_order_items_one_supply", &[("shipping_taxable", "9.00"), ("shipping_igst", "1.00")]),
        ("ck_order_items_shipping_amount", &[("shipping_amount", "11.81"), ("payable_amount", "247.81")]),
        ("ck_order_items_payable_amount", &[("payable_amount", "247.81")]),
        ("fk_order_items_order_id", &[("order_id", "2")]),
        ("fk_order_items_product_id", &[("product_id", "3")]),
        ("fk_order_items_variation_id", &[("variation_id", "2")]),
    ],
};

const ORDER_HISTORY: Promise = Promise {
    table: "order_history",
    row: &[
        ("order_id", "1"),
        ("field_changed", "'status'"),
        ("old_value", "'pending'"),
        ("new_value", "'confirmed'"),
        ("change_type", "'system'"),
    ],
    taken: &[&[("old_value", "NULL")], &[("field_changed", "'payment_status'"), ("changed_by", "1")]],
    refused: &[
        ("ck_order_history_field_changed", &[("field_changed", "'total_amount'")]),
        ("ck_order_history_new_value", &[("new_value", "''")]),
        ("ck_order_history_new_value", &[("new_value", "'pending'")]),
        ("ck_order_history_change_type", &[("change_type", "'magic'")]),
        ("fk_order_history_order_id", &[("order_id", "2")]),
    ],
};

const CARTS: Promise = Promise {
    table: "carts",
    row: &[("user_id", "1")],
    taken: &[],
    refused: &[
        ("ck_carts_holder", &[("user_id", "NULL")]),
        ("ck_carts_holder", &[("guest_session_id", "1")]),
        ("uq_carts_guest_session_id", &[("user_id", "NULL"), ("guest_session_id", "1")]),
        ("fk_carts_user_id", &[("user_id", "2")]),
        ("fk_carts_guest_session_id", &[("user_id", "NULL"), ("guest_session_id", "2")]),
    ],
};

const CART_ITEMS: Promise = Promise {
    table: "cart_items",
    row: &[("cart_id", "1"), ("product_id", "1"), ("quantity", "1"), ("added_price", "0")],
    taken: &[&[("variation_id", "1")]],
    refused: &[
        ("ck_cart_items_quantity", &[("quantity", "0")]),
        ("ck_cart_items_added_price", &[("added_price", "-0.01")]),
        ("fk_cart_items_cart_id", &[("cart_id", "2")]),
        ("fk_cart_items_product_id", &[("product_id", "3")]),
        ("fk_cart_items_variation_id", &[("variation_id", "2")]),
    ],
};

const GUEST_SESSIONS: Promise = Promise {
    table: "guest_sessions",
    row: &[("token_hash", HASH), ("last_seen_at", NOON), ("expires_at", NOON)],
    taken: &[&[("closed_at", NOON)], &[("closed_at", NOON), ("merged_into", "1")]],
    refused: &[
        ("ck_guest_sessions_token_hash", &[("token_hash", "UPPER(SHA2('a', 256))")]),
        ("ck_guest_sessions_merged_into", &[("merged_into", "1")]),
        ("uq_guest_sessions_token_hash", &[("token_hash", "SHA2('b', 256)")]),
    ],
};

const STOCK_HOLDS: Promise = Promise {
    table: "stock_holds",
    row: &[("order_id", "1"), ("product_id", "1"), ("quantity", "1")],
    taken: &[
        &[("quantity", "0"), ("backordered", "1"), ("expires_at", NOON)],
        &[("state", "'sold'"), ("ended_at", NOON)],
        &[("state", "'released'"), ("ended_at", NOON)],
        &[("state", "'expired'"), ("ended_at", NOON)],
        &[("variation_id", "1")],
    ],
    refused: &[
        ("ck_stock_holds_quantity", &[("quantity", "0")]),
        ("ck_stock_holds_state", &[("state", "'lost'"), ("ended_at", NOON)]),
        ("ck_stock_holds_ended_at", &[("ended_at", NOON)]),
        ("ck_stock_holds_ended_at", &[("state", "'sold'")]),
        ("fk_stock_holds_order_id", &[("order_id", "2")]),
        ("fk_stock_holds_variation_id", &[("variation_id", "2")]),
    ],
};

const SESSIONS: Promise = Promise {
    table: "sessions",
    row: &[("uuid", "'b'"), ("user_id", "1"), ("last_activity_at", NOON), ("expires_at", NOON)],
    taken: &[
        &[("revoked_at", NOON), ("revoked_reason", "'rotation_reuse'")],
        &[("revoked_at", NOON), ("revoked_reason", "'device'")],
        &[("revoked_at", NOON), ("revoked_reason", "'mfa_removed'")],
    ],
    refused: &[
        ("ck_sessions_revoked_at", &[("revoked_at", NOON)]),
        ("ck_sessions_revoked_at", &[("revoked_reason", "'logout'")]),
        ("ck_sessions_revoked_reason", &[("revoked_at", NOON), ("revoked_reason", "'boredom'")]),
        ("uq_sessions_uuid", &[("uuid", "'a'")]),
    ],
};

const REFRESH_TOKENS: Promise = Promise {
    table: "refresh_tokens",
    row: &[("session_id", "1"), ("token_hash", HASH), ("issued_at", NOON), ("expires_at", NOON)],
    taken: &[&[("used_at", NOON)]],
    refused: &[
        ("ck_refresh_tokens_token_hash", &[("token_hash", "'a'")]),
        ("fk_refresh_tokens_session_id", &[("session_id", "2")]),
    ],
};

const OUTBOX: Promise = Promise {
    table: "outbox",
    row: &[
        ("event_id", "'a'"),
        ("producer", "'order'"),
        ("type", "'order.placed'"),
        ("payload", "'{}'"),
        ("occurred_at", NOON),
    ],
    taken: &[&[("published_at", NOON)]],
    refused: &[("ck_outbox_payload", &[("payload", "'{'")]), ("ck_outbox_not_empty", &[("producer", "''")])],
};

const IDEMPOTENCY_KEYS: Promise = Promise {
    table: "idempotency_keys",
    row: &[
        ("principal", "'1'"),
        ("scope", "'orders'"),
        ("idempotency_key", "'a'"),
        ("request_hash", HASH),
        ("lease", "'b'"),
        ("leased_until", NOON),
    ],
    taken: &[&[("status", "201"), ("completed_at", NOON)]],
    refused: &[
        ("ck_idempotency_keys_not_empty", &[("principal", "''")]),
        ("ck_idempotency_keys_request_hash", &[("request_hash", "'a'")]),
        ("ck_idempotency_keys_status", &[("status", "422"), ("completed_at", NOON)]),
        ("ck_idempotency_keys_completed_at", &[("status", "200")]),
        ("ck_idempotency_keys_completed_at", &[("completed_at", NOON)]),
    ],
};

const NOTIFICATION_LOGS: Promise = Promise {
    table: "notification_logs",
    row: &[
        ("uuid", "'a'"),
        ("type", "'email'"),
        ("kind", "'order_confirmed'"),
        ("recipient", "'a@x.in'"),
        ("message", "'Thank you'"),
        ("next_attempt_at", NOON),
    ],
    taken: &[
        &[("event_id", "'a'"), ("reference_type", "'order'"), ("reference_id", "1")],
        &[("status", "'sent'"), ("sent_at", NOON)],
        &[("status", "'failed'"), ("user_id", "1")],
    ],
    refused: &[
        ("ck_notification_logs_type", &[("type", "'pigeon'")]),
        ("ck_notification_logs_not_empty", &[("recipient", "''")]),
        ("ck_notification_logs_reference", &[("reference_id", "1")]),
        ("ck_notification_logs_status", &[("status", "'lost'")]),
        ("ck_notification_logs_sent_at", &[("status", "'sent'")]),
        ("ck_notification_logs_sent_at", &[("sent_at", NOON)]),
    ],
};

const INBOX: Promise = Promise {
    table: "inbox",
    row: &[("consumer", "'a'"), ("event_id", "'b'"), ("received_at", NOON)],
    taken: &[],
    refused: &[("ck_inbox_not_empty", &[("consumer", "''")])],
};

const CHANGE_LOG: Promise = Promise {
    table: "change_log",
    row: &[("topic", "'session.revoked'"), ("subject", "''")],
    taken: &[],
    refused: &[("ck_change_log_topic", &[("topic", "''")])],
};

const PROMISES: &[&Promise] = &[
    &PASSWORD_HISTORY,
    &ACCOUNT_PROOFS,
    &ACCOUNT_QUOTAS,
    &COUPONS,
    &PRODUCT_VIEWS,
    &COUNTED_ORDERS,
    &OLD_SLUGS,
    &PRODUCT_IMAGES,
    &IMPORT_JOBS,
    &IMPORT_CHUNKS,
    &IMPORT_FAULTS,
    &PRODUCT_REVIEWS,
    &REVIEW_HELPFULNESS,
    &PRODUCT_RATINGS,
    &ATTRIBUTES,
    &ATTRIBUTE_VALUES,
    &VARIATIONS,
    &VARIATION_ATTRIBUTES,
    &STOCK_MOVEMENTS,
    &ORDER_ITEM,
    &ORDER_HISTORY,
    &CARTS,
    &CART_ITEMS,
    &GUEST_SESSIONS,
    &STOCK_HOLDS,
    &SESSIONS,
    &REFRESH_TOKENS,
    &SECOND_FACTORS,
    &RECOVERY_CODES,
    &LOGIN_CHALLENGES,
    &OUTBOX,
    &IDEMPOTENCY_KEYS,
    &NOTIFICATION_LOGS,
    &INBOX,
    &CHANGE_LOG,
    &PAYMENT_TRANSACTIONS,
    &REFUNDS,
    &GATEWAY_EVENTS,
    &AUDIT_LOG,
    &AUDIT_TAIL,
    &USER_SEARCH_WORDS,
    &USER_SEARCH_PAIRS,
    &USER_ADDRESSES,
    &USER_TAX_INFO,
    &WISHLISTS,
    &PREFERENCES,
    &NOTIFICATION_CONSENTS,
    &NEWSLETTER_SUBSCRIPTIONS,
];

/// The keys that keep a second row away although it was written on its own: what tells the two apart still collides.
const ONCE: &[(&Promise, Values, &str)] = &[
    (&ACCOUNT_PROOFS, &[("secret_hash", "SHA2('b', 256)")], "uq_account_proofs_uuid"),
    (&ACCOUNT_PROOFS, &[("uuid", "'b'")], "uq_account_proofs_secret_hash"),
    (&ACCOUNT_QUOTAS, &[], "uq_account_quotas_subject"),
    (&COUPONS, &[("name", "'Again'")], "uq_coupons_code"),
    (&IMPORT_JOBS, &[], "uq_import_jobs_uuid"),
    (&ORDER_ITEM, &[("line_number", "2")], "uq_order_items_variation_slot_order_id_product_id"),
    (&ORDER_ITEM, &[("product_id", "2")], "uq_order_items_order_id_line_number"),
    (&CARTS, &[], "uq_carts_user_id"),
    (&CART_ITEMS, &[("quantity", "2")], "uq_cart_items_variation_slot_cart_id_product_id"),
    (&STOCK_HOLDS, &[("state", "'released'"), ("ended_at", NOON)], "uq_stock_holds_variation_slot_order_id_product_id"),
    (&ATTRIBUTES, &[("name", "'Again'")], "uq_product_attributes_slug"),
    (&ATTRIBUTE_VALUES, &[("sort_order", "1")], "uq_product_attribute_values_attribute_id_value"),
    (&VARIATIONS, &[("is_default", "FALSE")], "uq_product_variations_sku"),
    (&VARIATIONS, &[("sku", "'A-3'")], "uq_product_variations_default_of"),
    (&VARIATION_ATTRIBUTES, &[], "uq_variation_attributes_variation_id_attribute_id"),
    (&STOCK_MOVEMENTS, &[("quantity", "2"), ("stock_after", "2")], "uq_stock_movements_opening_slot_product_id"),
    (&REFRESH_TOKENS, &[], "uq_refresh_tokens_token_hash"),
    (&SECOND_FACTORS, &[("created_at", "'2026-11-23'")], "PRIMARY"),
    (&RECOVERY_CODES, &[("created_at", "'2026-11-23'")], "uq_recovery_codes_user_id_code_hash"),
    (&LOGIN_CHALLENGES, &[("purpose", "'enrollment'")], "uq_login_challenges_token_hash"),
    (&OUTBOX, &[("producer", "'payment'")], "uq_outbox_event_id"),
    (&IDEMPOTENCY_KEYS, &[("request_hash", "SHA2('b', 256)")], "PRIMARY"),
    (&INBOX, &[("received_at", "'2026-11-23'")], "PRIMARY"),
    (&NOTIFICATION_LOGS, &[("kind", "'order_cancelled'")], "uq_notification_logs_uuid"),
    (&GUEST_SESSIONS, &[], "uq_guest_sessions_token_hash"),
    (
        &PAYMENT_TRANSACTIONS,
        &[("uuid", "'q'"), ("gateway_order_id", "'order_q'"), ("status", "'unknown'")],
        "uq_payment_transactions_open_order_id",
    ),
    (
        &PAYMENT_TRANSACTIONS,
        &[("uuid", "'q'"), ("status", "'failed'")],
        "uq_payment_transactions_gateway_name_gateway_order_id",
    ),
    (&PAYMENT_TRANSACTIONS, &[("status", "'failed'"), ("gateway_order_id", "NULL")], "uq_payment_transactions_uuid"),
    (&REFUNDS, &[("amount", "1.00")], "uq_refunds_uuid"),
    (&GATEWAY_EVENTS, &[("body_hash", "SHA2('b', 256)")], "uq_gateway_events_gateway_name_event_id"),
    (&GATEWAY_EVENTS, &[("event_id", "'f'")], "uq_gateway_events_gateway_name_body_hash"),
    (&AUDIT_LOG, &[("action", "'user.status'")], "PRIMARY"),
    (&USER_SEARCH_WORDS, &[("word", "'ASHA'")], "PRIMARY"),
    (&USER_ADDRESSES, &[("city", "'Pune'")], "uq_user_addresses_uuid"),
    (
        &USER_ADDRESSES,
        &[("uuid", "'b'"), ("address_type_detail", "'work'")],
        "uq_user_addresses_default_of_address_type",
    ),
    (&USER_TAX_INFO, &[("business_name", "'Other'")], "PRIMARY"),
    (&PRODUCT_REVIEWS, &[("uuid", "'d'"), ("rating", "1")], "uq_product_reviews_product_id_user_id"),
    (&PRODUCT_REVIEWS, &[("product_id", "1")], "uq_product_reviews_"),
    (&REVIEW_HELPFULNESS, &[("is_helpful", "FALSE")], "uq_review_helpfulness_review_id_user_id"),
    (&PRODUCT_RATINGS, &[("review_count", "3")], "PRIMARY"),
    (&WISHLISTS, &[("created_at", NOON)], "uq_wishlists_user_id_product_id"),
    (&PREFERENCES, &[("is_enabled", "FALSE"), ("withdrawn_at", NOON)], "PRIMARY"),
    (&NEWSLETTER_SUBSCRIPTIONS, &[("token_hash", "SHA2('c', 256)")], "uq_newsletter_subscriptions_email"),
    (&NEWSLETTER_SUBSCRIPTIONS, &[("email", "'b@x.in'")], "uq_newsletter_subscriptions_token_hash"),
];

impl Promise {
    /// The INSERT of the row with these changes.
    fn insert(&self, changes: Values) -> String {
        let kept = self.row.iter().filter(|(column, _)| changes.iter().all(|(changed, _)| changed != column));
        let (columns, values): (Vec<&str>, Vec<&str>) = kept.chain(changes).copied().unzip();
        format!("INSERT INTO {} ({}) VALUES ({})", self.table, columns.join(", "), values.join(", "))
    }

    /// What the server says about the rows with these changes, written one after the other; nothing is left behind.
    async fn complaint(&self, db: &MySqlPool, rows: &[Values]) -> String {
        let mut tx = db.begin().await.unwrap();
        for changes in rows {
            if let Err(error) = tx.execute(AssertSqlSafe(self.insert(changes))).await {
                return error.to_string();
            }
        }
        String::new()
    }
}

async fn insert_neighbours(db: &MySqlPool) {
    for row in NEIGHBOURS {
        db.execute(row).await.unwrap();
    }
    db.execute("DELETE FROM audit_tail").await.unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_row_that_breaks_a_promise_is_refused_by_its_name(db: MySqlPool) {
    insert_neighbours(&db).await;
    for promise in PROMISES {
        let unchanged: Values = &[];
        for changes in promise.taken.iter().chain([&unchanged]) {
            assert_eq!(promise.complaint(&db, &[changes]).await, "", "{}", promise.insert(changes));
        }
        for (constraint, changes) in promise.refused {
            let complaint = promise.complaint(&db, &[changes]).await;
            assert!(complaint.contains(constraint), "{}: {complaint:?}", promise.insert(changes));
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_may_be_there_once_is_there_once(db: MySqlPool) {
    insert_neighbours(&db).await;
    for (promise, changes, key) in ONCE {
        let complaint = promise.complaint(&db, &[&[], changes]).await;
        assert!(complaint.contains(key), "{}: {complaint:?}", promise.insert(changes));
    }
}

/// One message of a kind per event and channel; a message that no event caused is not held back by another.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_event_causes_a_message_once_a_channel(db: MySqlPool) {
    insert_neighbours(&db).await;
    let (first, again): (Values, Values) =
        (&[("event_id", "'e'")], &[("event_id", "'e'"), ("uuid", "'b'"), ("recipient", "'b@x.in'")]);
    let complaint = NOTIFICATION_LOGS.complaint(&db, &[first, again]).await;
    assert!(complaint.contains("uq_notification_logs_event_id_kind_type"), "{complaint:?}");
    let other: Values = &[("event_id", "'e'"), ("uuid", "'b'"), ("type", "'sms'")];
    assert_eq!(NOTIFICATION_LOGS.complaint(&db, &[first, other, &[("uuid", "'c'")], &[("uuid", "'d'")]]).await, "");
}

/// Every CHECK of these tables is broken by a row above.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_check_goes_untried(db: MySqlPool) {
    let checks: Vec<String> = sqlx::query_scalar(
        "SELECT CAST(c.constraint_name AS CHAR) FROM information_schema.check_constraints c
         JOIN information_schema.table_constraints t
           ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
         WHERE c.constraint_schema = DATABASE() AND c.constraint_name LIKE 'ck%' AND FIND_IN_SET(t.table_name, ?)",
    )
    .bind(PROMISES.iter().map(|promise| promise.table).collect::<Vec<_>>().join(","))
    .fetch_all(&db)
    .await
    .unwrap();
    assert!(checks.len() > 30, "{checks:?}");
    let tried: Vec<&str> = PROMISES.iter().flat_map(|promise| promise.refused).map(|(name, _)| *name).collect();
    assert_eq!(checks.iter().filter(|name| !tried.contains(&name.as_str())).collect::<Vec<_>>(), [""; 0]);
}
