//! Reads and writes orders. The owner's columns hold whole seconds: MySQL would round to the next, so they are cut here.

mod row;

use chrono::{DateTime, SubsecRound, Utc};
use commerce::address::Address;
use commerce::ids::OrderId;
use commerce::orders::{OrderStatus, PaymentMethod, PaymentStatus};
use commerce::place::{Gstin, StateCode};
use commerce::pricing::Priced;
use kernel::{Page, Paise, UserId};
use sqlx::types::Json;
use sqlx::{FromRow, MySql, MySqlConnection, QueryBuilder};
use uuid::Uuid;

use self::row::{DetailRow, SummaryRow};
use crate::orders::{ListOrders, Order, OrderSummary};

/// An order to be written.
#[derive(Debug)]
pub(crate) struct NewOrder<'a> {
    pub(crate) number: &'a str,
    pub(crate) user: UserId,
    pub(crate) status: OrderStatus,
    pub(crate) method: PaymentMethod,
    pub(crate) priced: &'a Priced,
    pub(crate) place: StateCode,
    pub(crate) shipping_address: &'a Address,
    pub(crate) billing_address: Option<&'a Address>,
    pub(crate) customer_note: Option<&'a str>,
    pub(crate) gstin: Option<&'a Gstin>,
    pub(crate) hold_expires_at: Option<DateTime<Utc>>,
}

pub(crate) async fn insert(
    conn: &mut MySqlConnection,
    order: &NewOrder<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<OrderId> {
    let inserted = sqlx::query(
        "INSERT INTO orders (uuid, order_number, user_id, subtotal, shipping_amount, tax_amount, discount_amount,
             total_amount, status, payment_status, payment_method, shipping_address, billing_address, customer_note,
             is_gst_invoice, gst_number, place_of_supply, hold_expires_at, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(order.number)
    .bind(order.user)
    .bind(order.priced.subtotal)
    .bind(order.priced.shipping)
    .bind(order.priced.tax)
    .bind(order.priced.discount)
    .bind(order.priced.total)
    .bind(order.status)
    .bind(order.method)
    .bind(Json(order.shipping_address))
    .bind(order.billing_address.map(Json))
    .bind(order.customer_note)
    .bind(order.gstin.is_some())
    .bind(order.gstin.map(Gstin::as_str))
    .bind(order.place)
    .bind(order.hold_expires_at)
    .bind(now.trunc_subsecs(0))
    .bind(now.trunc_subsecs(0))
    .execute(conn)
    .await?;
    OrderId::new(inserted.last_insert_id()).ok_or(sqlx::Error::RowNotFound)
}

/// What decides the next step of an order; locked until the transaction ends.
#[derive(Debug, FromRow)]
pub(crate) struct Locked {
    pub(crate) id: OrderId,
    pub(crate) order_number: String,
    pub(crate) user_id: UserId,
    pub(crate) status: OrderStatus,
    pub(crate) payment_status: PaymentStatus,
    pub(crate) payment_method: PaymentMethod,
    pub(crate) total_amount: Paise,
    pub(crate) hold_expires_at: Option<DateTime<Utc>>,
    pub(crate) cancelled_at: Option<DateTime<Utc>>,
    pub(crate) revision: u64,
}

pub(crate) async fn lock(conn: &mut MySqlConnection, id: OrderId) -> sqlx::Result<Option<Locked>> {
    sqlx::query_as(
        "SELECT id, order_number, user_id, status, payment_status, payment_method, total_amount, hold_expires_at,
                cancelled_at, revision
         FROM orders WHERE id = ? FOR UPDATE",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// How many orders of `user` wait for their payment.
pub(crate) async fn count_unpaid(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<u64> {
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM orders
         WHERE user_id = ? AND status = 'pending' AND payment_method <> 'cash_on_delivery'",
    )
    .bind(user)
    .fetch_one(conn)
    .await?;
    Ok(count.unsigned_abs())
}

/// At most `limit` orders after `after` that have waited for their payment longer than they may: those whose hold ended
/// by `now`, and of those with a payment under way the ones whose hold ended by `long_ago`.
pub(crate) async fn list_due(
    conn: &mut MySqlConnection,
    (now, long_ago): (DateTime<Utc>, DateTime<Utc>),
    after: Option<OrderId>,
    limit: u32,
) -> sqlx::Result<Vec<OrderId>> {
    sqlx::query_scalar(
        "SELECT o.id FROM orders o
         WHERE o.status = 'pending' AND o.hold_expires_at <= ? AND o.id > ?
           AND (o.hold_expires_at <= ? OR NOT EXISTS (
               SELECT 1 FROM payment_transactions p
               WHERE p.open_order_id = o.id AND p.gateway_name <> 'cash_on_delivery'
           ))
         ORDER BY o.id LIMIT ?",
    )
    .bind(now)
    .bind(after.map_or(0, OrderId::get))
    .bind(long_ago)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// `status` is cancelled, or what follows it. The caller has locked the order and knows that the steps are legal.
pub(crate) async fn update_cancelled(
    conn: &mut MySqlConnection,
    id: OrderId,
    status: OrderStatus,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE orders SET status = ?, cancelled_at = ?, cancelled_reason = ?, hold_expires_at = NULL,
                updated_at = ?, revision = revision + 1 WHERE id = ?",
    )
    .bind(status)
    .bind(now.trunc_subsecs(0))
    .bind(reason)
    .bind(now.trunc_subsecs(0))
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// The caller has locked the order and knows that the steps are legal.
pub(crate) async fn update_paid(
    conn: &mut MySqlConnection,
    order: &Locked,
    status: OrderStatus,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE orders SET payment_status = 'paid', paid_at = ?, status = ?, hold_expires_at = NULL,
                updated_at = ?, revision = revision + 1 WHERE id = ?",
    )
    .bind(now.trunc_subsecs(0))
    .bind(status)
    .bind(now.trunc_subsecs(0))
    .bind(order.id)
    .execute(conn)
    .await
    .map(drop)
}

/// It is paid on delivery from now on. The caller has locked the order and knows that the step is legal.
pub(crate) async fn update_promised(
    conn: &mut MySqlConnection,
    id: OrderId,
    status: OrderStatus,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE orders SET status = ?, payment_method = ?, hold_expires_at = NULL, updated_at = ?, revision = revision + 1
         WHERE id = ?",
    )
    .bind(status)
    .bind(PaymentMethod::CashOnDelivery)
    .bind(now.trunc_subsecs(0))
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

/// Neither paid nor cancelled by this. The caller has locked the order and knows that the steps are legal.
pub(crate) async fn update_states(
    conn: &mut MySqlConnection,
    id: OrderId,
    (status, payment): (OrderStatus, PaymentStatus),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE orders SET status = ?, payment_status = ?, updated_at = ?, revision = revision + 1 WHERE id = ?",
    )
    .bind(status)
    .bind(payment)
    .bind(now.trunc_subsecs(0))
    .bind(id)
    .execute(conn)
    .await
    .map(drop)
}

pub(crate) async fn find(conn: &mut MySqlConnection, id: OrderId) -> sqlx::Result<Option<Order>> {
    let mut query = row::select_detail();
    query.push(" WHERE o.id = ").push_bind(id);
    fetch(conn, query).await
}

pub(crate) async fn find_by_number(conn: &mut MySqlConnection, number: &str) -> sqlx::Result<Option<Order>> {
    let mut query = row::select_detail();
    query.push(" WHERE o.order_number = ").push_bind(number);
    fetch(conn, query).await
}

async fn fetch(conn: &mut MySqlConnection, mut query: QueryBuilder<MySql>) -> sqlx::Result<Option<Order>> {
    let Some(row) = query.build_query_as::<DetailRow>().fetch_optional(&mut *conn).await? else { return Ok(None) };
    let items = super::items::list(conn, row.id()).await?;
    Ok(Some(row.into_order(items)))
}

pub(crate) async fn find_owner(conn: &mut MySqlConnection, id: OrderId) -> sqlx::Result<Option<UserId>> {
    sqlx::query_scalar("SELECT user_id FROM orders WHERE id = ?").bind(id).fetch_optional(conn).await
}

pub(crate) async fn find_status(conn: &mut MySqlConnection, id: OrderId) -> sqlx::Result<Option<OrderStatus>> {
    sqlx::query_scalar("SELECT status FROM orders WHERE id = ?").bind(id).fetch_optional(conn).await
}

/// One page of the orders of `user`, the newest first.
pub(crate) async fn list(
    conn: &mut MySqlConnection,
    user: UserId,
    wanted: &ListOrders,
) -> sqlx::Result<Page<OrderSummary>> {
    let mut count = QueryBuilder::new("SELECT COUNT(*) FROM orders o");
    narrow(&mut count, user, wanted);
    let total: i64 = count.build_query_scalar().fetch_one(&mut *conn).await?;
    let (mut query, page) = (row::select_summary(), wanted.request());
    narrow(&mut query, user, wanted);
    query.push(" ORDER BY o.created_at DESC, o.id DESC LIMIT ").push_bind(page.limit());
    query.push(" OFFSET ").push_bind(page.offset());
    let rows: Vec<SummaryRow> = query.build_query_as().fetch_all(conn).await?;
    Ok(Page::new(rows.into_iter().map(OrderSummary::from).collect(), page, total.unsigned_abs()))
}

fn narrow(query: &mut QueryBuilder<MySql>, user: UserId, wanted: &ListOrders) {
    query.push(" WHERE o.user_id = ").push_bind(user);
    if let Some(status) = wanted.status {
        query.push(" AND o.status = ").push_bind(status);
    }
    if let Some(from) = wanted.from {
        query.push(" AND o.created_at >= ").push_bind(from);
    }
    if let Some(to) = wanted.to {
        query.push(" AND o.created_at < ").push_bind(to);
    }
}
