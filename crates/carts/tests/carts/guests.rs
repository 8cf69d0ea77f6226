//! Guests: tokens that the shop gave out.

use carts::{GuestToken, Owner};
use chrono::TimeDelta;
use sqlx::MySqlPool;
use testing::noon;

use crate::Shop;

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn only_tokens_that_the_shop_gave_out_are_known_and_it_keeps_none(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (guest, token) = shop.guest().await;
    assert_eq!(shop.find(&token, noon()).await, Some(guest));
    let made_up = GuestToken::sent(Some(&"A".repeat(43)), []).unwrap();
    assert_eq!(shop.find(&made_up, noon()).await, None);
    let kept: String = sqlx::query_scalar("SELECT token_hash FROM guest_sessions").fetch_one(&db).await.unwrap();
    assert!(kept.len() == 64 && !kept.contains(token.as_str()));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_session_ends_thirty_days_after_its_last_use(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (guest, token) = shop.guest().await;
    let mut now = noon();
    for days in [29, 1, 29, 2] {
        now += TimeDelta::days(days);
        assert_eq!(shop.find(&token, now).await, Some(guest), "{days}");
    }
    now += TimeDelta::hours(23);
    assert_eq!(shop.find(&token, now).await, Some(guest));
    now += TimeDelta::days(30);
    assert_eq!(shop.find(&token, now).await, None);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_session_ends_with_its_merge(db: MySqlPool) {
    let shop = Shop::open(&db).await;
    let (guest, token) = shop.guest().await;
    let asha = shop.user("Asha").await;
    shop.merge(guest, asha).await;
    assert_eq!(shop.find(&token, noon()).await, None);
    assert!(shop.lines(Owner::User(asha)).await.is_empty());
}
