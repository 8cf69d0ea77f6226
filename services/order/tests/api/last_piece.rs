//! The last piece and two hundred who want it.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::{join, join_all};
use sqlx::MySqlPool;
use testing::build;

use crate::shop::{ORDERS, Shop};

const BUYERS: usize = 200;
const CONNECTIONS: u32 = 40;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_last_piece_is_sold_once_to_two_hundred_buyers_at_once(db: MySqlPool) {
    let shop = Shop::with_connections(&db, CONNECTIONS).await;
    let last = shop.product("Last").await.stock(1).insert(&db).await;
    let mut buyers = Vec::new();
    for number in 0..BUYERS {
        buyers.push(shop.app.as_user(build::user(&format!("Buyer{number}")).insert(&db).await));
    }
    let mut wish = shop.wish(1);
    wish["items"][0]["product_id"] = last.get().into();
    let (done, buying) = (AtomicBool::new(false), buyers.iter().map(|buyer| buyer.post(ORDERS, wish.clone())));
    let buying = async {
        let answers = join_all(buying).await;
        done.store(true, Ordering::SeqCst);
        answers
    };
    let (answers, open) = join(buying, most_open(&shop.app.ground.database, &done)).await;
    drop(writeln!(io::stdout(), "{open} transactions were open at once"));
    assert!(open > 5, "only {open} transactions were open at once: nothing was tried");
    let of = |status: u16, code: &str| {
        answers.iter().filter(|a| a.status.as_u16() == status && (status == 201 || a.error() == code)).count()
    };
    assert_eq!((of(201, ""), of(422, "INSUFFICIENT_STOCK")), (1, BUYERS - 1));
    assert_eq!((shop.orders().await, shop.stock(last).await), (1, 0));
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM idempotency_keys").fetch_one(&db).await.unwrap();
    assert_eq!(left, 1, "who got nothing may try again at once");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn orders_of_the_same_products_in_any_order_do_not_deadlock(db: MySqlPool) {
    let shop = Shop::with_connections(&db, CONNECTIONS).await;
    let rice = shop.product("Rice").await.stock(40).insert(&db).await;
    sqlx::query("UPDATE site_settings SET setting_value = '100' WHERE setting_key LIKE 'max_cart%'")
        .execute(&db)
        .await
        .unwrap();
    let mut wishes = Vec::new();
    for number in 0..40 {
        let buyer = shop.app.as_user(build::user(&format!("Buyer{number}")).insert(&db).await);
        let mut wish = shop.wish(1);
        let (soap, rice) = (
            serde_json::json!({"product_id": shop.soap, "quantity": 1}),
            serde_json::json!({"product_id": rice, "quantity": 1}),
        );
        wish["items"] = if number % 2 == 0 { serde_json::json!([soap, rice]) } else { serde_json::json!([rice, soap]) };
        wishes.push((buyer, wish));
    }
    let answers = join_all(wishes.iter().map(|(buyer, wish)| buyer.post(ORDERS, wish.clone()))).await;
    let sold = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    assert_eq!(sold, 10, "as many as there are soaps");
    assert_eq!((shop.stock(shop.soap).await, shop.stock(rice).await), (0, 30));
}

/// The most connections of the service that were seen at work before `done`: each has a transaction open.
async fn most_open(service: &MySqlPool, done: &AtomicBool) -> usize {
    let mut most = 0;
    while !done.load(Ordering::SeqCst) {
        most = most.max(usize::try_from(service.size()).unwrap().saturating_sub(service.num_idle()));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    most
}
