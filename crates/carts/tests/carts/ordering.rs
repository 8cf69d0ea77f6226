//! What an order does with a cart.

use carts::{CartLine, Owner};
use commerce::ids::{ProductId, VariationId};
use futures::future::join;
use sqlx::MySqlPool;
use testing::noon;

use crate::{Shop, pieces};

fn line(product: ProductId, variation: Option<VariationId>, quantity: u32) -> CartLine {
    CartLine { product, variation, quantity: pieces(quantity) }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn ordered_pieces_leave_the_cart_and_the_rest_stays(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let user = shop.user("Asha").await;
    let asha = Owner::User(user);
    let (soap, oil, salt) = (shop.product("Soap").await, shop.product("Oil").await, shop.product("Salt").await);
    for (product, quantity) in [(oil, 2), (soap, 5), (salt, 1)] {
        shop.add(asha, product, quantity).await.unwrap();
    }
    let mut tx = shop.db.begin().await.unwrap();
    let lines = carts::lock_lines(&mut tx, user).await.unwrap();
    let expected = [(soap, 5), (oil, 2), (salt, 1)];
    assert_eq!(lines, expected.map(|(product, quantity)| line(product, None, quantity)));
    // The same product on two lines of the order, and more than the cart holds of another.
    let ordered = [line(soap, None, 2), line(oil, None, 9), line(soap, None, 1)];
    carts::take_ordered(&mut tx, user, &ordered, noon()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.holds(asha).await, [(soap, 2), (salt, 1)]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whoever_has_no_cart_can_order_all_the_same(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let user = shop.user("Asha").await;
    let soap = shop.product("Soap").await;
    let mut tx = shop.db.begin().await.unwrap();
    assert_eq!(carts::lock_lines(&mut tx, user).await.unwrap(), []);
    carts::take_ordered(&mut tx, user, &[line(soap, None, 1)], noon()).await.unwrap();
}

/// Another tab adds while the order is being written: the addition waits, and is still there afterwards.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_added_during_an_order_stays_in_the_cart(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let user = shop.user("Asha").await;
    let asha = Owner::User(user);
    let soap = shop.product("Soap").await;
    shop.add(asha, soap, 3).await.unwrap();
    let mut tx = shop.db.begin().await.unwrap();
    let lines = carts::lock_lines(&mut tx, user).await.unwrap();
    let order = async {
        carts::take_ordered(&mut tx, user, &lines, noon()).await.unwrap();
        tx.commit().await.unwrap();
    };
    let (added, ()) = join(shop.add(asha, soap, 1), order).await;
    assert_eq!((added, shop.holds(asha).await), (Ok(()), vec![(soap, 1)]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_ordered_variation_leaves_the_others_in_the_cart(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let user = shop.user("Asha").await;
    let asha = Owner::User(user);
    let (kurta, [small, large]) = shop.kurta().await;
    shop.add_variation(asha, kurta, small, 3).await.unwrap();
    shop.add_variation(asha, kurta, large, 2).await.unwrap();
    let mut tx = shop.db.begin().await.unwrap();
    let lines = carts::lock_lines(&mut tx, user).await.unwrap();
    assert_eq!(lines, [line(kurta, Some(small), 3), line(kurta, Some(large), 2)]);
    carts::take_ordered(&mut tx, user, &[line(kurta, Some(large), 1), line(kurta, Some(small), 3)], noon())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.holds_by_variation(asha).await, [(large, 1)]);
}
