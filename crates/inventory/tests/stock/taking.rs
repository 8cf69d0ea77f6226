//! Taking stock: exact under a crowd, all or nothing.

use futures::future::join_all;
use inventory::Take;
use sqlx::MySqlPool;
use testing::build;

use crate::{CROWD, Shop, Stock, demand, movement};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_crowd_gets_exactly_what_there_is(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap", 100).await;
    let buyer = async || {
        let mut bought = 0;
        for _ in 0..10 {
            bought += usize::from(shop.order(&[demand(soap, 1)], None).await.is_ok());
        }
        bought
    };
    let bought: usize = join_all((0..CROWD).map(|_| buyer())).await.into_iter().sum();
    assert_eq!(bought, 100);
    assert_eq!(shop.stock(soap).await, Stock::of(0, "out_of_stock", 0));
    let mut left: Vec<_> = shop.movements(soap).await.iter().skip(1).map(|(_, _, left)| *left).collect();
    left.sort_unstable();
    assert_eq!(left, (0..100).collect::<Vec<_>>());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_last_one_is_sold_once(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap", 1).await;
    let answers = join_all((0..CROWD).map(|_| shop.order_one(soap))).await;
    let (sold, short): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((sold.len(), short.len()), (1, 15));
    assert!(short.into_iter().all(|answer| answer.unwrap_err() == [(soap, 0)]));
}

impl Shop {
    async fn order_one(
        &self,
        product: commerce::ids::ProductId,
    ) -> Result<commerce::ids::OrderId, Vec<(commerce::ids::ProductId, u32)>> {
        self.order(&[demand(product, 1)], None).await
    }
}

/// Every order wants the same products in an order of its own. A deadlock would be an error, and fail.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn orders_of_many_products_queue_and_do_not_deadlock(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let mut products = Vec::new();
    for number in 0..4 {
        products.push(shop.product(&format!("Product {number}"), 1_000).await);
    }
    let buyer = async |number: usize| {
        for round in 0..10 {
            let mut wanted: Vec<_> = products.iter().map(|product| demand(*product, 1)).collect();
            wanted.rotate_left((number + round) % 4);
            if number.is_multiple_of(2) {
                wanted.reverse();
            }
            shop.order(&wanted, None).await.unwrap();
        }
    };
    join_all((0..16).map(buyer)).await;
    for product in products {
        assert_eq!(shop.stock(product).await.quantity, 840);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn everything_that_is_short_is_named_and_nothing_is_left_of_the_rest(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let plenty = shop.product("Plenty", 50).await;
    let few = shop.product("Few", 2).await;
    let none = shop.product("None", 0).await;
    let wanted = [demand(none, 1), demand(plenty, 5), demand(few, 3)];
    assert_eq!(shop.order(&wanted, None).await, Err(vec![(few, 2), (none, 0)]));
    assert_eq!(shop.stock(plenty).await, Stock::of(50, "in_stock", 0));
    assert_eq!(shop.stock(few).await, Stock::of(2, "low_stock", 0));
    assert_eq!(shop.movements(plenty).await, [movement("opening", 50, 50)]);
    let unknown = commerce::ids::ProductId::new(999_999).unwrap();
    assert_eq!(shop.order_one(unknown).await, Err(vec![(unknown, 0)]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_lines_of_one_product_are_one_demand(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap", 5).await;
    assert_eq!(shop.order(&[demand(soap, 3), demand(soap, 3)], None).await, Err(vec![(soap, 5)]));
    let order = shop.order(&[demand(soap, 3), demand(soap, 2)], None).await.unwrap();
    assert_eq!(shop.states(order).await, ["held"]);
    assert_eq!(shop.movements(soap).await, [movement("opening", 5, 5), movement("hold", -5, 0)]);
    let all = u32::MAX;
    assert_eq!(shop.order(&[demand(soap, all), demand(soap, all)], None).await, Err(vec![(soap, 0)]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_status_follows_the_stock(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap", 7).await;
    let ahead = shop.product("Ahead", 7).await;
    shop.allow_backorders(ahead).await;
    let expected = [
        (6, "in_stock", "in_stock"),
        (5, "low_stock", "low_stock"),
        (4, "low_stock", "low_stock"),
        (1, "low_stock", "low_stock"),
        (0, "out_of_stock", "on_backorder"),
    ];
    let mut before = 7;
    for (left, counted, ordered_ahead) in expected {
        let pieces = u32::try_from(before - left).unwrap();
        shop.order(&[demand(soap, pieces), demand(ahead, pieces)], None).await.unwrap();
        assert_eq!(shop.stock(soap).await, Stock::of(left, counted, 0));
        assert_eq!(shop.stock(ahead).await, Stock::of(left, ordered_ahead, 0));
        before = left;
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_may_be_ordered_ahead_gives_what_it_has_and_owes_the_rest(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let ahead = shop.product("Ahead", 3).await;
    shop.allow_backorders(ahead).await;
    shop.order(&[demand(ahead, 5)], None).await.unwrap();
    assert_eq!(shop.stock(ahead).await, Stock::of(0, "on_backorder", 2));
    shop.order(&[demand(ahead, 4)], None).await.unwrap();
    assert_eq!(shop.stock(ahead).await, Stock::of(0, "on_backorder", 6));
    assert_eq!(shop.movements(ahead).await, [movement("opening", 3, 3), movement("hold", -3, 0)]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_not_counted_gives_without_end_and_is_not_held(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let card = shop.product("Gift Card", 0).await;
    shop.stop_counting(card).await;
    let order = shop.order(&[demand(card, 1_000)], None).await.unwrap();
    assert_eq!(shop.states(order).await, [""; 0]);
    assert_eq!(shop.stock(card).await.quantity, 0);
    assert_eq!(shop.movements(card).await, []);
}

/// Somebody reads two left, somebody else takes both before the first can: the answer is what is true under the lock.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_waits_for_a_product_sees_what_is_left_of_it(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap", 2).await;
    let mut first = shop.db.begin().await.unwrap();
    let Take::Taken(taken) = inventory::take(&mut first, &[demand(soap, 2)]).await.unwrap() else { unreachable!() };
    let second = shop.order_one(soap);
    let commit = async {
        shop.hold(&mut first, taken, None).await;
        first.commit().await.unwrap();
    };
    let (answer, ()) = futures::future::join(second, commit).await;
    assert_eq!(answer, Err(vec![(soap, 0)]));
}

/// The net below the guarded statement, for whoever writes another one.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_database_itself_refuses_stock_below_zero(db: MySqlPool) {
    let category = build::category("Soap").insert(&db).await;
    let soap = build::product("Soap", category).stock(1).insert(&db).await;
    let sold = sqlx::query("UPDATE products SET stock_quantity = stock_quantity - 2 WHERE id = ?").bind(soap);
    let refusal = sold.execute(&db).await.unwrap_err().to_string();
    assert!(refusal.contains("ck_products_stock_quantity"), "{refusal}");
}
