//! What is sold by variation: each gives what it has, and the product's stock is their sum.

use std::num::NonZeroU32;

use commerce::ids::{OrderId, ProductId, VariationId};
use futures::future::join_all;
use inventory::{Opening, Return, Take};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use sqlx::MySqlPool;
use testing::{build, noon};

use crate::{Shop, Stock, demand, demand_of, movement};

/// How many people want the same variation at the same moment.
const BUYERS: usize = 50;

impl Shop {
    /// A product that is sold in sizes of which there are so many.
    async fn kurta<const N: usize>(&self, stocks: [u32; N]) -> (ProductId, [VariationId; N]) {
        let category = build::category("Clothing").insert(&self.db).await;
        let kurta = build::product("Kurta", category).variable().insert(&self.db).await;
        let mut sizes = Vec::new();
        for (number, stock) in stocks.into_iter().enumerate() {
            sizes.push(build::variation(kurta, &format!("{}", 38 + number)).stock(stock).insert(&self.db).await);
        }
        (kurta, sizes.try_into().unwrap())
    }

    async fn stock_of(&self, variation: VariationId) -> (i32, String) {
        sqlx::query_as("SELECT stock_quantity, stock_status FROM product_variations WHERE id = ?")
            .bind(variation)
            .fetch_one(&self.db)
            .await
            .unwrap()
    }

    /// Kind, quantity and what was left of the product, of each movement of a variation.
    async fn movements_of(&self, variation: VariationId) -> Vec<(String, i64, i64)> {
        sqlx::query_as("SELECT kind, quantity, stock_after FROM stock_movements WHERE variation_id = ? ORDER BY id")
            .bind(variation)
            .fetch_all(&self.db)
            .await
            .unwrap()
    }

    /// What is short of these demands, by variation.
    async fn short(&self, demands: &[inventory::Demand]) -> Vec<(Option<VariationId>, u32)> {
        let mut tx = self.db.begin().await.unwrap();
        match inventory::take(&mut tx, demands).await.unwrap() {
            Take::Taken(_) => Vec::new(),
            Take::Short(short) => short.iter().map(|short| (short.variation, short.available)).collect(),
        }
    }

    async fn release(&self, order: OrderId) {
        let mut tx = self.db.begin().await.unwrap();
        inventory::release(&mut tx, order, Return::Released, noon()).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn is(stock: i32, status: &str) -> (i32, String) {
    (stock, status.to_owned())
}

/// There is plenty of the other size, so the product itself would let all of them buy.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn fifty_who_want_one_variation_get_exactly_what_there_is_of_it(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (kurta, [scarce, plenty]) = shop.kurta([20, 500]).await;
    let buyer = async || {
        let mut tx = shop.db.begin().await.unwrap();
        let Take::Taken(taken) = inventory::take(&mut tx, &[demand_of(kurta, scarce, 1)]).await.unwrap() else {
            return 0_usize;
        };
        shop.hold(&mut tx, taken, None).await;
        tx.commit().await.unwrap();
        1
    };
    let bought: usize = join_all((0..BUYERS).map(|_| buyer())).await.into_iter().sum();
    assert_eq!(bought, 20);
    assert_eq!(
        (shop.stock_of(scarce).await, shop.stock_of(plenty).await),
        (is(0, "out_of_stock"), is(500, "in_stock"))
    );
    assert_eq!(shop.stock(kurta).await, Stock::of(500, "in_stock", 0));
    assert_eq!(shop.movements_of(scarce).await.len(), 21);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_variations_of_one_product_are_held_and_come_back_each_to_its_own(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (kurta, [small, large]) = shop.kurta([10, 7]).await;
    assert_eq!(shop.movements_of(large).await, [movement("opening", 7, 17)]);
    let wanted = [demand_of(kurta, large, 2), demand_of(kurta, small, 3), demand_of(kurta, large, 1)];
    let order = shop.order(&wanted, None).await.unwrap();
    assert_eq!(shop.states(order).await, ["held", "held"]);
    assert_eq!((shop.stock_of(small).await, shop.stock_of(large).await), (is(7, "in_stock"), is(4, "low_stock")));
    let kept = shop.order(&[demand_of(kurta, large, 4)], None).await.unwrap();
    assert_eq!(shop.stock_of(large).await, is(0, "out_of_stock"));
    for _ in 0..2 {
        shop.release(order).await;
        assert_eq!((shop.stock_of(small).await, shop.stock_of(large).await), (is(10, "in_stock"), is(3, "low_stock")));
        assert_eq!(shop.stock(kurta).await, Stock::of(13, "in_stock", 0));
    }
    assert_eq!(shop.states(kept).await, ["held"]);
    let left: Vec<_> = shop.movements(kurta).await.into_iter().map(|(_, quantity, left)| (quantity, left)).collect();
    assert_eq!(left, [(10, 10), (7, 17), (-3, 14), (-3, 11), (-4, 7), (3, 10), (3, 13)], "what is left of the product");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_sold_by_variation_is_not_sold_without_and_nothing_else_with(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (kurta, [small]) = shop.kurta([10]).await;
    let category = build::category("More").insert(&shop.db).await;
    let shirt = build::product("Shirt", category).variable().insert(&shop.db).await;
    let other = build::variation(shirt, "S").insert(&shop.db).await;
    let soap = shop.product("Soap", 10).await;
    assert_eq!(shop.short(&[demand(kurta, 1)]).await.len(), 1);
    assert_eq!(shop.short(&[demand_of(soap, small, 1)]).await, [(Some(small), 0)]);
    assert_eq!(shop.short(&[demand_of(kurta, other, 1)]).await, [(Some(other), 0)]);
    assert!(!shop.short(&[demand_of(kurta, small, 1), demand(kurta, 1)]).await.is_empty());
    for (product, stock) in [(kurta, 10), (shirt, 10), (soap, 10)] {
        assert_eq!(shop.stock(product).await.quantity, stock);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_variation_that_is_short_is_named(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (kurta, [small, medium, large]) = shop.kurta([1, 5, 2]).await;
    let want = |s, m, l| [demand_of(kurta, small, s), demand_of(kurta, medium, m), demand_of(kurta, large, l)];
    assert_eq!(shop.short(&want(2, 1, 3)).await, [(Some(small), 1), (Some(large), 2)], "enough of the product");
    assert_eq!(shop.short(&want(2, 9, 2)).await, [(Some(small), 1), (Some(medium), 5)], "not enough of it either");
    assert_eq!(shop.short(&want(1, 5, 2)).await, []);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_variation_is_opened_once_and_its_product_with_it(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (kurta, [small, large]) = shop.kurta([0, 0]).await;
    let soap = shop.product("Soap", 0).await;
    let three = NonZeroU32::new(3).unwrap();
    let open = async |product, variation| {
        let mut tx = shop.db.begin().await.unwrap();
        let opening = inventory::open_variation(&mut tx, (product, variation), three, noon()).await.unwrap();
        tx.commit().await.unwrap();
        opening
    };
    assert_eq!((open(kurta, small).await, open(kurta, large).await), (Opening::Booked, Opening::Booked));
    assert_eq!((open(kurta, small).await, open(soap, large).await), (Opening::AlreadyOpen, Opening::AlreadyOpen));
    assert_eq!(shop.stock(kurta).await, Stock::of(6, "in_stock", 0));
    let mut conn = shop.db.acquire().await.unwrap();
    let shirt = build::product("Shirt", build::category("More").insert(&shop.db).await).variable();
    let shirt = shirt.insert(&shop.db).await;
    assert_eq!(inventory::open(&mut conn, shirt, three, noon()).await.unwrap(), Opening::AlreadyOpen);
    assert_eq!(inventory::open_all(&mut conn, &[shirt], three, noon()).await.unwrap(), 0);
}

/// Every order wants the same variations in an order of its own. A deadlock would be an error, and fail.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn orders_of_many_variations_queue_and_do_not_deadlock(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (kurta, sizes) = shop.kurta([1_000; 3]).await;
    let soap = shop.product("Soap", 1_000).await;
    let buyer = async |number: usize| {
        for round in 0..6 {
            let mut wanted: Vec<_> = sizes.iter().map(|size| demand_of(kurta, *size, 1)).collect();
            wanted.push(demand(soap, 1));
            wanted.rotate_left((number + round) % 4);
            let order = shop.order(&wanted, None).await.unwrap();
            if round % 2 == 1 {
                shop.release(order).await;
            }
        }
    };
    join_all((0..16).map(buyer)).await;
    assert_eq!(shop.stock(kurta).await.quantity, 3_000 - 16 * 3 * 3);
    for size in sizes {
        assert_eq!(shop.stock_of(size).await.0, 1_000 - 16 * 3);
    }
}

/// What the tables say about one variation, and about its product.
#[derive(Debug, sqlx::FromRow)]
struct Books {
    stock: i64,
    moved: i64,
    gone: i64,
    of_product: i64,
    of_all: i64,
    last_left: i64,
}

impl Shop {
    async fn books_of(&self, variation: VariationId) -> Books {
        sqlx::query_as(
            "SELECT CAST(v.stock_quantity AS SIGNED) AS stock, CAST(p.stock_quantity AS SIGNED) AS of_product,
                    (SELECT CAST(COALESCE(SUM(m.quantity), 0) AS SIGNED) FROM stock_movements m
                     WHERE m.variation_id = v.id) AS moved,
                    (SELECT CAST(COALESCE(SUM(h.quantity), 0) AS SIGNED) FROM stock_holds h
                     WHERE h.variation_id = v.id AND h.state IN ('held', 'sold')) AS gone,
                    (SELECT CAST(SUM(o.stock_quantity) AS SIGNED) FROM product_variations o
                     WHERE o.product_id = p.id) AS of_all,
                    (SELECT CAST(m.stock_after AS SIGNED) FROM stock_movements m
                     WHERE m.product_id = p.id ORDER BY m.id DESC LIMIT 1) AS last_left
             FROM product_variations v JOIN products p ON p.id = v.product_id WHERE v.id = ?",
        )
        .bind(variation)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_books_of_variations_balance_after_whatever_happens(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let opening = [20, 8, 12];
    let (kurta, sizes) = shop.kurta(opening).await;
    for seed in 0..3 {
        let (mut chance, mut orders) = (StdRng::seed_from_u64(seed), Vec::new());
        for step in 0..40 {
            let known: Option<OrderId> = orders.choose(&mut chance).copied();
            let mut tx = shop.db.begin().await.unwrap();
            match (chance.random_range(0..5), known) {
                (0, Some(order)) => inventory::sell(&mut tx, order, noon()).await.unwrap(),
                (1, Some(order)) => inventory::release(&mut tx, order, Return::Released, noon()).await.unwrap(),
                (2, Some(order)) => inventory::release(&mut tx, order, Return::Expired, noon()).await.unwrap(),
                _ => {
                    let piece = |chance: &mut StdRng| {
                        demand_of(kurta, *sizes.choose(chance).unwrap(), chance.random_range(1..6))
                    };
                    let wanted: Vec<_> = (0..chance.random_range(1..4)).map(|_| piece(&mut chance)).collect();
                    let until = chance.random_bool(0.5).then_some(noon());
                    orders.extend(shop.order(&wanted, until).await);
                }
            }
            tx.commit().await.unwrap();
            for (size, opening) in sizes.iter().zip(opening) {
                let books = shop.books_of(*size).await;
                let balance = (books.moved, books.gone + books.stock, books.of_all, books.last_left);
                let expected = (books.stock, i64::from(opening), books.of_product, books.of_product);
                assert_eq!(balance, expected, "seed {seed}, step {step}, variation {size}: {books:?}");
            }
        }
    }
}
