//! Another password: compared with the last five, kept with its predecessors.

use accounts::credentials::{Present, choose, find_present, replace};
use accounts::{Cost, Hasher, Password};
use kernel::UserId;
use shared::web::Error;
use sqlx::MySqlPool;
use testing::{build, noon};

use crate::services;

async fn present(db: &MySqlPool, user: UserId) -> Present {
    find_present(&mut db.acquire().await.unwrap(), user).await.unwrap().unwrap()
}

/// Whether the holder of `user` may choose `text`, and does.
async fn change(db: &MySqlPool, user: UserId, text: &str) -> bool {
    let present = present(db, user).await;
    let password = Password::try_from(text.to_owned()).unwrap();
    match choose(&Hasher::default(), &present, password, Cost::default()).await {
        Ok(chosen) => replace(&mut db.acquire().await.unwrap(), &present, &chosen, noon()).await.unwrap(),
        Err(Error::Invalid(fields)) => {
            assert_eq!(fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["new_password"]);
            false
        }
        Err(other) => unreachable!("{other}"),
    }
}

async fn kept(db: &MySqlPool) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM password_history").fetch_one(db).await.unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_last_five_are_refused_and_the_one_before_is_not(db: MySqlPool) {
    let (user, db) = (build::user("Asha").insert(&db).await, services(&db).await);
    let word = |number: u32| format!("{number} horses in a stable");
    for number in 1..=6 {
        assert!(change(&db, user, &word(number)).await, "{number}");
    }
    for number in 2..=6 {
        assert!(!change(&db, user, &word(number)).await, "{number} was among the last five");
    }
    assert_eq!(kept(&db).await, 4, "what is not compared is not kept");
    assert!(change(&db, user, &word(1)).await);
    assert!(change(&db, user, &word(2)).await);
    accounts::standing::erase(&mut db.acquire().await.unwrap(), user, noon()).await.unwrap();
    assert_eq!(kept(&db).await, 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_strangers_know_is_refused_and_costs_no_hash(db: MySqlPool) {
    let (user, db) = (build::user("Ashalata").insert(&db).await, services(&db).await);
    let (hasher, present) = (Hasher::default(), present(&db, user).await);
    for known in ["ashalata2026", "Ashalata Rao", "ashalata@example.com"] {
        let refused = choose(&hasher, &present, Password::try_from(known.to_owned()).unwrap(), Cost::default()).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{known}");
    }
    assert_eq!(hasher.computed(), 0);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_password_is_replaced_once_and_only_if_it_is_still_the_present_one(db: MySqlPool) {
    let (user, owner) = (build::user("Asha").insert(&db).await, db.clone());
    let db = services(&db).await;
    let (present, hasher) = (present(&db, user).await, Hasher::default());
    let hash = |text: &str| hasher.hash(Password::try_from(text.to_owned()).unwrap(), Cost::default());
    let (one, other) = (hash("correct horse").await.unwrap(), hash("battery staple").await.unwrap());
    let mut conn = db.acquire().await.unwrap();
    assert!(replace(&mut conn, &present, &one, noon()).await.unwrap());
    assert!(!replace(&mut conn, &present, &other, noon()).await.unwrap(), "somebody was faster");
    let present = find_present(&mut conn, user).await.unwrap().unwrap();
    sqlx::query("UPDATE users SET is_active = FALSE").execute(&owner).await.unwrap();
    assert!(!replace(&mut conn, &present, &other, noon()).await.unwrap(), "put out of the shop");
    assert!(find_present(&mut conn, user).await.unwrap().is_none());
}
