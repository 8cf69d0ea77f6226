//! Reads what the payment service knows about an order.

use commerce::ids::OrderId;
use kernel::Paise;
use sqlx::MySqlConnection;

/// Whether a gateway may still say that the order was paid.
pub(crate) async fn has_open_attempt(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM payment_transactions
                        WHERE open_order_id = ? AND gateway_name <> 'cash_on_delivery')",
    )
    .bind(order)
    .fetch_one(conn)
    .await
}

/// How much of what was paid for the order has gone back, or is on its way; what was paid too often does not count.
pub(crate) async fn find_refunded(conn: &mut MySqlConnection, order: OrderId) -> sqlx::Result<Paise> {
    sqlx::query_scalar(
        "SELECT COALESCE(SUM(amount), 0.00) FROM refunds
         WHERE order_id = ? AND purpose = 'order' AND status <> 'failed'",
    )
    .bind(order)
    .fetch_one(conn)
    .await
}
