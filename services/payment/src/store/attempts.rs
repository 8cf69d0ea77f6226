//! Writes attempts to pay online: rows of `payment_transactions` that a gateway moves.

use chrono::{DateTime, TimeDelta, Utc};
use commerce::ids::PaymentId;
use commerce::orders::{Gateway, PaymentMethod};
use gateways::Payment;
use sqlx::MySqlConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::orders::Order;
use crate::tenders::{Tender, TenderStatus};

/// An attempt to be written down before the gateway hears of it.
#[derive(Debug)]
pub(crate) struct NewAttempt<'a> {
    pub(crate) order: &'a Order,
    pub(crate) gateway: Gateway,
    pub(crate) method: PaymentMethod,
    pub(crate) next_check_at: Option<DateTime<Utc>>,
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    new: &NewAttempt<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<PaymentId> {
    let inserted = sqlx::query(
        "INSERT INTO payment_transactions (uuid, order_id, user_id, amount, currency, payment_method, gateway_name, status,
                                           initiated_at, asked_at, expires_at, next_check_at, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'initiated', ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(new.order.id)
    .bind(new.order.user_id)
    .bind(new.order.total_amount)
    .bind(&new.order.currency)
    .bind(new.method)
    .bind(new.gateway)
    .bind(now)
    .bind(now)
    .bind(new.order.hold_expires_at)
    .bind(new.next_check_at)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    PaymentId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

/// Money that came beside `tender`: of the same order, and paid by a payment that is not the tender's.
pub(crate) async fn insert_stray(
    conn: &mut MySqlConnection,
    tender: &Tender,
    payment: &Payment,
    now: DateTime<Utc>,
) -> sqlx::Result<PaymentId> {
    let inserted = sqlx::query(
        "INSERT INTO payment_transactions (uuid, order_id, user_id, amount, currency, payment_method, gateway_name,
             gateway_transaction_id, status, details, fee, tax, initiated_at, captured_at, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'captured', ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(tender.order_id)
    .bind(tender.user_id)
    .bind(payment.amount)
    .bind(&payment.currency)
    .bind(payment.method.or(tender.payment_method))
    .bind(tender.gateway)
    .bind(&payment.id)
    .bind(Json(&payment.details))
    .bind(payment.fee)
    .bind(payment.tax)
    .bind(now)
    .bind(now)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    PaymentId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

/// Whether the gateway may be asked to offer the attempt: nobody has asked it within `span`. From now on somebody has.
pub(crate) async fn take_turn(
    conn: &mut MySqlConnection,
    id: PaymentId,
    span: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let updated = sqlx::query(
        "UPDATE payment_transactions SET asked_at = ?, updated_at = ?
         WHERE id = ? AND status IN ('initiated', 'unknown') AND (asked_at IS NULL OR asked_at <= ?)",
    )
    .bind(now)
    .bind(now)
    .bind(id)
    .bind(now - span)
    .execute(conn)
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// The gateway has not heard of it: whoever comes next may ask at once.
pub(crate) async fn update_unasked(conn: &mut MySqlConnection, id: PaymentId) -> sqlx::Result<()> {
    sqlx::query("UPDATE payment_transactions SET asked_at = NULL WHERE id = ? AND status IN ('initiated', 'unknown')")
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}

/// Nobody knows whether the gateway has heard of it. The caller has locked the tender and knows that the step is legal.
pub(crate) async fn update_unknown(conn: &mut MySqlConnection, id: PaymentId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE payment_transactions SET status = 'unknown', updated_at = ?, revision = revision + 1 WHERE id = ?",
    )
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// The gateway offers it under this name. The caller has locked the tender and knows that the step is legal.
pub(crate) async fn update_offered(
    conn: &mut MySqlConnection,
    id: PaymentId,
    gateway_order: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE payment_transactions SET status = 'created', gateway_order_id = ?, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(gateway_order)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// The gateway calls it this, whatever has become of it. The caller has locked the tender.
pub(crate) async fn update_name(
    conn: &mut MySqlConnection,
    id: PaymentId,
    gateway_order: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE payment_transactions SET gateway_order_id = ?, updated_at = ? WHERE id = ?")
        .bind(gateway_order)
        .bind(now)
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}

/// The bank has promised the money of this payment. The caller has locked the tender and knows that the step is legal.
pub(crate) async fn update_authorized(
    conn: &mut MySqlConnection,
    id: PaymentId,
    payment: &Payment,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE payment_transactions
         SET status = 'authorized', gateway_transaction_id = ?, details = ?, authorized_at = ?, updated_at = ?,
             revision = revision + 1
         WHERE id = ?",
    )
    .bind(&payment.id)
    .bind(Json(&payment.details))
    .bind(now)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// The money of this payment is there. The caller has locked the tender and knows that the step is legal.
pub(crate) async fn update_captured(
    conn: &mut MySqlConnection,
    tender: &Tender,
    payment: &Payment,
    next_check_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE payment_transactions
         SET status = 'captured', gateway_transaction_id = ?, payment_method = ?, details = ?, fee = ?, tax = ?,
             failure_reason = NULL, captured_at = ?, checks = 0, next_check_at = ?, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(&payment.id)
    .bind(payment.method.or(tender.payment_method))
    .bind(Json(&payment.details))
    .bind(payment.fee)
    .bind(payment.tax)
    .bind(now)
    .bind(next_check_at)
    .bind(now)
    .bind(tender.id)
    .execute(conn)
    .await
    .map(drop)
}

/// Nobody waits for the money any more. The caller has locked the tender and knows that the step is legal.
pub(crate) async fn update_failed(
    conn: &mut MySqlConnection,
    id: PaymentId,
    reason: &str,
    next_check_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE payment_transactions
         SET status = 'failed', failure_reason = ?, failed_at = ?, checks = 0, next_check_at = ?, updated_at = ?,
             revision = revision + 1
         WHERE id = ?",
    )
    .bind(reason)
    .bind(now)
    .bind(next_check_at)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// An attempt about which the gateway is to be asked.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Due {
    pub(crate) id: PaymentId,
    pub(crate) status: TenderStatus,
    pub(crate) checks: u32,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) next_check_at: DateTime<Utc>,
}

/// Attempts about which the gateway is to be asked by now, those that wait longest first.
pub(crate) async fn list_due(
    conn: &mut MySqlConnection,
    gateway: Gateway,
    now: DateTime<Utc>,
    limit: u32,
) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as(
        "SELECT id, status, checks, expires_at, next_check_at FROM payment_transactions
         WHERE gateway_name = ? AND next_check_at <= ? ORDER BY next_check_at LIMIT ?",
    )
    .bind(gateway)
    .bind(now)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// Whether this replica is the one to ask now; the next is to ask at `next`.
pub(crate) async fn take_check(
    conn: &mut MySqlConnection,
    due: &Due,
    next: Option<DateTime<Utc>>,
) -> sqlx::Result<bool> {
    let take = sqlx::query(
        "UPDATE payment_transactions SET checks = checks + 1, next_check_at = ? WHERE id = ? AND next_check_at = ?",
    );
    let updated = take.bind(next).bind(due.id).bind(due.next_check_at).execute(conn).await?;
    Ok(updated.rows_affected() == 1)
}

/// So much goes back, if there is so much left.
pub(crate) async fn take_for_refund(
    conn: &mut MySqlConnection,
    id: PaymentId,
    amount: kernel::Paise,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let updated = sqlx::query(
        "UPDATE payment_transactions SET refunded_amount = refunded_amount + ?, updated_at = ?, revision = revision + 1
         WHERE id = ? AND captured_at IS NOT NULL AND refunded_amount + ? <= amount",
    )
    .bind(amount)
    .bind(now)
    .bind(id)
    .bind(amount)
    .execute(conn)
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// So much does not go back after all. The caller has locked the tender.
pub(crate) async fn update_not_refunded(
    conn: &mut MySqlConnection,
    id: PaymentId,
    amount: kernel::Paise,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE payment_transactions SET refunded_amount = refunded_amount - ?, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(amount)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// Some or all of it has gone back. The caller has locked the tender and knows that the step is legal.
pub(crate) async fn update_refunded(
    conn: &mut MySqlConnection,
    id: PaymentId,
    status: TenderStatus,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE payment_transactions SET status = ?, updated_at = ?, revision = revision + 1 WHERE id = ?")
        .bind(status)
        .bind(now)
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}
