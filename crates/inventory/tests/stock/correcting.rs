//! What the shop's staff puts right, also while orders come and go.

use commerce::ids::{ProductId, VariationId};
use futures::future::join_all;
use inventory::{Cause, Change, Corrected, Correction, Level, Return};
use sqlx::MySqlPool;
use testing::{build, noon};

use crate::{Shop, Stock, demand, movement};

impl Shop {
    async fn correct(&self, product: ProductId, variation: Option<VariationId>, change: Change) -> Corrected {
        let mut tx = self.db.begin().await.unwrap();
        let wanted = Correction { product, variation, change, reason: "counted", by: self.buyer };
        let corrected = inventory::correct(&mut tx, &wanted, noon()).await.unwrap();
        tx.commit().await.unwrap();
        corrected
    }

    async fn by(&self, product: ProductId, pieces: i32) -> Corrected {
        self.correct(product, None, Change::By(pieces, Cause::Adjustment)).await
    }
}

fn level(on_hand: i64, held: i64) -> Level {
    Level { on_hand, held, available: on_hand - held }
}

fn after(corrected: Corrected) -> Level {
    let after = match corrected {
        Corrected::Done { after, .. } => Ok(after),
        refused => Err(refused),
    };
    after.unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_status_follows_and_a_refusal_changes_nothing(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap", 6).await;
    assert_eq!(after(shop.by(soap, -1).await), level(5, 0));
    assert_eq!(shop.stock(soap).await, Stock::of(5, "low_stock", 0));
    assert_eq!(shop.by(soap, -6).await, Corrected::TooFew);
    assert_eq!(shop.by(soap, i32::MAX).await, Corrected::TooMany);
    assert_eq!(after(shop.by(soap, -5).await), level(0, 0));
    assert_eq!(shop.stock(soap).await, Stock::of(0, "out_of_stock", 0));
    shop.allow_backorders(soap).await;
    assert_eq!(after(shop.by(soap, 1).await), level(1, 0));
    assert_eq!(after(shop.by(soap, -1).await), level(0, 0));
    assert_eq!(shop.stock(soap).await, Stock::of(0, "on_backorder", 0));
    assert_eq!(shop.movements(soap).await.last(), Some(&movement("adjustment", -1, 0)));
    shop.stop_counting(soap).await;
    assert_eq!(shop.by(soap, 1).await, Corrected::NotCounted);
    assert_eq!(shop.movements(soap).await.len(), 5);
}

/// A deadlock would be an error, and fail.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_put_right_while_orders_come_and_go_is_right(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap", 100).await;
    let buyer = async || {
        for round in 0..4 {
            let order = shop.order(&[demand(soap, 2)], None).await.unwrap();
            if round % 2 == 0 {
                let mut tx = shop.db.begin().await.unwrap();
                inventory::release(&mut tx, order, Return::Released, noon()).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
    };
    let clerk = async |number: i32| {
        for _ in 0..4 {
            after(shop.by(soap, if number % 2 == 0 { 3 } else { -1 }).await);
        }
    };
    futures::future::join(join_all((0..6).map(|_| buyer())), join_all((0..6).map(clerk))).await;
    let (held, pieces) = (6 * 2 * 2, 100 + 3 * 4 * 3 - 3 * 4);
    assert_eq!(shop.stock(soap).await.quantity, pieces - held);
    let counted = shop.correct(soap, None, Change::Counted(200)).await;
    assert!(
        matches!(counted, Corrected::Done { before, after, .. }
        if before == level(pieces, held) && after == level(200, held)),
        "{counted:?}"
    );
    let last = shop.movements(soap).await.pop().unwrap();
    assert_eq!((last.2, shop.stock(soap).await.quantity), (200 - held, 200 - held));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn all_who_count_at_once_find_what_they_counted(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let category = build::category("Clothing").insert(&shop.db).await;
    let kurta = build::product("Kurta", category).variable().insert(&shop.db).await;
    let small = build::variation(kurta, "S").stock(4).insert(&shop.db).await;
    build::variation(kurta, "L").stock(5).insert(&shop.db).await;
    let counts = (0..8).map(|_| shop.correct(kurta, Some(small), Change::Counted(9)));
    let moved =
        join_all(counts).await.into_iter().filter(|done| matches!(done, Corrected::Done { movement: Some(_), .. }));
    assert_eq!(moved.count(), 1, "the others find what the first counted");
    assert_eq!(shop.stock(kurta).await.quantity, 14);
    assert_eq!(shop.movements(kurta).await.last(), Some(&movement("count", 5, 14)));
    assert_eq!(shop.by(kurta, 1).await, Corrected::NoSuchVariation);
}
