//! However the news of a payment comes, or does not: the same right end.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use sqlx::MySqlPool;

use crate::counter::Counter;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_callback_alone_is_enough(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    let shown = counter.verify(payment, &said).await.data();
    assert_eq!((&shown["status"], &shown["amount"]), (&json!("captured"), &json!(19.99)));
    assert_eq!(shown["details"]["vpa"], "gaurav.kumar@exampleupi");
    assert_eq!(shown["gateway_payment_id"], said["razorpay_payment_id"]);
    assert_eq!(counter.verify(payment, &said).await.data(), shown);
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_webhook_alone_is_enough(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    counter.check_out(&gateway_order).await;
    counter.deliver_all().await;
    counter.is_paid_once(order, 1999).await;
    assert_eq!(counter.outcomes().await, vec![Some("applied".to_owned()); 3]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_webhook_may_come_before_the_callback(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    counter.deliver_all().await;
    assert_eq!(counter.verify(payment, &said).await.data()["status"], "captured");
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn all_of_them_may_come_at_once_in_any_order(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.check_out(&gateway_order).await;
    for webhook in counter.webhooks().await.iter().rev() {
        counter.deliver(webhook).await;
    }
    counter.shop.app.later(TimeDelta::seconds(31));
    let ticks = ["webhooks", "poll", "webhooks", "poll"].map(|task| counter.shop.app.tick(task));
    let (answers, ticked) = tokio::join!(join_all((0..4).map(|_| counter.verify(payment, &said))), join_all(ticks));
    assert!(ticked.iter().all(Result::is_ok), "{ticked:?}");
    assert!(answers.iter().all(|answer| answer.status.as_u16() == 200), "{answers:?}");
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_any_news_the_gateway_is_asked(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    counter.tick("poll").await;
    counter.check_out(&gateway_order).await;
    counter.shop.app.later(TimeDelta::seconds(29));
    counter.tick("poll").await;
    assert_eq!(counter.shop.statuses(order).await, ["created"]);
    counter.shop.app.later(TimeDelta::seconds(1));
    counter.tick("poll").await;
    counter.is_paid_once(order, 1999).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn ten_copies_of_a_webhook_at_once_are_one(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    counter.check_out(&gateway_order).await;
    let captured = counter.webhook("payment.captured").await;
    let answers = join_all((0..10).map(|_| counter.deliver(&captured))).await;
    assert!(answers.iter().all(|answer| answer.status.as_u16() == 200), "{answers:?}");
    counter.tick("webhooks").await;
    counter.is_paid_once(order, 1999).await;
    assert_eq!(counter.outcomes().await.len(), 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_payment_that_was_only_promised_is_taken(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    let said = counter.control("pay", json!({ "order_id": gateway_order, "until": "authorized" })).await;
    assert_eq!(counter.verify(payment, &said).await.data()["status"], "captured");
    counter.is_paid_once(order, 1999).await;
    counter.deliver_all().await;
    counter.is_paid_once(order, 1999).await;
}
