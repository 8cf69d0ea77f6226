//! What a shopper does with a cart.

use carts::{CartRefusal, Owner};
use commerce::ids::{CartItemId, ProductId};
use futures::future::join_all;
use kernel::Paise;
use sqlx::MySqlPool;
use testing::{build, noon};

use crate::{Shop, refusal};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn one_line_a_product_and_the_price_that_was_seen(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let asha = Owner::User(shop.user("Asha").await);
    let soap = shop.product("Soap").await;
    shop.add(asha, soap, 2).await.unwrap();
    shop.list_at(soap, Paise::new(10_000)).await;
    let line = shop.lines(asha).await.swap_remove(0);
    shop.set(asha, line.id, 4).await.unwrap();
    let changed = shop.lines(asha).await.swap_remove(0);
    assert_eq!((changed.id, changed.quantity.get(), changed.added_price), (line.id, 4, Paise::new(11_800)));
    assert_eq!(changed.offer.unit_price, Paise::new(10_000));
    shop.add(asha, soap, 1).await.unwrap();
    let seen = shop.lines(asha).await.swap_remove(0);
    assert_eq!((seen.id, seen.quantity.get(), seen.added_price), (line.id, 5, Paise::new(10_000)));
    assert_eq!(shop.lines(asha).await.len(), 1);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn pieces_that_are_added_at_once_are_all_there(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap").await;
    for owner in [Owner::User(shop.user("Asha").await), Owner::Guest(shop.guest().await.0)] {
        let answers = join_all((0..8).map(|_| shop.add(owner, soap, 1))).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(shop.holds(owner).await, [(soap, 8)]);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_those_who_fill_a_line_at_once_none_gets_beyond_its_limit(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let asha = Owner::User(shop.user("Asha").await);
    let soap = shop.product("Soap").await;
    let answers = join_all((0..8).map(|_| shop.add(asha, soap, 3))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    assert_eq!(shop.holds(asha).await, [(soap, 9)]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_cart_refuses_what_it_cannot_hold_and_what_nobody_sells(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let asha = Owner::User(shop.user("Asha").await);
    let few = build::product("Few", shop.shelf).stock(2).insert(&shop.db).await;
    let hidden = build::category("Hidden").hidden().insert(&shop.db).await;
    let refused = [
        (build::product("Draft", shop.shelf).status("draft").insert(&shop.db).await, 1, CartRefusal::NoSuchProduct),
        (build::product("Unseen", hidden).insert(&shop.db).await, 1, CartRefusal::NoSuchProduct),
        (ProductId::new(999_999).unwrap(), 1, CartRefusal::NoSuchProduct),
        (few, 3, CartRefusal::OutOfStock { available: 2 }),
        (few, 11, CartRefusal::QuantityLimit { least: 1, most: 10 }),
        (few, u32::MAX, CartRefusal::QuantityLimit { least: 1, most: 10 }),
    ];
    for (product, quantity, expected) in refused {
        assert_eq!(shop.add(asha, product, quantity).await, Err(expected), "{quantity} of {product}");
    }
    let made: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM carts").fetch_one(&db).await.unwrap();
    assert_eq!(made, 0);
    shop.add(asha, few, 2).await.unwrap();
    assert_eq!(shop.add(asha, few, 1).await, Err(CartRefusal::OutOfStock { available: 2 }));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_full_cart_takes_no_more(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let asha = Owner::User(shop.user("Asha").await);
    for number in 0..5 {
        let product = shop.product(&format!("Product {number}")).await;
        shop.add(asha, product, if number == 0 { 9 } else { 10 }).await.unwrap();
    }
    let soap = shop.product("Soap").await;
    assert_eq!(shop.add(asha, soap, 2).await, Err(CartRefusal::CartFull { most: 50 }));
    shop.add(asha, soap, 1).await.unwrap();
    let first = &shop.lines(asha).await[0];
    assert_eq!(shop.set(asha, first.id, 10).await, Err(CartRefusal::CartFull { most: 50 }));
    shop.set(asha, first.id, 1).await.unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_lines_of_others_are_not_there(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (asha, ravi) = (Owner::User(shop.user("Asha").await), Owner::User(shop.user("Ravi").await));
    let (guest, other) = (Owner::Guest(shop.guest().await.0), Owner::Guest(shop.guest().await.0));
    let soap = shop.product("Soap").await;
    for owner in [asha, guest] {
        shop.add(owner, soap, 1).await.unwrap();
    }
    let lines = [shop.lines(asha).await[0].id, shop.lines(guest).await[0].id];
    for (stranger, line) in [(ravi, lines[0]), (other, lines[0]), (guest, lines[0]), (asha, lines[1])] {
        assert_eq!(shop.set(stranger, line, 2).await, Err(CartRefusal::NoSuchLine));
        assert_eq!(shop.remove(stranger, line).await, Err(CartRefusal::NoSuchLine));
    }
    assert_eq!((shop.holds(asha).await, shop.holds(guest).await), (vec![(soap, 1)], vec![(soap, 1)]));
    assert_eq!(shop.remove(asha, CartItemId::new(999_999).unwrap()).await, Err(CartRefusal::NoSuchLine));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_taken_out_is_gone_and_the_rest_stays(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let asha = Owner::User(shop.user("Asha").await);
    let (soap, oil) = (shop.product("Soap").await, shop.product("Oil").await);
    let clear = async || {
        let mut tx = shop.db.begin().await.unwrap();
        refusal(carts::clear(&mut tx, asha, noon()).await).unwrap();
        tx.commit().await.unwrap();
    };
    clear().await;
    shop.add(asha, soap, 1).await.unwrap();
    shop.add(asha, oil, 1).await.unwrap();
    let line = shop.lines(asha).await[0].id;
    shop.remove(asha, line).await.unwrap();
    assert_eq!(shop.remove(asha, line).await, Err(CartRefusal::NoSuchLine));
    assert_eq!(shop.holds(asha).await, [(oil, 1)]);
    clear().await;
    assert_eq!(shop.holds(asha).await, []);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_became_of_a_product_is_told_and_its_line_stays(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let asha = Owner::User(shop.user("Asha").await);
    let (soap, oil) = (shop.product("Soap").await, shop.product("Oil").await);
    shop.add(asha, soap, 2).await.unwrap();
    shop.add(asha, oil, 2).await.unwrap();
    sqlx::query("UPDATE products SET status = 'archived' WHERE id = ?").bind(soap).execute(&db).await.unwrap();
    sqlx::query("UPDATE products SET allow_backorders = TRUE WHERE id = ?").bind(oil).execute(&db).await.unwrap();
    let lines = shop.lines(asha).await;
    let told: Vec<_> = lines.iter().map(|line| (line.offer.is_sold, line.offer.stock)).collect();
    assert_eq!(told, [(false, Some(20)), (true, None)]);
    assert_eq!(shop.set(asha, lines[0].id, 1).await, Err(CartRefusal::OutOfStock { available: 0 }));
    shop.remove(asha, lines[0].id).await.unwrap();
}
