//! What becomes of held stock: every hold ends once.

use chrono::TimeDelta;
use commerce::ids::OrderId;
use futures::future::join;
use inventory::Return;
use sqlx::MySqlPool;
use testing::noon;

use crate::{Shop, Stock, demand, movement};

/// Ways to end what an order holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Sell,
    Release,
    Expire,
}

impl Shop {
    async fn end(&self, order: OrderId, way: Way) {
        let mut tx = self.db.begin().await.unwrap();
        match way {
            Way::Sell => inventory::sell(&mut tx, order, noon()).await,
            Way::Release => inventory::release(&mut tx, order, Return::Released, noon()).await,
            Way::Expire => inventory::release(&mut tx, order, Return::Expired, noon()).await,
        }
        .unwrap();
        tx.commit().await.unwrap();
    }

    async fn keep(&self, order: OrderId) {
        inventory::keep(&mut self.db.acquire().await.unwrap(), order).await.unwrap();
    }

    async fn expired(&self, limit: u32) -> Vec<OrderId> {
        inventory::list_expired(&mut self.db.acquire().await.unwrap(), noon(), limit).await.unwrap()
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_released_comes_back_once(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (soap, ahead) = (shop.product("Soap", 6).await, shop.product("Ahead", 1).await);
    shop.allow_backorders(ahead).await;
    let order = shop.order(&[demand(soap, 6), demand(ahead, 3)], None).await.unwrap();
    assert_eq!(shop.stock(soap).await, Stock::of(0, "out_of_stock", 0));
    for _ in 0..2 {
        shop.end(order, Way::Release).await;
        assert_eq!(shop.stock(soap).await, Stock::of(6, "in_stock", 0));
        assert_eq!(shop.stock(ahead).await, Stock::of(1, "low_stock", 0));
        assert_eq!(shop.states(order).await, ["released", "released"]);
    }
    let expected = [movement("opening", 6, 6), movement("hold", -6, 0), movement("release", 6, 6)];
    assert_eq!(shop.movements(soap).await, expected);
    shop.end(order, Way::Sell).await;
    assert_eq!(shop.states(order).await, ["released", "released"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_sold_moves_nothing_and_does_not_come_back(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let ahead = shop.product("Ahead", 1).await;
    shop.allow_backorders(ahead).await;
    let order = shop.order(&[demand(ahead, 3)], None).await.unwrap();
    assert_eq!(shop.stock(ahead).await, Stock::of(0, "on_backorder", 2));
    for way in [Way::Sell, Way::Sell, Way::Release] {
        shop.end(order, way).await;
        assert_eq!(shop.stock(ahead).await, Stock::of(0, "on_backorder", 0));
        assert_eq!(shop.states(order).await, ["sold"]);
    }
    assert_eq!(shop.movements(ahead).await, [movement("opening", 1, 1), movement("hold", -1, 0)]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_what_was_kept_too_long_expires(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap", 10).await;
    let at = |seconds| Some(noon() + TimeDelta::seconds(seconds));
    let later = shop.order(&[demand(soap, 1)], at(1)).await.unwrap();
    let now = shop.order(&[demand(soap, 1)], at(0)).await.unwrap();
    let before = shop.order(&[demand(soap, 1)], at(-1)).await.unwrap();
    let endless = shop.order(&[demand(soap, 1)], None).await.unwrap();
    let confirmed = shop.order(&[demand(soap, 1)], at(-2)).await.unwrap();
    assert_eq!(shop.expired(10).await, [confirmed, before, now]);
    assert_eq!(shop.expired(2).await, [confirmed, before]);
    shop.keep(confirmed).await;
    for order in [later, now, before, endless, confirmed] {
        shop.end(order, Way::Expire).await;
    }
    assert_eq!(shop.expired(10).await, []);
    let mut states = Vec::new();
    for order in [later, now, before, endless, confirmed] {
        states.extend(shop.states(order).await);
    }
    assert_eq!(states, ["held", "expired", "expired", "held", "held"]);
    assert_eq!(shop.stock(soap).await.quantity, 7);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_two_who_end_a_hold_at_once_one_does(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (soap, oil) = (shop.product("Soap", 9).await, shop.product("Oil", 9).await);
    let ways = [Way::Sell, Way::Release, Way::Expire];
    for (first, second) in ways.iter().flat_map(|first| ways.map(|second| (*first, second))) {
        let before = (shop.stock(soap).await.quantity, shop.movements(soap).await.len());
        let order = shop.order(&[demand(soap, 1), demand(oil, 1)], Some(noon())).await.unwrap();
        join(shop.end(order, first), shop.end(order, second)).await;
        let states = shop.states(order).await;
        assert!(states[0] == states[1] && states[0] != "held", "{first:?} and {second:?}: {states:?}");
        let is_sold = states[0] == "sold";
        let expected = (before.0 - i64::from(is_sold), before.1 + if is_sold { 1 } else { 2 });
        let after = (shop.stock(soap).await.quantity, shop.movements(soap).await.len());
        assert_eq!(after, expected, "{first:?} and {second:?}");
    }
}

/// An ending holds products in the same order as a taking: a deadlock would be an error, and fail.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn endings_and_takings_do_not_deadlock(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (soap, oil) = (shop.product("Soap", 500).await, shop.product("Oil", 500).await);
    let buyer = async |number: usize| {
        for _ in 0..10 {
            let mut wanted = [demand(soap, 1), demand(oil, 1)];
            wanted.rotate_left(number % 2);
            let order = shop.order(&wanted, None).await.unwrap();
            shop.end(order, Way::Release).await;
        }
    };
    futures::future::join_all((0..16).map(buyer)).await;
    assert_eq!((shop.stock(soap).await.quantity, shop.stock(oil).await.quantity), (500, 500));
}

/// Stock comes back at any moment, also between a taking that failed and the question how much there is.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_gets_nothing_is_told_less_than_they_wanted(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap", 1).await;
    let buyer = async || {
        for _ in 0..200 {
            match shop.order(&[demand(soap, 1)], None).await {
                Ok(order) => shop.end(order, Way::Release).await,
                Err(short) => assert_eq!(short, [(soap, 0)]),
            }
        }
    };
    join(buyer(), buyer()).await;
    assert_eq!(shop.stock(soap).await.quantity, 1);
}
