//! What is sold by variation: each is a line of its own, with its own price, stock and limits.

use carts::{CartRefusal, Owner};
use kernel::Paise;
use sqlx::MySqlPool;
use testing::build;

use crate::Shop;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn each_variation_is_a_line_with_its_own_name_price_and_stock(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let asha = Owner::User(shop.user("Asha").await);
    let (kurta, [small, large]) = shop.kurta().await;
    shop.add_variation(asha, kurta, large, 10).await.unwrap();
    shop.add_variation(asha, kurta, small, 4).await.unwrap();
    shop.add_variation(asha, kurta, small, 1).await.unwrap();
    let lines = shop.lines(asha).await;
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            let offer = &line.offer;
            (offer.variation.unwrap(), line.quantity.get(), offer.unit_price, offer.name.as_str(), offer.stock)
        })
        .collect();
    let expected =
        [(large, 10, Paise::new(23_600), "Kurta, L", Some(10)), (small, 5, Paise::new(11_800), "Kurta, S", Some(10))];
    assert_eq!(told, expected);
    assert_eq!(lines[0].offer.attributes[0].value, "L");
    let limit = CartRefusal::QuantityLimit { least: 1, most: 10 };
    assert_eq!(shop.add_variation(asha, kurta, large, 1).await, Err(limit), "limits are those of the line");
    shop.set(asha, lines[1].id, 2).await.unwrap();
    shop.remove(asha, lines[0].id).await.unwrap();
    assert_eq!(shop.holds_by_variation(asha).await, [(small, 2)]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_variation_is_named_where_there_are_some_and_nowhere_else(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let asha = Owner::User(shop.user("Asha").await);
    let (kurta, [small, _]) = shop.kurta().await;
    let soap = shop.product("Soap").await;
    let shirt = build::product("Shirt", shop.shelf).variable().insert(&shop.db).await;
    let old = build::variation(kurta, "XS").inactive().insert(&shop.db).await;
    let few = build::variation(kurta, "M").stock(2).insert(&shop.db).await;
    let draft = build::product("Draft", shop.shelf).variable().status("draft").insert(&shop.db).await;
    let of_the_draft = build::variation(draft, "S").insert(&shop.db).await;
    assert_eq!(shop.add(asha, kurta, 1).await, Err(CartRefusal::VariationNeeded));
    for (product, variation) in [(soap, small), (shirt, small), (kurta, old)] {
        let refused = shop.add_variation(asha, product, variation, 1).await;
        assert_eq!(refused, Err(CartRefusal::NoSuchVariation), "{variation} of {product}");
    }
    let unseen = shop.add_variation(asha, draft, of_the_draft, 1).await;
    assert_eq!(unseen, Err(CartRefusal::NoSuchProduct));
    let short = Err(CartRefusal::OutOfStock { available: 2 });
    assert_eq!(shop.add_variation(asha, kurta, few, 3).await, short, "not what its product has");
    let made: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM carts").fetch_one(&db).await.unwrap();
    assert_eq!(made, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_variation_that_is_not_sold_any_more_stays_in_the_cart_and_is_told(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let asha = Owner::User(shop.user("Asha").await);
    let (kurta, [small, large]) = shop.kurta().await;
    shop.add_variation(asha, kurta, small, 1).await.unwrap();
    shop.add_variation(asha, kurta, large, 1).await.unwrap();
    sqlx::query("UPDATE product_variations SET is_active = FALSE WHERE id = ?").bind(small).execute(&db).await.unwrap();
    let lines = shop.lines(asha).await;
    let told: Vec<_> = lines.iter().map(|line| (line.offer.variation.unwrap(), line.offer.is_sold)).collect();
    assert_eq!(told, [(small, false), (large, true)]);
    assert_eq!(shop.set(asha, lines[0].id, 2).await, Err(CartRefusal::OutOfStock { available: 0 }));
    sqlx::query("UPDATE products SET product_type = 'simple' WHERE id = ?").bind(kurta).execute(&db).await.unwrap();
    assert!(shop.lines(asha).await.iter().all(|line| !line.offer.is_sold));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_guest_s_variations_join_those_of_the_user(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (user, (guest, _)) = (shop.user("Asha").await, shop.guest().await);
    let (kurta, [small, large]) = shop.kurta().await;
    let (mine, theirs) = (Owner::User(user), Owner::Guest(guest));
    shop.add_variation(mine, kurta, small, 2).await.unwrap();
    shop.add_variation(theirs, kurta, small, 3).await.unwrap();
    shop.add_variation(theirs, kurta, large, 4).await.unwrap();
    for _ in 0..2 {
        shop.merge(guest, user).await;
        assert_eq!(shop.holds_by_variation(mine).await, [(small, 5), (large, 4)]);
    }
    assert!(shop.lines(theirs).await.is_empty());
}
