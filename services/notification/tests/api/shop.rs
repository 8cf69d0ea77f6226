//! Orders to write about, the events that tell of them, and what became of a message.

use chrono::{DateTime, Utc};
use commerce::events::{OrderCancelled, OrderConfirmed, RefundProcessed};
use commerce::ids::{OrderId, PaymentId, RefundId};
use commerce::orders::{PaymentMethod, RefundPurpose};
use kernel::{Paise, UserId};
use shared::messaging::Message;
use sqlx::{FromRow, MySqlPool};
use testing::{build, noon};
use uuid::Uuid;

/// An order of `user`: 2 × Silk Saree at ₹118.00 with 18 % in it, delivered for ₹50.00 within Maharashtra.
pub(crate) async fn order(db: &MySqlPool, user: UserId) -> OrderId {
    let uuid = Uuid::now_v7().to_string();
    let category = build::category(&format!("Sarees {uuid}")).insert(db).await;
    let product = build::product(&format!("Silk Saree {uuid}"), category).insert(db).await;
    let order = sqlx::query(
        "INSERT INTO orders (uuid, order_number, user_id, subtotal, shipping_amount, tax_amount, total_amount, status,
                             payment_method, shipping_address, place_of_supply, created_at)
         VALUES (?, ?, ?, 236, 50, 43.62, 286, 'confirmed', 'cash_on_delivery', ?, '27', ?)",
    )
    .bind(&uuid)
    .bind(format!("PV-{uuid}"))
    .bind(user)
    .bind(
        "{\"full_name\":\"Asha Rao\",\"address_line1\":\"7 Tilak Road\",\"city\":\"Pune\",\"postal_code\":\"411030\"}",
    )
    .bind(noon());
    let order = OrderId::new(order.execute(db).await.unwrap().last_insert_id()).unwrap();
    sqlx::query(
        "INSERT INTO order_items (order_id, product_id, line_number, product_name, product_sku, unit_price, quantity,
                                  is_gst_inclusive, gst_rate, total_price, discount_amount, taxable_amount, cgst_amount,
                                  sgst_amount, igst_amount, shipping_amount, shipping_taxable, shipping_cgst,
                                  shipping_sgst, shipping_igst, payable_amount)
         VALUES (?, ?, 1, 'Silk Saree', 'S', 118, 2, TRUE, 18, 236, 0, 200, 18, 18, 0, 50, 42.38, 3.81, 3.81, 0, 286)",
    )
    .bind(order)
    .bind(product)
    .execute(db)
    .await
    .unwrap();
    order
}

/// It will be sent.
pub(crate) fn confirmed(order_id: OrderId, user_id: UserId) -> Message {
    let event = OrderConfirmed {
        order_id,
        order_number: "PV-1".to_owned(),
        user_id,
        total: Paise::new(28_600),
        currency: "INR".to_owned(),
        payment_method: PaymentMethod::CashOnDelivery,
        revision: 2,
    };
    Message::of(&event, noon(), None).unwrap()
}

/// It will not.
pub(crate) fn cancelled(order_id: OrderId, user_id: UserId) -> Message {
    let (order_number, reason) = ("PV-1".to_owned(), "changed my mind".to_owned());
    let event = OrderCancelled { order_id, order_number, user_id, reason, paid: Paise::ZERO, revision: 3 };
    Message::of(&event, noon(), None).unwrap()
}

/// ₹90.00 of it have gone back.
pub(crate) fn refunded(order_id: OrderId, user_id: UserId, purpose: RefundPurpose) -> Message {
    let event = RefundProcessed {
        refund_id: RefundId::new(1).unwrap(),
        payment_id: PaymentId::new(1).unwrap(),
        order_id,
        order_number: "PV-1".to_owned(),
        user_id,
        amount: Paise::new(9_000),
        refunded: Paise::new(9_000),
        currency: "INR".to_owned(),
        purpose,
        reason: "one piece was broken".to_owned(),
    };
    Message::of(&event, noon(), None).unwrap()
}

/// The order was paid by these means, one after the other, though it was to be paid on delivery.
pub(crate) async fn pay(db: &MySqlPool, order: OrderId, means: &[PaymentMethod]) {
    for (minute, method) in means.iter().enumerate() {
        sqlx::query(
            "INSERT INTO payment_transactions (uuid, order_id, user_id, amount, payment_method, gateway_name, status,
                                               captured_at)
             SELECT ?, id, user_id, 286, ?, 'razorpay', 'captured', ? + INTERVAL ? MINUTE FROM orders WHERE id = ?",
        )
        .bind(Uuid::now_v7().to_string())
        .bind(method)
        .bind(noon())
        .bind(u32::try_from(minute).unwrap())
        .bind(order)
        .execute(db)
        .await
        .unwrap();
    }
    let paid = sqlx::query("UPDATE orders SET payment_status = 'paid', paid_at = ? WHERE id = ?");
    paid.bind(noon()).bind(order).execute(db).await.unwrap();
}

/// A message as it lies in the table.
#[derive(Debug, FromRow)]
pub(crate) struct Row {
    pub(crate) id: u64,
    pub(crate) uuid: String,
    pub(crate) kind: String,
    pub(crate) event_id: Option<String>,
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) message: String,
    pub(crate) message_html: String,
    pub(crate) status: String,
    pub(crate) attempts: u32,
    pub(crate) next_attempt_at: DateTime<Utc>,
    pub(crate) lease: Option<String>,
    pub(crate) provider_message_id: Option<String>,
    pub(crate) last_error: Option<String>,
    pub(crate) sent_at: Option<DateTime<Utc>>,
}

/// Every message, the oldest first.
pub(crate) async fn rows(db: &MySqlPool) -> Vec<Row> {
    sqlx::query_as(
        "SELECT id, uuid, kind, event_id, recipient, subject, message, message_html, status, attempts, next_attempt_at,
                lease, provider_message_id, last_error, sent_at
         FROM notification_logs ORDER BY id",
    )
    .fetch_all(db)
    .await
    .unwrap()
}

/// The only message.
pub(crate) async fn row(db: &MySqlPool) -> Row {
    let mut rows = rows(db).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

/// Somebody called Asha with an order that is confirmed, and the letter about it that waits.
pub(crate) async fn waiting_letter(db: &MySqlPool) -> Row {
    let user = build::user("Asha").insert(db).await;
    let order = order(db, user).await;
    crate::app(db).await.deliver(&confirmed(order, user)).await.unwrap();
    row(db).await
}

/// So many letters more.
pub(crate) async fn more_letters(db: &MySqlPool, count: u32) {
    for _ in 0..count {
        sqlx::query(
            "INSERT INTO notification_logs (uuid, type, kind, user_id, recipient, subject, message, message_html,
                                            reference_type, reference_id, next_attempt_at, created_at)
             SELECT ?, type, kind, user_id, recipient, subject, message, message_html, reference_type, reference_id,
                    next_attempt_at, created_at
             FROM notification_logs LIMIT 1",
        )
        .bind(Uuid::now_v7().to_string())
        .execute(db)
        .await
        .unwrap();
    }
}
