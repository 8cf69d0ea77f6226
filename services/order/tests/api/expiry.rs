//! Orders that wait for their payment, and do not wait for ever.

use chrono::TimeDelta;
use sqlx::MySqlPool;

use crate::shop::{ORDERS, Shop};

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
