//! Orders that wait for their payment, and do not wait for ever.

use chrono::TimeDelta;
use commerce::orders::Gateway;
use futures::future::join;
use sqlx::MySqlPool;

use crate::shop::{ORDERS, Shop, pair};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn goods_are_held_for_half_an_hour_and_then_given_up(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let id = shop.unpaid_order().await;
    let order = shop.asha().get(&format!("{ORDERS}/{id}")).await.data();
    assert_eq!((&order["status"], &order["waits_for"]["for"]), (&"pending".into(), &"payment".into()));
    assert_eq!(order["hold_expires_at"], "2026-11-22T12:30:00Z");
    shop.app.later(TimeDelta::minutes(30) - TimeDelta::seconds(1));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!(shop.stock(shop.soap).await, 9);
    shop.app.later(TimeDelta::seconds(1));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!(shop.stock(shop.soap).await, 10);
    let order = shop.asha().get(&format!("{ORDERS}/{id}")).await.data();
    assert_eq!((&order["status"], &order["cancelled_reason"]), (&"cancelled".into(), &"not paid in time".into()));
    assert_eq!(shop.events().await, ["order.placed", "order.cancelled"]);
    shop.app.tick("expiry").await.unwrap();
    assert_eq!(shop.events().await.len(), 2);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_holds_nothing_expires_too(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    sqlx::query("UPDATE products SET track_inventory = FALSE").execute(&db).await.unwrap();
    let id = shop.unpaid_order().await;
    shop.app.later(TimeDelta::minutes(30));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!(shop.asha().get(&format!("{ORDERS}/{id}")).await.data()["status"], "cancelled");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_confirmed_order_never_expires(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    shop.order(1).await;
    shop.app.later(TimeDelta::days(400));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!((shop.stock(shop.soap).await, shop.events().await.len()), (9, 2));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_is_left_alone_while_its_payment_is_under_way(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (order, other) = (shop.unpaid_order().await, shop.unpaid_order().await);
    let attempt = shop.attempt(order, Gateway::Razorpay, "created").await;
    shop.app.later(TimeDelta::minutes(30));
    for status in ["created", "initiated", "authorized", "unknown"] {
        shop.move_attempt(attempt, status).await;
        shop.app.tick("expiry").await.unwrap();
        assert_eq!(shop.states(order).await, pair("pending", "pending"), "{status}");
    }
    assert_eq!(shop.states(other).await, pair("cancelled", "pending"), "the next order ends all the same");
    assert_eq!(shop.stock(shop.soap).await, 9);
    shop.move_attempt(attempt, "failed").await;
    shop.app.tick("expiry").await.unwrap();
    assert_eq!((shop.states(order).await, shop.stock(shop.soap).await), (pair("cancelled", "pending"), 10));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_payment_that_is_never_decided_does_not_hold_the_goods_for_ever(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.unpaid_order().await;
    shop.attempt(order, Gateway::Razorpay, "unknown").await;
    shop.app.later(TimeDelta::minutes(60) - TimeDelta::seconds(1));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!((shop.states(order).await, shop.stock(shop.soap).await), (pair("pending", "pending"), 9));
    shop.app.later(TimeDelta::seconds(2));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!((shop.states(order).await, shop.stock(shop.soap).await), (pair("cancelled", "pending"), 10));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cash_that_the_carrier_would_collect_keeps_no_order_waiting(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.unpaid_order().await;
    shop.attempt(order, Gateway::CashOnDelivery, "created").await;
    shop.app.later(TimeDelta::minutes(30));
    shop.app.tick("expiry").await.unwrap();
    assert_eq!(shop.states(order).await, pair("cancelled", "pending"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_payment_that_begins_while_its_order_is_about_to_end_keeps_it(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let order = shop.unpaid_order().await;
    shop.app.later(TimeDelta::minutes(30));
    // As the payment service begins one: under the order's lock.
    let mut payer = db.begin().await.unwrap();
    sqlx::query("SELECT id FROM orders FOR UPDATE").execute(&mut *payer).await.unwrap();
    let begin = async {
        while waiting_for_orders(&db).await == 0 {}
        sqlx::query(
            "INSERT INTO payment_transactions (uuid, order_id, user_id, amount, gateway_name)
             VALUES ('a', ?, ?, 168, 'razorpay')",
        )
        .bind(order)
        .bind(shop.asha)
        .execute(&mut *payer)
        .await
        .unwrap();
        payer.commit().await.unwrap();
    };
    let (ticked, ()) = join(shop.app.tick("expiry"), begin).await;
    ticked.unwrap();
    assert_eq!((shop.states(order).await, shop.stock(shop.soap).await), (pair("pending", "pending"), 9));
}

/// How many statements wait for somebody's lock on an order.
async fn waiting_for_orders(db: &MySqlPool) -> i64 {
    // The table is a cache that is filled ten times a second.
    tokio::time::sleep(std::time::Duration::from_millis(120)).await;
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM information_schema.innodb_trx
         WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%FROM orders WHERE id = _ FOR UPDATE%'",
    )
    .fetch_one(db)
    .await
    .unwrap()
}
