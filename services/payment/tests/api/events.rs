//! What the service does when orders are confirmed and cancelled.

use commerce::orders::PaymentMethod;
use futures::future::join_all;
use kernel::Paise;
use serde_json::json;
use sqlx::MySqlPool;
use testing::noon;

use crate::Shop;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_confirmed_order_has_one_tender_over_its_total_however_often_it_is_told(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    let message = shop.confirmed(order);
    shop.hear(&message).await;
    shop.hear(&message).await;
    shop.hear(&shop.confirmed(order)).await;
    let tenders = shop.tenders(order).await;
    assert_eq!(tenders, [(tenders[0].0, Paise::new(10_499), "created".to_owned(), None)]);
    let acted: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM inbox WHERE consumer = 'payment.tenders'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(acted, 2);
    let body = json!({ "order_id": order });
    assert_eq!(shop.asha().post("/api/v1/payments/initiate", body).await.status.as_u16(), 200);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_message_that_comes_five_times_at_once_has_one_effect(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    let (same, other) = (shop.confirmed(order), shop.confirmed(order));
    let deliveries = [&same, &same, &other, &same, &other].map(|message| shop.app.deliver(message));
    assert!(join_all(deliveries).await.into_iter().all(|done| done.is_ok()));
    assert_eq!(shop.statuses(order).await, ["created"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_takes_no_cash_has_no_tender(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    for order in [shop.order(500, PaymentMethod::Upi).await, shop.order(0, PaymentMethod::CashOnDelivery).await] {
        shop.hear(&shop.confirmed(order)).await;
        assert!(shop.tenders(order).await.is_empty());
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_news_of_a_confirmation_may_come_when_the_parcel_is_there(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    shop.set_status(order, "delivered").await;
    shop.hear(&shop.confirmed(order)).await;
    assert_eq!(shop.statuses(order).await, ["created"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cancelled_order_calls_its_tender_off_for_good(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    shop.hear(&shop.confirmed(order)).await;
    shop.set_status(order, "cancelled").await;
    let cancelled = shop.cancelled(order);
    for message in [&cancelled, &cancelled, &shop.confirmed(order), &shop.cancelled(order)] {
        shop.hear(message).await;
        let tenders = shop.tenders(order).await;
        let reason = Some("order cancelled".to_owned());
        assert_eq!(tenders, [(tenders[0].0, Paise::new(10_499), "failed".to_owned(), reason)]);
    }
    let shown = shop.asha().get(&format!("/api/v1/payments/order/{order}")).await.data();
    assert_eq!(shown[0]["failed_at"], "2026-11-22T12:00:00Z");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_tender_of_a_cancelled_order_is_never_opened_by_late_news(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    shop.set_status(order, "cancelled").await;
    shop.hear(&shop.cancelled(order)).await;
    shop.hear(&shop.confirmed(order)).await;
    assert!(shop.tenders(order).await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_tender_is_not_opened_while_the_order_is_being_cancelled(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    let message = shop.confirmed(order);
    shop.amid_cancellation(order, shop.app.deliver(&message)).await.unwrap();
    assert!(shop.tenders(order).await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_that_was_collected_is_not_called_off(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    let path = format!("/api/v1/payments/cod/{order}/collected");
    assert!(shop.app.as_user(shop.support).post(&path, json!({})).await.status.is_success());
    shop.set_status(order, "cancelled").await;
    shop.hear(&shop.cancelled(order)).await;
    assert_eq!(shop.statuses(order).await, ["captured"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_that_is_being_collected_is_not_called_off(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    shop.hear(&shop.confirmed(order)).await;
    let message = shop.cancelled(order);
    let collect =
        sqlx::query("UPDATE payment_transactions SET status = 'captured', captured_at = ? WHERE order_id = ?");
    let heard =
        shop.amid(collect.bind(noon()).bind(order), "%UPDATE payment_transactions%", shop.app.deliver(&message));
    heard.await.unwrap();
    assert_eq!(shop.statuses(order).await, ["captured"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn news_of_an_order_that_nobody_knows_is_refused_and_changes_nothing(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let unknown = commerce::ids::OrderId::new(99_999).unwrap();
    assert!(shop.app.deliver(&shop.confirmed(unknown)).await.is_err());
    let told: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM inbox").fetch_one(&db).await.unwrap();
    assert_eq!(told, 0);
}
