//! Whatever happens to stock, the books balance.

use chrono::TimeDelta;
use commerce::ids::{OrderId, ProductId};
use inventory::Return;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use sqlx::MySqlPool;
use testing::noon;

use crate::{Shop, demand};

/// What the tables say about one product, in pieces.
#[derive(Debug, sqlx::FromRow)]
struct Books {
    stock: i64,
    owed: i64,
    moved: i64,
    last_left: i64,
    gone: i64,
    held_owed: i64,
}

impl Shop {
    async fn books(&self, product: ProductId) -> Books {
        sqlx::query_as(
            "SELECT CAST(p.stock_quantity AS SIGNED) AS stock, CAST(p.backordered_quantity AS SIGNED) AS owed,
                    (SELECT CAST(COALESCE(SUM(m.quantity), 0) AS SIGNED) FROM stock_movements m
                     WHERE m.product_id = p.id) AS moved,
                    (SELECT CAST(m.stock_after AS SIGNED) FROM stock_movements m
                     WHERE m.product_id = p.id ORDER BY m.id DESC LIMIT 1) AS last_left,
                    (SELECT CAST(COALESCE(SUM(h.quantity), 0) AS SIGNED) FROM stock_holds h
                     WHERE h.product_id = p.id AND h.state IN ('held', 'sold')) AS gone,
                    (SELECT CAST(COALESCE(SUM(h.backordered), 0) AS SIGNED) FROM stock_holds h
                     WHERE h.product_id = p.id AND h.state = 'held') AS held_owed
             FROM products p WHERE p.id = ?",
        )
        .bind(product)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }

    async fn step(&self, chance: &mut StdRng, products: &[ProductId], orders: &mut Vec<OrderId>) {
        let order = orders.choose(chance).copied();
        let mut tx = self.db.begin().await.unwrap();
        let now = noon() + TimeDelta::minutes(chance.random_range(0..60));
        match (chance.random_range(0..6), order) {
            (0, Some(order)) => inventory::sell(&mut tx, order, now).await.unwrap(),
            (1, Some(order)) => inventory::release(&mut tx, order, Return::Released, now).await.unwrap(),
            (2, Some(order)) => inventory::release(&mut tx, order, Return::Expired, now).await.unwrap(),
            (3, Some(order)) => inventory::keep(&mut tx, order).await.unwrap(),
            _ => {
                let wanted: Vec<_> = (0..chance.random_range(1..4))
                    .map(|_| demand(*products.choose(chance).unwrap(), chance.random_range(1..8)))
                    .collect();
                let until = chance.random_bool(0.5).then_some(now);
                orders.extend(self.order(&wanted, until).await);
            }
        }
        tx.commit().await.unwrap();
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_books_balance_after_whatever_happens(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let opening = [20, 30, 10];
    let mut products = Vec::new();
    for (number, stock) in opening.into_iter().enumerate() {
        products.push(shop.product(&format!("Product {number}"), stock).await);
    }
    shop.allow_backorders(products[2]).await;
    for seed in 0..4 {
        let (mut chance, mut orders) = (StdRng::seed_from_u64(seed), Vec::new());
        for step in 0..60 {
            shop.step(&mut chance, &products, &mut orders).await;
            for (product, opening) in products.iter().zip(opening) {
                let books = shop.books(*product).await;
                let balance = (books.moved, books.last_left, books.gone + books.stock, books.held_owed);
                let expected = (books.stock, books.stock, i64::from(opening), books.owed);
                assert_eq!(balance, expected, "seed {seed}, step {step}, product {product}: {books:?}");
            }
        }
    }
}
