//! The SQL of the audit of money.

use chrono::{DateTime, Utc};
use sqlx::MySqlConnection;

pub(in crate::audit) async fn count_payments(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM payment_transactions").fetch_one(conn).await
}

pub(in crate::audit) async fn count_refunds(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM refunds").fetch_one(conn).await
}

pub(in crate::audit) async fn count_webhooks(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM gateway_events").fetch_one(conn).await
}

pub(in crate::audit) async fn list_orders_paid_by_nobody(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT o.id FROM orders o
         WHERE o.payment_status IN ('paid', 'partially_refunded', 'refunded')
           AND NOT EXISTS (
               SELECT 1 FROM payment_transactions t
               WHERE t.order_id = o.id AND t.captured_at IS NOT NULL AND t.amount = o.total_amount
           )
         ORDER BY o.id",
    )
    .fetch_all(conn)
    .await
}

/// Payments that came before `since` (any if it is absent), of which something is kept, and whose order does not want it: it
/// is over, not paid, or paid by another.
pub(in crate::audit) async fn list_payments_kept_for_nothing(
    conn: &mut MySqlConnection,
    since: Option<DateTime<Utc>>,
) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT t.id FROM payment_transactions t
         JOIN orders o ON o.id = t.order_id
         WHERE t.captured_at IS NOT NULL AND t.refunded_amount < t.amount AND (? IS NULL OR t.captured_at < ?)
           AND (
               o.status IN ('cancelled', 'refunded') OR o.payment_status NOT IN ('paid', 'partially_refunded')
               OR EXISTS (
                   SELECT 1 FROM payment_transactions first
                   WHERE first.order_id = t.order_id AND first.id < t.id
                     AND first.captured_at IS NOT NULL AND first.refunded_amount < first.amount
               )
           )
         ORDER BY t.id",
    )
    .bind(since)
    .bind(since)
    .fetch_all(conn)
    .await
}

pub(in crate::audit) async fn list_payments_off_their_refunds(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT t.id FROM payment_transactions t
         LEFT JOIN (
             SELECT payment_id, SUM(amount) AS going FROM refunds WHERE status <> 'failed' GROUP BY payment_id
         ) r ON r.payment_id = t.id
         WHERE t.refunded_amount <> COALESCE(r.going, 0)
         ORDER BY t.id",
    )
    .fetch_all(conn)
    .await
}

/// Attempts to pay online that nobody has decided although their time was over before `end`.
pub(in crate::audit) async fn list_undecided_attempts(
    conn: &mut MySqlConnection,
    end: DateTime<Utc>,
) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT id FROM payment_transactions WHERE open_order_id IS NOT NULL AND expires_at < ? ORDER BY id",
    )
    .bind(end)
    .fetch_all(conn)
    .await
}

/// Refunds that failed, and those that no gateway has taken although they were decided before `since`.
pub(in crate::audit) async fn list_refunds_not_made(
    conn: &mut MySqlConnection,
    since: Option<DateTime<Utc>>,
) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT id FROM refunds
         WHERE status = 'failed'
            OR (status IN ('initiated', 'unknown') AND gateway_name <> 'cash_on_delivery'
                AND (? IS NULL OR initiated_at < ?))
         ORDER BY id",
    )
    .bind(since)
    .bind(since)
    .fetch_all(conn)
    .await
}

pub(in crate::audit) async fn list_unprocessed_webhooks(
    conn: &mut MySqlConnection,
    since: Option<DateTime<Utc>>,
) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT id FROM gateway_events WHERE processed_at IS NULL AND (? IS NULL OR received_at < ?) ORDER BY id",
    )
    .bind(since)
    .bind(since)
    .fetch_all(conn)
    .await
}
