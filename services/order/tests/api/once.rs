//! One wish, one order: however often it is sent, by whomever, at once or later.

use chrono::TimeDelta;
use futures::future::{join, join_all, join3};
use serde_json::json;
use sqlx::MySqlPool;
use testing::build;
use tokio::sync::Notify;

use crate::shop::{ORDERS, Shop, id_of, refused};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_second_try_is_answered_like_the_first_byte_for_byte(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let asha = shop.asha().with_header("idempotency-key", "k-1");
    let first = asha.post(ORDERS, shop.wish(1)).await;
    shop.app.later(TimeDelta::hours(23));
    let again = shop.asha().with_header("idempotency-key", "k-1").post(ORDERS, shop.wish(1)).await;
    assert_eq!((again.status.as_u16(), &again.text), (201, &first.text));
    assert_eq!(again.headers["location"], first.headers["location"]);
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert!(!first.headers.contains_key("idempotent-replayed"));
    assert_eq!((shop.orders().await, shop.stock(shop.soap).await), (1, 9));
    shop.app.later(TimeDelta::hours(2));
    let next_day = shop.asha().with_header("idempotency-key", "k-1").post(ORDERS, shop.wish(1)).await;
    assert_ne!(id_of(&next_day), id_of(&first));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_key_belongs_to_one_body_and_to_one_customer(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let ravi = shop.app.as_user(build::user("Ravi").insert(&db).await);
    let (asha, ravi) = (shop.asha().with_header("idempotency-key", "k"), ravi.with_header("idempotency-key", "k"));
    let hers = id_of(&asha.post(ORDERS, shop.wish(1)).await);
    refused(&asha.post(ORDERS, shop.wish(2)).await, 422, "IDEMPOTENCY_KEY_REUSED");
    let his = id_of(&ravi.post(ORDERS, shop.wish(2)).await);
    assert_ne!(hers, his);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_first_tries_at_once_are_one_order(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let asha = shop.asha().with_header("idempotency-key", "k");
    let answers = join_all((0..8).map(|_| asha.post(ORDERS, shop.wish(1)))).await;
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.status.as_u16())), "{answers:#?}");
    for busy in answers.iter().filter(|answer| answer.status.as_u16() == 409) {
        assert_eq!((busy.error().as_str(), busy.headers.contains_key("retry-after")), ("CONFLICT", true));
    }
    assert_eq!((shop.orders().await, shop.stock(shop.soap).await), (1, 9));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_double_click_without_a_key_is_one_order(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let asha = shop.asha();
    let answers = join_all((0..4).map(|_| asha.post(ORDERS, shop.wish(1)))).await;
    let ids: Vec<_> = answers.iter().map(id_of).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!((shop.orders().await, shop.stock(shop.soap).await), (1, 9));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn without_a_key_the_same_body_is_another_order_later_or_when_the_first_is_over(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let first = id_of(&shop.asha().post(ORDERS, shop.wish(1)).await);
    shop.app.later(TimeDelta::seconds(119));
    assert_eq!(id_of(&shop.asha().post(ORDERS, shop.wish(1)).await), first);
    shop.app.later(TimeDelta::seconds(1));
    let second = id_of(&shop.asha().post(ORDERS, shop.wish(1)).await);
    assert_ne!(second, first);
    shop.asha().post(&format!("{ORDERS}/{second}/cancel"), json!({})).await.data();
    assert_ne!(id_of(&shop.asha().post(ORDERS, shop.wish(1)).await), second);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cart_that_was_filled_again_is_another_order(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let mut wish = shop.wish(1);
    wish.as_object_mut().unwrap().remove("items");
    shop.fill_cart(shop.soap, 1).await;
    let first = id_of(&shop.asha().post(ORDERS, wish.clone()).await);
    assert_eq!(id_of(&shop.asha().post(ORDERS, wish.clone()).await), first, "a double click");
    shop.fill_cart(shop.soap, 2).await;
    assert_ne!(id_of(&shop.asha().post(ORDERS, wish).await), first);
    assert_eq!(shop.stock(shop.soap).await, 7);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_refused_frees_its_key(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let asha = shop.asha().with_header("idempotency-key", "k");
    sqlx::query("UPDATE products SET status = 'inactive'").execute(&db).await.unwrap();
    refused(&asha.post(ORDERS, shop.wish(1)).await, 404, "NOT_FOUND");
    sqlx::query("UPDATE products SET status = 'active'").execute(&db).await.unwrap();
    id_of(&asha.post(ORDERS, shop.wish(1)).await);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_try_whose_server_died_is_taken_over_when_its_lease_is_over(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let asha = shop.asha().with_header("idempotency-key", "k");
    id_of(&asha.post(ORDERS, shop.wish(1)).await);
    // As if the first server had died before its commit.
    sqlx::query("UPDATE idempotency_keys SET status = NULL, completed_at = NULL, lease = 'dead'")
        .execute(&db)
        .await
        .unwrap();
    refused(&asha.post(ORDERS, shop.wish(1)).await, 409, "CONFLICT");
    shop.app.later(TimeDelta::seconds(10));
    id_of(&shop.asha().with_header("idempotency-key", "k").post(ORDERS, shop.wish(1)).await);
    assert_eq!(shop.orders().await, 2);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_was_too_slow_and_was_taken_over_is_fenced(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let mut counter = db.begin().await.unwrap();
    sqlx::query("SELECT id FROM products FOR UPDATE").execute(&mut *counter).await.unwrap();
    let asha = shop.asha().with_header("idempotency-key", "k");
    let (slow, second, started) = (asha.clone(), asha, Notify::new());
    let lease = async || sqlx::query_scalar("SELECT lease FROM idempotency_keys").fetch_optional(&db).await.unwrap();
    let conduct = async {
        let first: String = loop {
            if let Some(lease) = lease().await {
                break lease;
            }
        };
        shop.app.later(TimeDelta::seconds(10));
        started.notify_one();
        while lease().await.as_ref() == Some(&first) {}
        counter.commit().await.unwrap();
    };
    let take_over = async {
        started.notified().await;
        second.post(ORDERS, shop.wish(1)).await
    };
    let (slow, second, ()) = join3(slow.post(ORDERS, shop.wish(1)), take_over, conduct).await;
    refused(&slow, 409, "CONFLICT");
    id_of(&second);
    assert_eq!((shop.orders().await, shop.stock(shop.soap).await), (1, 9));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_was_thought_gone_and_finishes_after_all_has_finished(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let asha = shop.asha().with_header("idempotency-key", "k");
    let first = asha.post(ORDERS, shop.wish(1)).await;
    sqlx::query("UPDATE idempotency_keys SET status = NULL, completed_at = NULL").execute(&db).await.unwrap();
    shop.app.later(TimeDelta::seconds(10));
    // The first is about to commit while the second, who sees its lease over, takes the key.
    let mut slow = db.begin().await.unwrap();
    sqlx::query("UPDATE idempotency_keys SET status = 201, completed_at = created_at")
        .execute(&mut *slow)
        .await
        .unwrap();
    let asha = shop.asha().with_header("idempotency-key", "k");
    let commit = async {
        while waiting_for_locks(&db).await == 0 {}
        slow.commit().await.unwrap();
    };
    let (second, ()) = join(asha.post(ORDERS, shop.wish(1)), commit).await;
    assert_eq!((second.text, shop.orders().await), (first.text, 1));
}

/// How many statements wait for somebody's lock on a key.
async fn waiting_for_locks(db: &MySqlPool) -> i64 {
    tokio::time::sleep(std::time::Duration::from_millis(120)).await;
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM information_schema.innodb_trx
         WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%idempotency_keys%'",
    )
    .fetch_one(db)
    .await
    .unwrap()
}
