//! Orders that wait for their payment keep goods from others: nobody has many.

use futures::future::{join, join_all};
use serde_json::json;
use sqlx::MySqlPool;
use testing::build;

use crate::shop::{ORDERS, Shop, id_of, refused};

const CODE: &str = "TOO_MANY_UNPAID_ORDERS";

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_customer_has_five_orders_that_wait_for_their_payment_and_no_more(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let mut last = shop.unpaid_order().await;
    for _ in 1..5 {
        last = shop.unpaid_order().await;
    }
    refused(&shop.post(shop.online_wish(shop.soap)).await, 422, CODE);
    assert_eq!((shop.orders().await, shop.stock(shop.soap).await), (5, 5), "what was refused holds nothing");
    shop.order(1).await;
    shop.asha().post(&format!("{ORDERS}/{last}/cancel"), json!({})).await.data();
    shop.unpaid_order().await;
    refused(&shop.post(shop.online_wish(shop.soap)).await, 422, CODE);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_paid_on_delivery_or_paid_or_somebody_else_s_does_not_count(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    shop.set("max_unpaid_orders", "1").await;
    shop.order(1).await;
    let first = shop.unpaid_order().await;
    sqlx::query("UPDATE orders SET payment_status = 'failed' WHERE id = ?").bind(first).execute(&db).await.unwrap();
    refused(&shop.post(shop.online_wish(shop.soap)).await, 422, CODE);
    shop.order(1).await;
    let ravi = shop.app.as_user(build::user("Ravi").insert(&db).await);
    id_of(&ravi.post(ORDERS, shop.online_wish(shop.soap)).await);
    sqlx::query("UPDATE orders SET status = 'confirmed', payment_status = 'paid', paid_at = created_at WHERE id = ?")
        .bind(first)
        .execute(&db)
        .await
        .unwrap();
    shop.unpaid_order().await;
    shop.set("max_unpaid_orders", "0").await;
    let meera = shop.app.as_user(build::user("Meera").insert(&db).await);
    refused(&meera.post(ORDERS, shop.online_wish(shop.soap)).await, 422, CODE);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_many_orders_at_once_no_more_are_placed_than_one_after_the_other(db: MySqlPool) {
    let shop = Shop::with_connections(&db, 10).await;
    shop.set("max_unpaid_orders", "2").await;
    // Each of a product of its own: no stock lets them queue, and there is no cart that could.
    let mut wishes = Vec::new();
    for number in 0..8 {
        let product = shop.product(&format!("Product {number}")).await.insert(&db).await;
        wishes.push(shop.online_wish(product));
    }
    let answers = join_all(wishes.into_iter().map(|wish| shop.post(wish))).await;
    let placed = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    let told = answers.iter().filter(|answer| answer.status.as_u16() == 422 && answer.error() == CODE).count();
    assert_eq!((placed, told, shop.orders().await), (2, 6, 2), "{answers:#?}");
}

/// Who cancels holds products when what it writes about the customer needs the customer's row: whoever places must not hold
/// that row while it waits for products.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_order_that_waits_for_its_goods_keeps_nobody_from_the_customer(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let mut other = db.begin().await.unwrap();
    sqlx::query("SELECT id FROM products FOR UPDATE").execute(&mut *other).await.unwrap();
    let look = async {
        while waiting_for_products(&db).await == 0 {}
        let free = sqlx::query("SELECT id FROM users FOR UPDATE NOWAIT").execute(&mut *other).await;
        other.commit().await.unwrap();
        free
    };
    let (placed, free) = join(shop.post(shop.online_wish(shop.soap)), look).await;
    id_of(&placed);
    free.unwrap();
}

/// How many statements wait for somebody's lock on a product.
async fn waiting_for_products(db: &MySqlPool) -> i64 {
    // The table is a cache that is filled ten times a second.
    tokio::time::sleep(std::time::Duration::from_millis(120)).await;
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM information_schema.innodb_trx
         WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%UPDATE products%'",
    )
    .fetch_one(db)
    .await
    .unwrap()
}
