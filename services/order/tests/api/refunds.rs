//! What a refund does to an order.

use chrono::TimeDelta;
use commerce::events::{PaymentCaptured, RefundProcessed};
use commerce::ids::{OrderId, PaymentId, RefundId};
use commerce::orders::{Gateway, RefundPurpose};
use futures::future::join_all;
use kernel::Paise;
use serde_json::{Value, json};
use shared::messaging::Message;
use shared::web::Error;
use sqlx::MySqlPool;
use testing::noon;

use crate::shop::{ORDERS, Shop, pair};

/// Something of `order` has gone back, by now `refunded` of it.
fn refund(shop: &Shop, order: OrderId, purpose: RefundPurpose, refunded: i64) -> Message {
    let event = RefundProcessed {
        refund_id: RefundId::new(1).unwrap(),
        payment_id: PaymentId::new(1).unwrap(),
        order_id: order,
        order_number: "PT-1".to_owned(),
        user_id: shop.asha,
        amount: Paise::new(5_000),
        refunded: Paise::new(refunded),
        currency: "INR".to_owned(),
        purpose,
        reason: "cancelled on request".to_owned(),
    };
    Message::of(&event, noon(), None).unwrap()
}

fn refunded(shop: &Shop, order: OrderId, refunded: i64) -> Message {
    refund(shop, order, RefundPurpose::Order, refunded)
}

/// An order of one soap for ₹168.00, paid online.
async fn paid_order(shop: &Shop) -> OrderId {
    let order = shop.unpaid_order().await;
    capture(shop, order).await;
    order
}

async fn capture(shop: &Shop, order: OrderId) {
    let event = PaymentCaptured {
        payment_id: shop.attempt(order, Gateway::Razorpay, "captured").await,
        order_id: order,
        user_id: shop.asha,
        amount: Paise::new(16_800),
        currency: "INR".to_owned(),
        gateway: Gateway::Razorpay,
    };
    shop.app.deliver(&Message::of(&event, noon(), None).unwrap()).await.unwrap();
}

async fn cancel(shop: &Shop, order: OrderId) -> Value {
    shop.asha().post(&format!("{ORDERS}/{order}/cancel"), json!({})).await.data()
}

/// A refund as the payment service writes it down before it asks the gateway.
async fn refund_under_way(shop: &Shop, order: OrderId, rupees: u32, (purpose, status): (&str, &str)) {
    sqlx::query(
        "INSERT INTO refunds (uuid, payment_id, order_id, user_id, amount, purpose, reason, gateway_name, status,
                              initiated_at, updated_at, failed_at, processed_at)
         VALUES (?, (SELECT MIN(id) FROM payment_transactions WHERE order_id = ?), ?, ?, ?, ?, 'broken', 'razorpay', ?,
                 '2026-11-22 12:00:00', '2026-11-22 12:00:00', IF(? = 'failed', '2026-11-22 12:00:00', NULL),
                 IF(? = 'processed', '2026-11-22 12:00:00', NULL))",
    )
    .bind(uuid::Uuid::now_v7().to_string())
    .bind(order)
    .bind(order)
    .bind(shop.asha)
    .bind(rupees)
    .bind(purpose)
    .bind(status)
    .bind(status)
    .bind(status)
    .execute(&shop.db)
    .await
    .unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cancelled_order_whose_money_went_back_is_refunded_once(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = paid_order(&shop).await;
    shop.app.later(TimeDelta::minutes(5));
    let waits = cancel(&shop, order).await["waits_for"].clone();
    assert_eq!((&waits["for"], &waits["since"]), (&json!("refund"), &json!("2026-11-22T12:05:00Z")));
    let message = refunded(&shop, order, 16_800);
    let told = join_all((0..4).map(|_| shop.app.deliver(&message))).await;
    assert!(told.iter().all(Result::is_ok), "{told:?}");
    assert_eq!(shop.states(order).await, pair("refunded", "refunded"));
    assert_eq!(shop.way(order, "status").await, ["pending", "confirmed", "cancelled", "refunded"]);
    assert_eq!(shop.way(order, "payment_status").await, ["pending", "paid", "refunded"]);
    let shown = shop.asha().get(&format!("{ORDERS}/{order}")).await.data();
    assert!(shown["waits_for"].is_null() && shown["cancelled_at"].is_string() && shown["paid_at"].is_string());
    assert_eq!(cancel(&shop, order).await, shown, "the second answer to a cancellation is no refusal");
    assert_eq!((shop.told("refund.requested").await.len(), shop.stock(shop.soap).await), (1, 10));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn refunds_may_come_in_parts_and_in_any_order(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = paid_order(&shop).await;
    cancel(&shop, order).await;
    for sum in [5_000, 10_000, 5_000] {
        shop.app.deliver(&refunded(&shop, order, sum)).await.unwrap();
        assert_eq!(shop.states(order).await, pair("cancelled", "partially_refunded"));
    }
    assert_eq!(shop.asha().get(&format!("{ORDERS}/{order}")).await.data()["waits_for"]["for"], "refund");
    for sum in [16_800, 15_000, 16_800] {
        shop.app.deliver(&refunded(&shop, order, sum)).await.unwrap();
        assert_eq!(shop.states(order).await, pair("refunded", "refunded"));
    }
    assert_eq!(shop.way(order, "payment_status").await, ["pending", "paid", "partially_refunded", "refunded"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_is_not_over_stays_where_it_is_and_a_delivered_one_is_refunded(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (standing, delivered) = (paid_order(&shop).await, paid_order(&shop).await);
    sqlx::query("UPDATE orders SET status = 'delivered' WHERE id = ?").bind(delivered).execute(&db).await.unwrap();
    shop.app.deliver(&refunded(&shop, standing, 16_799)).await.unwrap();
    shop.app.deliver(&refunded(&shop, delivered, 16_799)).await.unwrap();
    assert_eq!(shop.states(standing).await, pair("confirmed", "partially_refunded"));
    assert_eq!(shop.states(delivered).await, pair("delivered", "partially_refunded"));
    shop.app.deliver(&refunded(&shop, standing, 16_800)).await.unwrap();
    shop.app.deliver(&refunded(&shop, delivered, 16_800)).await.unwrap();
    assert_eq!(shop.states(standing).await, pair("confirmed", "refunded"));
    assert_eq!(shop.states(delivered).await, pair("refunded", "refunded"));
    // Nothing is left to go back when it is cancelled in the end: it goes all the way.
    assert_eq!(cancel(&shop, standing).await["status"], "refunded");
    assert_eq!(shop.way(standing, "status").await, ["pending", "confirmed", "cancelled", "refunded"]);
    assert!(shop.told("refund.requested").await.is_empty());
    assert_eq!((&shop.told("order.cancelled").await[0]["paid"], shop.stock(shop.soap).await), (&json!(0.0), 9));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cancellation_asks_back_what_has_not_gone_back_yet(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = paid_order(&shop).await;
    refund_under_way(&shop, order, 20, ("order", "processed")).await;
    refund_under_way(&shop, order, 30, ("order", "pending")).await;
    refund_under_way(&shop, order, 40, ("order", "failed")).await;
    refund_under_way(&shop, order, 50, ("surplus", "processed")).await;
    shop.app.deliver(&refunded(&shop, order, 2_000)).await.unwrap();
    cancel(&shop, order).await;
    assert_eq!(shop.told("refund.requested").await[0]["amount"], 118.0);
    assert_eq!(shop.told("order.cancelled").await[0]["paid"], 118.0);
    let all_under_way = paid_order(&shop).await;
    refund_under_way(&shop, all_under_way, 168, ("order", "unknown")).await;
    cancel(&shop, all_under_way).await;
    assert_eq!(shop.told("refund.requested").await.len(), 1);
    shop.app.deliver(&refunded(&shop, all_under_way, 16_800)).await.unwrap();
    assert_eq!(shop.states(all_under_way).await, pair("refunded", "refunded"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_paid_too_often_and_went_back_changes_nothing(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = paid_order(&shop).await;
    for sum in [0, 16_800] {
        shop.app.deliver(&refund(&shop, order, RefundPurpose::Surplus, sum)).await.unwrap();
    }
    assert_eq!(shop.states(order).await, pair("confirmed", "paid"));
    assert_eq!(shop.way(order, "payment_status").await, ["pending", "paid"]);
    let heard: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM inbox").fetch_one(&db).await.unwrap();
    assert_eq!(heard, 3, "it is heard all the same");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_refund_that_overtook_its_payment_comes_again(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.unpaid_order().await;
    cancel(&shop, order).await;
    let message = refunded(&shop, order, 16_800);
    let early = shop.app.deliver(&message).await;
    assert!(matches!(early, Err(Error::Unavailable { .. })), "{early:?}");
    assert_eq!(shop.states(order).await, pair("cancelled", "pending"));
    shop.app.later(TimeDelta::minutes(1));
    capture(&shop, order).await;
    let waits = shop.asha().get(&format!("{ORDERS}/{order}")).await.data()["waits_for"].clone();
    assert_eq!((&waits["for"], &waits["since"]), (&json!("refund"), &json!("2026-11-22T12:01:00Z")));
    shop.app.deliver(&message).await.unwrap();
    assert_eq!(shop.states(order).await, pair("refunded", "refunded"));
    let nobody_s = refunded(&shop, OrderId::new(999).unwrap(), 16_800);
    assert!(matches!(shop.app.deliver(&nobody_s).await, Err(Error::Internal(_))));
}
