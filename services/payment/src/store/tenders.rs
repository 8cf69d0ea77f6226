//! Reads and writes tenders: the rows of `payment_transactions`.

use chrono::{DateTime, Utc};
use commerce::ids::{OrderId, PaymentId};
use commerce::orders::{Gateway, PaymentMethod};
use kernel::{Page, PageRequest, UserId};
use sqlx::{MySql, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use crate::orders::Order;
use crate::tenders::{Tender, TenderStatus};

pub(crate) async fn find(conn: &mut MySqlConnection, id: PaymentId) -> sqlx::Result<Option<Tender>> {
    select().push(" WHERE t.id = ").push_bind(id).build_query_as().fetch_optional(conn).await
}

/// The tender `id`, and nobody changes it before the transaction ends. Whoever locks its order too does that before.
pub(crate) async fn lock(conn: &mut MySqlConnection, id: PaymentId) -> sqlx::Result<Option<Tender>> {
    // Beside a join the order would be locked too, and after the payment.
    let lock = sqlx::query("SELECT id FROM payment_transactions WHERE id = ? FOR UPDATE");
    lock.bind(id).execute(&mut *conn).await?;
    find(conn, id).await
}

/// The tender whose name outside of this shop this is.
pub(crate) async fn find_by_uuid(conn: &mut MySqlConnection, uuid: &str) -> sqlx::Result<Option<Tender>> {
    select().push(" WHERE t.uuid = ").push_bind(uuid).build_query_as().fetch_optional(conn).await
}

/// The tender that `gateway` calls by this name.
pub(crate) async fn find_by_gateway_order(
    conn: &mut MySqlConnection,
    gateway: Gateway,
    id: &str,
) -> sqlx::Result<Option<Tender>> {
    let mut query = select();
    query.push(" WHERE t.gateway_name = ").push_bind(gateway).push(" AND t.gateway_order_id = ").push_bind(id);
    query.build_query_as().fetch_optional(conn).await
}

/// The tender that was paid by what `gateway` calls by this name.
pub(crate) async fn find_by_gateway_payment(
    conn: &mut MySqlConnection,
    gateway: Gateway,
    id: &str,
) -> sqlx::Result<Option<Tender>> {
    let mut query = select();
    query.push(" WHERE t.gateway_name = ").push_bind(gateway).push(" AND t.gateway_transaction_id = ").push_bind(id);
    query.build_query_as().fetch_optional(conn).await
}

/// The tender by which `order` is being paid; there is at most one.
pub(crate) async fn find_open(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Option<Tender>> {
    select().push(" WHERE t.open_order_id = ").push_bind(order).build_query_as().fetch_optional(conn).await
}

/// Locks the tenders of `order` whose money came, the oldest first.
pub(crate) async fn lock_captured(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Vec<Tender>> {
    let lock = sqlx::query("SELECT id FROM payment_transactions WHERE order_id = ? ORDER BY id FOR UPDATE");
    lock.bind(order).execute(&mut *conn).await?;
    let tenders = list_of_order(conn, order).await?;
    Ok(tenders.into_iter().filter(|tender| tender.status.is_captured()).collect())
}

/// The tender of cash on delivery of the order with this number.
pub(crate) async fn find_cash(conn: &mut MySqlConnection, order_number: &str) -> sqlx::Result<Option<Tender>> {
    let mut query = select();
    query.push(" WHERE t.gateway_name = ").push_bind(Gateway::CashOnDelivery);
    query.push(" AND t.gateway_order_id = ").push_bind(order_number);
    query.build_query_as().fetch_optional(conn).await
}

pub(crate) async fn list_of_order(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Vec<Tender>> {
    let mut query = select();
    query.push(" WHERE t.order_id = ").push_bind(order).push(" ORDER BY t.id");
    query.build_query_as().fetch_all(conn).await
}

/// Somebody's tenders, the newest first.
pub(crate) async fn list_of_user(
    conn: &mut MySqlConnection,
    user: UserId,
    request: PageRequest,
) -> sqlx::Result<Page<Tender>> {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM payment_transactions WHERE user_id = ?").bind(user);
    let total: i64 = count.fetch_one(&mut *conn).await?;
    let mut query = select();
    query.push(" WHERE t.user_id = ").push_bind(user).push(" ORDER BY t.id DESC LIMIT ").push_bind(request.limit());
    query.push(" OFFSET ").push_bind(request.offset());
    Ok(Page::new(query.build_query_as().fetch_all(conn).await?, request, total.unsigned_abs()))
}

fn select() -> QueryBuilder<MySql> {
    QueryBuilder::new(
        "SELECT t.id, t.uuid, t.order_id, o.order_number, t.user_id, t.amount, t.refunded_amount, t.currency,
                t.payment_method, t.gateway_name, t.gateway_order_id, t.gateway_transaction_id, t.details, t.status,
                t.failure_reason, t.initiated_at, t.expires_at, t.authorized_at, t.captured_at, t.failed_at, t.asked_at
         FROM payment_transactions t
         JOIN orders o ON o.id = t.order_id",
    )
}

/// The number of the order names the tender, so that a second one is a duplicate.
pub(crate) async fn insert_cash(
    conn: &mut MySqlConnection,
    order: &Order,
    now: DateTime<Utc>,
) -> sqlx::Result<PaymentId> {
    let inserted = sqlx::query(
        "INSERT INTO payment_transactions (uuid, order_id, user_id, amount, currency, payment_method, gateway_name,
                                           gateway_order_id, status, initiated_at, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(order.id)
    .bind(order.user_id)
    .bind(order.total_amount)
    .bind(&order.currency)
    .bind(PaymentMethod::CashOnDelivery)
    .bind(Gateway::CashOnDelivery)
    .bind(&order.number)
    .bind(TenderStatus::Created)
    .bind(now)
    .bind(now)
    .bind(now)
    .execute(conn)
    .await?;
    PaymentId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

/// Whether the tender still stood as it was read, and its cash has come now.
pub(crate) async fn take_collected(
    conn: &mut MySqlConnection,
    tender: &Tender,
    collected: TenderStatus,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let updated = sqlx::query(
        "UPDATE payment_transactions SET status = ?, captured_at = ?, updated_at = ?, revision = revision + 1
         WHERE id = ? AND status = ?",
    )
    .bind(collected)
    .bind(now)
    .bind(now)
    .bind(tender.id)
    .bind(tender.status)
    .execute(conn)
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Whether the tender still stood as it was read, and has failed now.
pub(crate) async fn take_failed(
    conn: &mut MySqlConnection,
    tender: &Tender,
    failed: TenderStatus,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let updated = sqlx::query(
        "UPDATE payment_transactions
         SET status = ?, failure_reason = ?, failed_at = ?, updated_at = ?, revision = revision + 1
         WHERE id = ? AND status = ?",
    )
    .bind(failed)
    .bind(reason)
    .bind(now)
    .bind(now)
    .bind(tender.id)
    .bind(tender.status)
    .execute(conn)
    .await?;
    Ok(updated.rows_affected() == 1)
}
