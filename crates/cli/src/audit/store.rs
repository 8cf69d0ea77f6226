//! The SQL of the audit: it lists what should not be there, by id, and writes nothing.

pub(super) mod money;
pub(super) mod reviews;

use chrono::{DateTime, Utc};
use sqlx::{Executor, FromRow, MySqlConnection};

/// One row of an order's history; an order without any has one entry without values.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Entry {
    pub(super) order_id: u64,
    /// Where the order itself says that it stands.
    pub(super) stands_at: String,
    pub(super) old_value: Option<String>,
    pub(super) new_value: Option<String>,
}

pub(super) async fn let_the_next_transaction_only_read_one_instant(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").await.map(drop)
}

pub(super) async fn count_products(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM products").fetch_one(conn).await
}

pub(super) async fn count_movements(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM stock_movements").fetch_one(conn).await
}

pub(super) async fn count_holds(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM stock_holds").fetch_one(conn).await
}

pub(super) async fn count_orders(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM orders").fetch_one(conn).await
}

pub(super) async fn count_events(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM outbox").fetch_one(conn).await
}

pub(super) async fn count_published(conn: &mut MySqlConnection, topic: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE type = ? AND published_at IS NOT NULL")
        .bind(topic)
        .fetch_one(conn)
        .await
}

pub(super) async fn count_notifications(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM notification_logs").fetch_one(conn).await
}

pub(super) async fn count_requests(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM idempotency_keys").fetch_one(conn).await
}

pub(super) async fn list_products_off_their_movements(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT p.id FROM products p
         LEFT JOIN (SELECT product_id, SUM(quantity) AS moved FROM stock_movements GROUP BY product_id) m
           ON m.product_id = p.id
         WHERE p.stock_quantity <> COALESCE(m.moved, 0) OR p.stock_quantity < 0
         ORDER BY p.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn count_variations(conn: &mut MySqlConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM product_variations").fetch_one(conn).await
}

pub(super) async fn list_variations_off_their_movements(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT v.id FROM product_variations v
         LEFT JOIN (
             SELECT variation_id, SUM(quantity) AS moved FROM stock_movements
             WHERE variation_id IS NOT NULL GROUP BY variation_id
         ) m ON m.variation_id = v.id
         WHERE v.stock_quantity <> COALESCE(m.moved, 0) OR v.stock_quantity < 0
         ORDER BY v.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_products_off_their_variations(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT p.id FROM products p
         LEFT JOIN (
             SELECT product_id, SUM(stock_quantity) AS stock FROM product_variations GROUP BY product_id
         ) v ON v.product_id = p.id
         WHERE p.product_type = 'variable' AND p.stock_quantity <> COALESCE(v.stock, 0)
         ORDER BY p.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_movements_off_their_chain(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT m.id FROM (
             SELECT id, stock_after, SUM(quantity) OVER (PARTITION BY product_id ORDER BY id) AS so_far
             FROM stock_movements
         ) m
         WHERE m.stock_after <> m.so_far OR m.so_far < 0
         ORDER BY m.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_holds_without_order(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT h.id FROM stock_holds h LEFT JOIN orders o ON o.id = h.order_id WHERE o.id IS NULL ORDER BY h.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_holds_off_their_line(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT h.id FROM stock_holds h
         LEFT JOIN order_items i ON i.order_id = h.order_id AND i.product_id = h.product_id
                                AND i.variation_slot = h.variation_slot
         WHERE i.id IS NULL OR i.quantity <> h.quantity + h.backordered
         ORDER BY h.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_holds_that_outlive_their_order(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT h.id FROM stock_holds h JOIN orders o ON o.id = h.order_id
         WHERE h.state = 'held' AND o.status IN ('cancelled', 'refunded')
         ORDER BY h.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_holds_that_left_their_order(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT h.id FROM stock_holds h JOIN orders o ON o.id = h.order_id
         WHERE h.state IN ('released', 'expired') AND o.status NOT IN ('cancelled', 'refunded')
         ORDER BY h.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_products_off_their_holds(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT DISTINCT x.product_id FROM (
             SELECT product_id, variation_slot AS slot, CAST(quantity AS SIGNED) AS pieces FROM stock_holds
             WHERE state IN ('held', 'sold')
             UNION ALL
             SELECT product_id, COALESCE(variation_id, 0), quantity FROM stock_movements
             WHERE kind IN ('hold', 'release')
         ) x
         GROUP BY x.product_id, x.slot HAVING SUM(x.pieces) <> 0
         ORDER BY x.product_id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_products_off_what_they_owe(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT p.id FROM products p
         LEFT JOIN (
             SELECT product_id, SUM(backordered) AS owed FROM stock_holds WHERE state = 'held' GROUP BY product_id
         ) h ON h.product_id = p.id
         WHERE p.backordered_quantity <> COALESCE(h.owed, 0)
         ORDER BY p.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_orders_without_lines(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT o.id FROM orders o
         WHERE NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id)
         ORDER BY o.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_orders_off_their_total(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT o.id FROM orders o
         JOIN (SELECT order_id, SUM(payable_amount) AS payable FROM order_items GROUP BY order_id) i
           ON i.order_id = o.id
         WHERE o.total_amount <> i.payable
         ORDER BY o.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_orders_off_their_tax(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT o.id FROM orders o
         JOIN (
             SELECT order_id, SUM(cgst_amount + sgst_amount + igst_amount
                                  + shipping_cgst + shipping_sgst + shipping_igst) AS tax
             FROM order_items GROUP BY order_id
         ) i ON i.order_id = o.id
         WHERE o.tax_amount <> i.tax
         ORDER BY o.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_orders_off_their_sums(conn: &mut MySqlConnection) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT o.id FROM orders o
         JOIN (
             SELECT order_id, SUM(total_price) AS subtotal, SUM(discount_amount) AS discount,
                    SUM(shipping_amount) AS shipping
             FROM order_items GROUP BY order_id
         ) i ON i.order_id = o.id
         WHERE o.subtotal <> i.subtotal OR o.discount_amount <> i.discount OR o.shipping_amount <> i.shipping
         ORDER BY o.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_status_entries(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as(
        "SELECT o.id AS order_id, CAST(o.status AS CHAR) AS stands_at, h.old_value, h.new_value FROM orders o
         LEFT JOIN order_history h ON h.order_id = o.id AND h.field_changed = 'status'
         ORDER BY o.id, h.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_payment_entries(conn: &mut MySqlConnection) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as(
        "SELECT o.id AS order_id, CAST(o.payment_status AS CHAR) AS stands_at, h.old_value, h.new_value FROM orders o
         LEFT JOIN order_history h ON h.order_id = o.id AND h.field_changed = 'payment_status'
         ORDER BY o.id, h.id",
    )
    .fetch_all(conn)
    .await
}

pub(super) async fn list_unpublished(
    conn: &mut MySqlConnection,
    since: Option<DateTime<Utc>>,
) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT id FROM outbox WHERE published_at IS NULL AND (? IS NULL OR occurred_at < ?) ORDER BY id",
    )
    .bind(since)
    .bind(since)
    .fetch_all(conn)
    .await
}

/// The events of `topic` that the broker has had since before `since` and `consumer` has not acted upon.
pub(super) async fn list_unheard(
    conn: &mut MySqlConnection,
    consumer: &str,
    topic: &str,
    since: Option<DateTime<Utc>>,
) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT o.id FROM outbox o
         WHERE o.type = ? AND o.published_at IS NOT NULL AND (? IS NULL OR o.published_at < ?)
           AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.consumer = ? AND i.event_id = o.event_id)
         ORDER BY o.id",
    )
    .bind(topic)
    .bind(since)
    .bind(since)
    .bind(consumer)
    .fetch_all(conn)
    .await
}

pub(super) async fn list_unsent(conn: &mut MySqlConnection, since: Option<DateTime<Utc>>) -> sqlx::Result<Vec<u64>> {
    sqlx::query_scalar(
        "SELECT id FROM notification_logs WHERE status = 'pending' AND (? IS NULL OR created_at < ?) ORDER BY id",
    )
    .bind(since)
    .bind(since)
    .fetch_all(conn)
    .await
}

/// Who asked for what, oldest first: the keys themselves are the clients' own.
pub(super) async fn list_unfinished(conn: &mut MySqlConnection, before: DateTime<Utc>) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT CONCAT(principal, '/', scope) FROM idempotency_keys
         WHERE status IS NULL AND created_at < ? ORDER BY created_at",
    )
    .bind(before)
    .fetch_all(conn)
    .await
}
