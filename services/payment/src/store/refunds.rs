//! Reads and writes refunds.

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, PaymentId, RefundId};
use commerce::orders::{Gateway, RefundPurpose};
use kernel::Paise;
use sqlx::{MySql, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::refunds::Refund;
use crate::tenders::Tender;

/// A refund to be written down before the gateway hears of it.
#[derive(Debug)]
pub(crate) struct NewRefund<'a> {
    pub(crate) tender: &'a Tender,
    pub(crate) amount: Paise,
    pub(crate) purpose: RefundPurpose,
    pub(crate) reason: &'a str,
    pub(crate) next_check_at: Option<DateTime<Utc>>,
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    new: &NewRefund<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<RefundId> {
    let inserted = sqlx::query(
        "INSERT INTO refunds (uuid, payment_id, order_id, user_id, amount, currency, purpose, reason, gateway_name, status,
                              initiated_at, next_check_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, LEFT(?, 255), ?, 'initiated', ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(new.tender.id)
    .bind(new.tender.order_id)
    .bind(new.tender.user_id)
    .bind(new.amount)
    .bind(&new.tender.currency)
    .bind(new.purpose)
    .bind(new.reason)
    .bind(new.tender.gateway)
    .bind(now)
    .bind(new.next_check_at)
    .bind(now)
    .execute(conn)
    .await?;
    RefundId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

fn select() -> QueryBuilder<MySql> {
    QueryBuilder::new(
        "SELECT r.id, r.uuid, r.payment_id, r.order_id, o.order_number, r.user_id, r.amount, r.currency, r.purpose,
                r.reason, r.gateway_name, r.gateway_refund_id, r.status, r.failure_reason, r.initiated_at,
                r.processed_at, r.failed_at, r.checks
         FROM refunds r
         JOIN orders o ON o.id = r.order_id",
    )
}

pub(crate) async fn find(conn: &mut MySqlConnection, id: RefundId) -> sqlx::Result<Option<Refund>> {
    select().push(" WHERE r.id = ").push_bind(id).build_query_as().fetch_optional(conn).await
}

/// The refund whose name outside of this shop this is.
pub(crate) async fn find_by_uuid(conn: &mut MySqlConnection, uuid: &str) -> sqlx::Result<Option<Refund>> {
    select().push(" WHERE r.uuid = ").push_bind(uuid).build_query_as().fetch_optional(conn).await
}

/// The refund that `gateway` calls by this name.
pub(crate) async fn find_by_gateway(
    conn: &mut MySqlConnection,
    gateway: Gateway,
    id: &str,
) -> sqlx::Result<Option<Refund>> {
    let mut query = select();
    query.push(" WHERE r.gateway_name = ").push_bind(gateway).push(" AND r.gateway_refund_id = ").push_bind(id);
    query.build_query_as().fetch_optional(conn).await
}

/// How much of a payment has gone back.
pub(crate) async fn find_processed_of_payment(conn: &mut MySqlConnection, payment: PaymentId) -> sqlx::Result<Paise> {
    sqlx::query_scalar("SELECT COALESCE(SUM(amount), 0.00) FROM refunds WHERE payment_id = ? AND status = 'processed'")
        .bind(payment)
        .fetch_one(conn)
        .await
}

/// How much of an order has gone back; what was paid too often does not count.
pub(crate) async fn find_processed_of_order(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Paise> {
    sqlx::query_scalar(
        "SELECT COALESCE(SUM(amount), 0.00) FROM refunds
         WHERE order_id = ? AND status = 'processed' AND purpose = 'order'",
    )
    .bind(order)
    .fetch_one(conn)
    .await
}

/// Refunds about which the gateway is to be asked by now, those that wait longest first.
pub(crate) async fn list_due(
    conn: &mut MySqlConnection,
    gateway: Gateway,
    now: DateTime<Utc>,
    limit: u32,
) -> sqlx::Result<Vec<Refund>> {
    let mut query = select();
    query.push(" WHERE r.gateway_name = ").push_bind(gateway).push(" AND r.next_check_at <= ").push_bind(now);
    query.push(" ORDER BY r.next_check_at LIMIT ").push_bind(limit);
    query.build_query_as().fetch_all(conn).await
}

/// Whether this replica is the one to ask now; the next is to ask at `next`.
pub(crate) async fn take_check(conn: &mut MySqlConnection, refund: &Refund, next: DateTime<Utc>) -> sqlx::Result<bool> {
    let take = sqlx::query("UPDATE refunds SET checks = checks + 1, next_check_at = ? WHERE id = ? AND checks = ?");
    let updated = take.bind(next).bind(refund.id).bind(refund.checks).execute(conn).await?;
    Ok(updated.rows_affected() == 1)
}

/// Nobody knows whether the gateway has heard of it, unless an answer has come since.
pub(crate) async fn update_unknown(conn: &mut MySqlConnection, id: RefundId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query("UPDATE refunds SET status = 'unknown', updated_at = ? WHERE id = ? AND status = 'initiated'")
        .bind(now)
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}

/// The money is on its way. The caller has locked the payment and knows that the step is legal.
pub(crate) async fn update_pending(
    conn: &mut MySqlConnection,
    id: RefundId,
    gateway_refund: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE refunds SET status = 'pending', gateway_refund_id = ?, updated_at = ? WHERE id = ?")
        .bind(gateway_refund)
        .bind(now)
        .bind(id)
        .execute(conn)
        .await
        .map(drop)
}

/// The money has gone back. The caller has locked the payment and knows that the step is legal.
pub(crate) async fn update_processed(
    conn: &mut MySqlConnection,
    id: RefundId,
    gateway_refund: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE refunds SET status = 'processed', gateway_refund_id = ?, processed_at = ?, next_check_at = NULL,
                updated_at = ? WHERE id = ?",
    )
    .bind(gateway_refund)
    .bind(now)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// The money did not go back. The caller has locked the payment and knows that the step is legal.
pub(crate) async fn update_failed(
    conn: &mut MySqlConnection,
    id: RefundId,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE refunds SET status = 'failed', failure_reason = ?, failed_at = ?, next_check_at = NULL, updated_at = ?
         WHERE id = ?",
    )
    .bind(reason)
    .bind(now)
    .bind(now)
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}
