//! What the schema promises of money: attempts to pay, refunds, webhooks.

use super::{HASH, NOON, Promise};

pub(super) const PAYMENT_TRANSACTIONS: Promise = Promise {
    table: "payment_transactions",
    row: &[
        ("uuid", "'p'"),
        ("order_id", "1"),
        ("user_id", "1"),
        ("amount", "236.00"),
        ("gateway_name", "'razorpay'"),
        ("gateway_order_id", "'order_p'"),
        ("status", "'created'"),
    ],
    taken: &[
        &[("gateway_order_id", "NULL"), ("status", "'initiated'")],
        &[("status", "'captured'"), ("captured_at", NOON), ("refunded_amount", "236.00")],
    ],
    refused: &[
        ("ck_payment_transactions_amount", &[("amount", "0")]),
        ("ck_payment_transactions_currency", &[("currency", "'inr'")]),
        ("ck_payment_transactions_not_empty", &[("gateway_order_id", "''")]),
        ("ck_payment_transactions_not_empty", &[("gateway_transaction_id", "''")]),
        ("ck_payment_transactions_status", &[("status", "'paid'")]),
        ("ck_payment_transactions_captured_at", &[("status", "'captured'")]),
        ("ck_payment_transactions_refunded_amount", &[("refunded_amount", "0.01")]),
        (
            "ck_payment_transactions_refunded_amount",
            &[("status", "'captured'"), ("captured_at", NOON), ("refunded_amount", "236.01")],
        ),
        (
            "ck_payment_transactions_refunded_amount",
            &[("status", "'captured'"), ("captured_at", NOON), ("refunded_amount", "-0.01")],
        ),
        ("fk_payment_transactions_order_id", &[("order_id", "2")]),
        ("fk_payment_transactions_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const REFUNDS: Promise = Promise {
    table: "refunds",
    row: &[
        ("uuid", "'r'"),
        ("payment_id", "1"),
        ("order_id", "1"),
        ("user_id", "1"),
        ("amount", "236.00"),
        ("purpose", "'order'"),
        ("reason", "'late'"),
        ("gateway_name", "'razorpay'"),
        ("initiated_at", NOON),
        ("updated_at", NOON),
    ],
    taken: &[
        &[("status", "'processed'"), ("processed_at", NOON), ("gateway_refund_id", "'rfnd_1'")],
        &[("status", "'failed'"), ("failed_at", NOON), ("purpose", "'surplus'")],
    ],
    refused: &[
        ("ck_refunds_amount", &[("amount", "0")]),
        ("ck_refunds_currency", &[("currency", "'inr'")]),
        ("ck_refunds_purpose", &[("purpose", "'gift'")]),
        ("ck_refunds_status", &[("status", "'done'")]),
        ("ck_refunds_not_empty", &[("reason", "''")]),
        ("ck_refunds_not_empty", &[("gateway_refund_id", "''")]),
        ("ck_refunds_processed_at", &[("status", "'processed'")]),
        ("ck_refunds_processed_at", &[("processed_at", NOON)]),
        ("ck_refunds_failed_at", &[("status", "'failed'")]),
        ("fk_refunds_payment_id", &[("payment_id", "2")]),
        ("fk_refunds_order_id", &[("order_id", "2")]),
        ("fk_refunds_user_id", &[("user_id", "2")]),
    ],
};

pub(super) const GATEWAY_EVENTS: Promise = Promise {
    table: "gateway_events",
    row: &[
        ("gateway_name", "'razorpay'"),
        ("event_id", "'e'"),
        ("body_hash", HASH),
        ("body", "'{}'"),
        ("received_at", NOON),
        ("next_try_at", NOON),
    ],
    taken: &[&[("outcome", "'applied'"), ("processed_at", NOON), ("next_try_at", "NULL")]],
    refused: &[
        ("ck_gateway_events_not_empty", &[("event_id", "''")]),
        ("ck_gateway_events_body_hash", &[("body_hash", "'a'")]),
        ("ck_gateway_events_outcome", &[("outcome", "'lost'"), ("processed_at", NOON), ("next_try_at", "NULL")]),
        ("ck_gateway_events_processed_at", &[("next_try_at", "NULL")]),
        ("ck_gateway_events_processed_at", &[("processed_at", NOON), ("next_try_at", "NULL")]),
    ],
};
