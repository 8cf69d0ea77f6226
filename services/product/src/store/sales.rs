//! Counts what orders have sold, each order once.

use commerce::ids::{OrderId, ProductId};
use sqlx::{MySqlConnection, QueryBuilder};

use super::SHOWN_CATEGORIES;

/// From now on the order counts; whether it did not before.
pub(crate) async fn insert_order(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<bool> {
    let insert = sqlx::query("INSERT IGNORE INTO counted_orders (order_id) VALUES (?)").bind(order);
    Ok(insert.execute(conn).await?.rows_affected() == 1)
}

/// From now on the order does not count; whether it did before.
pub(crate) async fn delete_order(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<bool> {
    let delete = sqlx::query("DELETE FROM counted_orders WHERE order_id = ?").bind(order);
    Ok(delete.execute(conn).await?.rows_affected() == 1)
}

/// Whether the shop has confirmed the order and not taken that back.
pub(crate) async fn find_whether_sold(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar("SELECT status IN ('confirmed', 'processing', 'shipped', 'delivered') FROM orders WHERE id = ?")
        .bind(order)
        .fetch_optional(conn)
        .await
}

/// Adds the order's lines to what was sold.
pub(crate) async fn insert_or_add(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO product_sales (product_id, sold)
         SELECT product_id, SUM(quantity) FROM order_items WHERE order_id = ? GROUP BY product_id ORDER BY product_id
         ON DUPLICATE KEY UPDATE sold = sold + VALUES(sold)",
    )
    .bind(order)
    .execute(conn)
    .await
    .map(drop)
}

/// Takes the order's lines off what was sold.
pub(crate) async fn update_taken_off(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE product_sales
         SET sold = sold - LEAST(sold, (SELECT SUM(i.quantity) FROM order_items i
                                        WHERE i.order_id = ? AND i.product_id = product_sales.product_id))
         WHERE product_id IN (SELECT i.product_id FROM order_items i WHERE i.order_id = ?)",
    )
    .bind(order)
    .bind(order)
    .execute(conn)
    .await
    .map(drop)
}

/// The next orders after `last`, by id, and of each whether it is sold and not counted.
pub(crate) async fn list_orders_after(
    conn: &mut MySqlConnection,
    last: u64,
    limit: u32,
) -> sqlx::Result<Vec<(OrderId, bool)>> {
    sqlx::query_as(
        "SELECT o.id, o.status IN ('confirmed', 'processing', 'shipped', 'delivered') AND c.order_id IS NULL
         FROM orders o LEFT JOIN counted_orders c ON c.order_id = o.id
         WHERE o.id > ? ORDER BY o.id LIMIT ?",
    )
    .bind(last)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// The products of which most was sold.
pub(crate) async fn list_bestsellers(conn: &mut MySqlConnection, limit: u32) -> sqlx::Result<Vec<ProductId>> {
    let mut query = QueryBuilder::new(SHOWN_CATEGORIES);
    query.push(" SELECT STRAIGHT_JOIN t.product_id FROM product_sales t");
    query.push(" JOIN products p ON p.id = t.product_id AND p.status = 'active' JOIN shown s ON s.id = p.category_id");
    query.push(" WHERE t.sold > 0 ORDER BY t.sold DESC, t.product_id DESC LIMIT ").push_bind(limit);
    query.build_query_scalar().fetch_all(conn).await
}
