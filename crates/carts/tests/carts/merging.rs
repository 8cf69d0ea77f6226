//! Two carts become one: no line is lost, whoever else is at it.

use carts::{CartRefusal, Owner};
use commerce::ids::ProductId;
use futures::future::{join, join_all};
use kernel::Paise;
use sqlx::MySqlPool;

use crate::{LIMITS, Shop};

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_guest_s_lines_join_those_of_the_user_once(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (user, (guest, _)) = (shop.user("Asha").await, shop.guest().await);
    let (soap, oil, salt) = (shop.product("Soap").await, shop.product("Oil").await, shop.product("Salt").await);
    let (mine, theirs) = (Owner::User(user), Owner::Guest(guest));
    shop.add(theirs, salt, 1).await.unwrap();
    shop.add(theirs, soap, 9).await.unwrap();
    shop.list_at(soap, Paise::new(20_000)).await;
    shop.add(mine, oil, 2).await.unwrap();
    shop.add(mine, soap, 3).await.unwrap();
    let kept = shop.lines(theirs).await[0].id;
    for _ in 0..2 {
        shop.merge(guest, user).await;
        assert_eq!(shop.holds(mine).await, [(soap, 10), (oil, 2), (salt, 1)]);
    }
    let lines = shop.lines(mine).await;
    assert!(lines.iter().any(|line| line.id == kept && line.offer.product == salt), "a line that moves keeps its key");
    let soap = lines.iter().find(|line| line.offer.product == soap).unwrap();
    assert_eq!(soap.added_price, Paise::new(11_800), "the lower of the two prices that were seen");
    assert!(shop.lines(theirs).await.is_empty());
    assert_eq!(shop.add(theirs, oil, 1).await, Err(CartRefusal::SessionEnded));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn it_does_not_matter_which_cart_was_the_guest_s(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let mut products = Vec::new();
    for number in 0..7 {
        products.push(shop.product(&format!("Product {number}")).await);
    }
    let one: Vec<_> = products[..5].iter().map(|product| (*product, 10)).collect();
    let other: Vec<_> = products[3..].iter().zip(7..).map(|(product, pieces)| (*product, pieces)).collect();
    let mut merged = Vec::new();
    for (name, mine, theirs) in [("Asha", &one, &other), ("Ravi", &other, &one)] {
        let (user, (guest, _)) = (shop.user(name).await, shop.guest().await);
        shop.fill(Owner::User(user), mine).await;
        shop.fill(Owner::Guest(guest), theirs).await;
        shop.merge(guest, user).await;
        merged.push(shop.holds(Owner::User(user)).await);
    }
    assert_eq!(merged[0], merged[1]);
    assert_eq!(merged[0].len(), 7);
    assert_eq!(merged[0].iter().map(|(_, pieces)| pieces).sum::<u32>(), LIMITS.in_all);
}

impl Shop {
    async fn fill(&self, owner: Owner, cart: &[(ProductId, u32)]) {
        for (product, pieces) in cart {
            self.add(owner, *product, *pieces).await.unwrap();
        }
    }
}

/// Every line moves, since the user has none yet; the same guest signs in on two tabs, and then as two people.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_two_log_ins_at_once_one_merges(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (soap, oil) = (shop.product("Soap").await, shop.product("Oil").await);
    for (first, second) in [("Asha", "Asha"), ("Ravi", "Meera")] {
        let (guest, _) = shop.guest().await;
        shop.fill(Owner::Guest(guest), &[(soap, 2), (oil, 3)]).await;
        let one = shop.user(first).await;
        let other = if first == second { one } else { shop.user(second).await };
        shop.fill(Owner::User(one), &[(soap, 1)]).await;
        join(shop.merge(guest, one), shop.merge(guest, other)).await;
        let (one_holds, other_holds) = (shop.holds(Owner::User(one)).await, shop.holds(Owner::User(other)).await);
        match other_holds.as_slice() {
            _ if one == other => assert_eq!(one_holds, [(soap, 3), (oil, 3)]),
            [] => assert_eq!(one_holds, [(soap, 3), (oil, 3)]),
            _ => assert_eq!((one_holds, other_holds), (vec![(soap, 1)], vec![(soap, 2), (oil, 3)])),
        }
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_guests_who_are_one_person_lose_nothing(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let user = shop.user("Asha").await;
    let (soap, oil) = (shop.product("Soap").await, shop.product("Oil").await);
    let mut guests = Vec::new();
    for product in [soap, oil, soap, oil] {
        let (guest, _) = shop.guest().await;
        shop.fill(Owner::Guest(guest), &[(product, 2)]).await;
        guests.push(guest);
    }
    join_all(guests.into_iter().map(|guest| shop.merge(guest, user))).await;
    assert_eq!(shop.holds(Owner::User(user)).await, [(soap, 4), (oil, 4)]);
}

/// What a guest adds while signing in is in the user's cart, or the guest is told that it is nowhere.
#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_added_during_a_merge_is_not_lost_in_silence(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let soap = shop.product("Soap").await;
    for number in 0..10 {
        let (user, (guest, _)) = (shop.user(&format!("User {number}")).await, shop.guest().await);
        let adding = join_all((0..4).map(|_| shop.add(Owner::Guest(guest), soap, 1)));
        let (answers, ()) = join(adding, shop.merge(guest, user)).await;
        let added = answers.iter().filter(|answer| answer.is_ok()).count();
        assert!(answers.iter().all(|answer| answer.is_ok() || *answer == Err(CartRefusal::SessionEnded)));
        let holds = shop.holds(Owner::User(user)).await;
        let pieces: u32 = holds.iter().map(|(_, pieces)| pieces).sum();
        assert_eq!(usize::try_from(pieces).unwrap(), added);
    }
}
