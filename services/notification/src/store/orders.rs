//! Reads what a letter tells about an order.

use commerce::ids::OrderId;
use sqlx::MySqlConnection;

use crate::letters::{Line, Order};

pub(crate) async fn find(conn: &mut MySqlConnection, id: OrderId) -> sqlx::Result<Option<Order>> {
    sqlx::query_as(
        "SELECT o.user_id, u.email, u.first_name, o.order_number AS number, o.created_at, o.subtotal, o.discount_amount,
                o.shipping_amount, o.total_amount, o.status, o.payment_method, o.payment_status, o.shipping_address,
                (SELECT p.payment_method FROM payment_transactions p
                 WHERE p.order_id = o.id AND p.captured_at IS NOT NULL
                 ORDER BY p.captured_at, p.id LIMIT 1) AS paid_by,
                COALESCE(NOT s.has_legislature, FALSE) AS is_utgst
         FROM orders o
         JOIN users u ON u.id = o.user_id
         LEFT JOIN indian_states s ON s.gst_code = o.place_of_supply
         WHERE o.id = ?",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

pub(crate) async fn list_lines(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as(
        "SELECT product_name, quantity, total_price, cgst_amount + shipping_cgst AS cgst,
                sgst_amount + shipping_sgst AS sgst, igst_amount + shipping_igst AS igst
         FROM order_items
         WHERE order_id = ?
         ORDER BY line_number",
    )
    .bind(order)
    .fetch_all(conn)
    .await
}
