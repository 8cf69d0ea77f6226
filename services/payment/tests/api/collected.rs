//! `POST /api/v1/payments/cod/{order_id}/collected`

use commerce::events::PaymentCaptured;
use commerce::ids::OrderId;
use commerce::orders::{Gateway, PaymentMethod};
use futures::future::join_all;
use kernel::Paise;
use serde_json::json;
use shared::messaging::Message;
use sqlx::MySqlPool;
use testing::Answer;

use crate::Shop;

async fn collect(shop: &Shop, order: OrderId) -> Answer {
    shop.app.as_user(shop.support).post(&path(order), json!({})).await
}

fn path(order: OrderId) -> String {
    format!("/api/v1/payments/cod/{order}/collected")
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn collected_cash_is_told_to_the_order_once(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    shop.hear(&shop.confirmed(order)).await;
    let first = collect(&shop, order).await;
    let payment = first.data();
    assert_eq!((&payment["status"], &payment["captured_at"]), (&json!("captured"), &json!("2026-11-22T12:00:00Z")));
    shop.app.later(chrono::TimeDelta::hours(1));
    let again = collect(&shop, order).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    let announced = shop.announced().await;
    assert_eq!(announced.len(), 1);
    let event: PaymentCaptured = serde_json::from_str::<Message>(&announced[0]).unwrap().read().unwrap();
    let expected = PaymentCaptured {
        payment_id: serde_json::from_value(payment["id"].clone()).unwrap(),
        order_id: order,
        user_id: shop.asha,
        amount: Paise::new(10_499),
        currency: "INR".to_owned(),
        gateway: Gateway::CashOnDelivery,
    };
    assert_eq!(event, expected);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_those_who_manage_orders_collect(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    assert_eq!(shop.app.anonymous().post(&path(order), json!({})).await.error(), "UNAUTHORIZED");
    for user in [shop.asha, shop.ravi] {
        assert_eq!(shop.app.as_user(user).post(&path(order), json!({})).await.error(), "FORBIDDEN");
    }
    assert!(shop.tenders(order).await.is_empty());
    for user in [shop.support, shop.admin] {
        assert_eq!(shop.app.as_user(user).post(&path(order), json!({})).await.status.as_u16(), 200);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn five_who_collect_at_once_collect_once(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    let answers = join_all((0..5).map(|_| collect(&shop, order))).await;
    assert!(answers.iter().map(Answer::data).all(|data| data == answers[0].data()));
    assert_eq!(shop.statuses(order).await, ["captured"]);
    assert_eq!(shop.announced().await.len(), 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_parcel_may_be_faster_than_the_news(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    assert_eq!(collect(&shop, order).await.data()["status"], "captured");
    shop.hear(&shop.confirmed(order)).await;
    assert_eq!(shop.statuses(order).await, ["captured"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn nothing_is_collected_for_an_order_that_takes_no_cash(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (open, never) = (shop.cash_order().await, shop.cash_order().await);
    shop.hear(&shop.confirmed(open)).await;
    for order in [open, never] {
        shop.set_status(order, "cancelled").await;
    }
    let (upi, free) = (shop.order(500, PaymentMethod::Upi).await, shop.order(0, PaymentMethod::CashOnDelivery).await);
    for order in [open, never, upi, free] {
        let answer = collect(&shop, order).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (422, "INVALID_STATE"), "{order}");
    }
    shop.hear(&shop.cancelled(open)).await;
    assert_eq!(collect(&shop, open).await.error(), "INVALID_STATE");
    assert_eq!(collect(&shop, OrderId::new(99_999).unwrap()).await.error(), "NOT_FOUND");
    let nonsense = shop.app.as_user(shop.support).post("/api/v1/payments/cod/x/collected", json!({})).await;
    assert_eq!(nonsense.wrong_fields(), ["order_id"]);
    assert!(shop.announced().await.is_empty());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_tender_that_was_called_off_is_not_collected_whatever_the_order_says(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    shop.hear(&shop.confirmed(order)).await;
    shop.hear(&shop.cancelled(order)).await;
    assert_eq!(collect(&shop, order).await.error(), "INVALID_STATE");
    assert_eq!(shop.statuses(order).await, ["failed"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_is_not_collected_while_the_order_is_being_cancelled(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.cash_order().await;
    shop.hear(&shop.confirmed(order)).await;
    let answer = shop.amid_cancellation(order, collect(&shop, order)).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (422, "INVALID_STATE"));
    assert_eq!(shop.statuses(order).await, ["created"]);
    assert!(shop.announced().await.is_empty());
}
