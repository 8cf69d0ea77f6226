//! Reads what the whole shop knows about one person.

use kernel::UserId;
use sqlx::MySqlConnection;

use crate::exports::{
    CartLine, ExportedConsent, ExportedItem, ExportedMessage, ExportedOrder, ExportedPayment, ExportedReview,
    ExportedSession, ExportedVote, WishedProduct,
};

pub(crate) async fn list_orders(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<ExportedOrder>> {
    sqlx::query_as(
        "SELECT id, order_number, status, payment_status, payment_method, subtotal, discount_amount, shipping_amount,
                tax_amount, total_amount, shipping_address, billing_address, gst_number, customer_note, created_at
         FROM orders WHERE user_id = ? ORDER BY id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

/// The lines of all orders of `user`.
pub(crate) async fn list_items(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<ExportedItem>> {
    sqlx::query_as(
        "SELECT i.order_id, i.product_id, i.product_name, i.quantity, i.unit_price, i.payable_amount
         FROM order_items i JOIN orders o ON o.id = i.order_id
         WHERE o.user_id = ? ORDER BY i.order_id, i.line_number",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_wishes(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<WishedProduct>> {
    sqlx::query_as(
        "SELECT w.product_id, p.name, w.created_at AS added_at FROM wishlists w JOIN products p ON p.id = w.product_id
         WHERE w.user_id = ? ORDER BY w.id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_cart(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<CartLine>> {
    sqlx::query_as(
        "SELECT i.product_id, p.name, i.quantity, i.added_at
         FROM carts k JOIN cart_items i ON i.cart_id = k.id JOIN products p ON p.id = i.product_id
         WHERE k.user_id = ? ORDER BY i.id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_payments(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<ExportedPayment>> {
    sqlx::query_as(
        "SELECT id, order_id, amount, currency, payment_method, gateway_name, gateway_transaction_id, status,
                refunded_amount, initiated_at
         FROM payment_transactions WHERE user_id = ? ORDER BY id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_consents(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<ExportedConsent>> {
    sqlx::query_as(
        "SELECT channel, purpose, is_given, created_at FROM notification_consents WHERE user_id = ? ORDER BY id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(crate) async fn find_newsletter(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        "SELECT status FROM newsletter_subscriptions WHERE email = (SELECT email FROM users WHERE id = ?)",
    )
    .bind(user)
    .fetch_optional(conn)
    .await
}

pub(crate) async fn list_reviews(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<ExportedReview>> {
    sqlx::query_as(
        "SELECT r.product_id, p.name AS product_name, r.rating, r.title, r.comment, r.status, r.rejection_reason,
                r.created_at, r.updated_at
         FROM product_reviews r JOIN products p ON p.id = r.product_id WHERE r.user_id = ? ORDER BY r.id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_votes(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<ExportedVote>> {
    sqlx::query_as(
        "SELECT r.product_id, v.is_helpful, v.created_at
         FROM review_helpfulness v JOIN product_reviews r ON r.id = v.review_id WHERE v.user_id = ? ORDER BY v.id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_sessions(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<ExportedSession>> {
    sqlx::query_as(
        "SELECT created_at, last_activity_at, ip_address, user_agent, revoked_at, revoked_reason
         FROM sessions WHERE user_id = ? ORDER BY id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}

pub(crate) async fn list_messages(conn: &mut MySqlConnection, user: UserId) -> sqlx::Result<Vec<ExportedMessage>> {
    sqlx::query_as(
        "SELECT kind, recipient, subject, status, created_at FROM notification_logs WHERE user_id = ? ORDER BY id",
    )
    .bind(user)
    .fetch_all(conn)
    .await
}
