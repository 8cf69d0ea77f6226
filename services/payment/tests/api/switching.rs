//! A customer who meant to pay online pays the carrier instead.

use serde_json::json;
use sqlx::MySqlPool;

use crate::counter::{Counter, INITIATE};

const CASH: &str = "cash_on_delivery";

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_nobody_is_paying_is_paid_on_delivery_instead(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(1999).await;
    let body = json!({ "order_id": order, "gateway": CASH, "payment_method": CASH });
    let first = counter.asha().post(INITIATE, body.clone()).await;
    assert_eq!((first.status.as_u16(), &first.data()["gateway"]), (201, &json!(CASH)));
    let again = counter.asha().post(INITIATE, body).await;
    assert_eq!((again.status.as_u16(), again.data()), (200, first.data()));
    assert_eq!(counter.told().await, ["payment.cash_promised"]);
    let online = counter.initiate(order).await;
    assert_eq!((online.status.as_u16(), online.error().as_str()), (409, "CONFLICT"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn while_it_is_being_paid_online_it_is_not(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, _, gateway_order) = counter.begun(1999).await;
    let body = json!({ "order_id": order, "gateway": CASH });
    let refused = counter.asha().post(INITIATE, body.clone()).await;
    assert_eq!((refused.status.as_u16(), refused.error().as_str()), (409, "CONFLICT"));
    counter.control("fail", json!({ "order_id": gateway_order })).await;
    counter.deliver_all().await;
    assert_eq!(counter.asha().post(INITIATE, body).await.status.as_u16(), 201);
    assert_eq!(counter.shop.statuses(order).await, ["failed", "created"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_paid_online_all_the_same_is_not_collected(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let (order, payment, gateway_order) = counter.begun(1999).await;
    counter.control("fail", json!({ "order_id": gateway_order })).await;
    counter.deliver_all().await;
    let body = json!({ "order_id": order, "gateway": CASH });
    assert_eq!(counter.asha().post(INITIATE, body).await.status.as_u16(), 201);
    let said = counter.check_out(&gateway_order).await;
    assert_eq!(counter.verify(payment, &said).await.data()["status"], "captured");
    assert_eq!(counter.shop.statuses(order).await, ["captured", "failed"]);
    assert_eq!(counter.told().await, ["payment.failed", "payment.cash_promised", "payment.captured"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn where_no_cash_is_taken_it_is_not(db: MySqlPool) {
    let counter = Counter::open(&db).await;
    let order = counter.order(5_000_001).await;
    let refused = counter.asha().post(INITIATE, json!({ "order_id": order, "gateway": CASH })).await;
    assert_eq!((refused.status.as_u16(), refused.error().as_str()), (422, "COD_NOT_AVAILABLE"));
    assert!(counter.shop.statuses(order).await.is_empty());
}
