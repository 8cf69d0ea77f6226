//! Cancelling: the goods go back once, and only somebody who may can do it.

use axum::http::Method;
use futures::future::join_all;
use serde_json::json;
use sqlx::MySqlPool;
use testing::build;

use crate::shop::{ORDERS, Shop, refused};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cancelled_order_gives_its_goods_back_and_tells(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let id = shop.order(3).await;
    assert_eq!(shop.stock(shop.soap).await, 7);
    let path = format!("{ORDERS}/{id}/cancel");
    let order = shop.asha().post(&path, json!({ "reason": "changed my mind" })).await.data();
    assert_eq!((&order["status"], &order["cancelled_reason"]), (&"cancelled".into(), &"changed my mind".into()));
    assert!(order["waits_for"].is_null() && order["cancelled_at"].is_string());
    assert_eq!(shop.stock(shop.soap).await, 10);
    assert_eq!(shop.events().await, ["order.placed", "order.confirmed", "order.cancelled"]);
    let history = shop.asha().get(&format!("{ORDERS}/{id}/history")).await.data();
    let steps: Vec<_> =
        history.as_array().unwrap().iter().map(|change| change["new_value"].as_str().unwrap()).collect();
    assert_eq!(steps, ["pending", "pending", "confirmed", "cancelled"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn cancelling_twice_at_once_or_later_is_cancelling_once(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let id = shop.order(3).await;
    let (asha, path) = (shop.asha(), format!("{ORDERS}/{id}/cancel"));
    let answers = join_all((0..4).map(|_| asha.post(&path, json!({})))).await;
    assert!(answers.iter().all(|answer| answer.data()["status"] == "cancelled"));
    let without_body = asha.send(Method::PUT, &path, axum::body::Body::empty()).await;
    assert_eq!(without_body.data()["status"], "cancelled");
    assert_eq!((shop.stock(shop.soap).await, shop.events().await.len()), (10, 3));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_on_its_way_is_not_cancelled(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let id = shop.order(1).await;
    for status in ["shipped", "delivered", "refunded"] {
        sqlx::query("UPDATE orders SET status = ?").bind(status).execute(&db).await.unwrap();
        refused(&shop.asha().post(&format!("{ORDERS}/{id}/cancel"), json!({})).await, 422, "INVALID_STATE");
    }
    assert_eq!(shop.stock(shop.soap).await, 9);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_stranger_finds_nothing_to_cancel_and_staff_does(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let id = shop.order(1).await;
    let path = format!("{ORDERS}/{id}/cancel");
    let stranger = shop.app.as_user(build::user("Ravi").insert(&db).await);
    refused(&stranger.post(&path, json!({})).await, 404, "NOT_FOUND");
    refused(&shop.asha().post(&format!("{ORDERS}/999999/cancel"), json!({})).await, 404, "NOT_FOUND");
    assert_eq!(shop.asha().post(&format!("{ORDERS}/x/cancel"), json!({})).await.wrong_fields(), ["id"]);
    assert_eq!(shop.asha().post(&path, json!({ "reason": "x".repeat(256) })).await.wrong_fields(), ["reason"]);
    let staff = shop.app.as_user(build::user("Meera").role("support_staff").insert(&db).await);
    assert_eq!(staff.post(&path, json!({})).await.data()["status"], "cancelled");
    let history = shop.asha().get(&format!("{ORDERS}/{id}/history")).await.data();
    assert_eq!(history.as_array().unwrap().last().unwrap()["change_type"], "admin");
}
