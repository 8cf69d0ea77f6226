//! Accounts: made once, found by every name, entered while they can be.

use accounts::login::{Credentials, admit, find_for_login};
use accounts::registration::{CountryId, NewAccount, Registration, register};
use accounts::{Cost, Email, Hasher, Password, PasswordAttempt, PersonName, Phone, Username};
use futures::future::join_all;
use sqlx::MySqlPool;
use testing::{build, noon};

use crate::services;

async fn asha() -> NewAccount {
    let password = Password::try_from("correct horse".to_owned()).unwrap();
    NewAccount {
        email: Some(Email::try_from("Asha@Example.com".to_owned()).unwrap()),
        phone: Some(Phone::try_from("98765 43210".to_owned()).unwrap()),
        username: Some(Username::try_from("Asha.Rao".to_owned()).unwrap()),
        password_hash: Hasher::default().hash(password, Cost::default()).await.unwrap(),
        first_name: PersonName::try_from("Asha".to_owned()).unwrap(),
        last_name: PersonName::try_from("Rao".to_owned()).unwrap(),
        country: CountryId::new(1).unwrap(),
    }
}

async fn found(db: &MySqlPool, login_id: &str) -> Option<Credentials> {
    find_for_login(&mut db.acquire().await.unwrap(), login_id).await.unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_account_is_found_by_whatever_its_holder_types(db: MySqlPool) {
    let db = services(&db).await;
    let account = asha().await;
    let registered = register(&mut db.acquire().await.unwrap(), &account, noon()).await.unwrap();
    let Registration::Registered(user) = registered else { unreachable!("{registered:?}") };
    for login_id in ["asha@example.com", " ASHA@example.com ", "9876543210", "+91 98765 43210", "asha.rao", "Asha.Rao"]
    {
        let credentials = found(&db, login_id).await.unwrap();
        assert!(credentials.user == user && credentials.is_active, "{login_id}");
        let attempt = PasswordAttempt::try_from("correct horse".to_owned()).unwrap();
        assert!(Hasher::default().verify(attempt, Some(credentials.password_hash), Cost::default()).await.unwrap());
    }
    let long = "x".repeat(10_000);
    for nobody in ["", "asha", "asha@example.org", "9876543211", "+1 202 555 0123", "' OR 1=1 -- ", "a\0b", &long] {
        assert!(found(&db, nobody).await.is_none(), "{nobody}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn every_name_of_an_account_is_its_own(db: MySqlPool) {
    let db = services(&db).await;
    let mut conn = db.acquire().await.unwrap();
    let account = asha().await;
    register(&mut conn, &account, noon()).await.unwrap();
    let nobody = NewAccount { email: None, phone: None, username: None, ..account.clone() };
    for same in [
        NewAccount { email: account.email.clone(), ..nobody.clone() },
        NewAccount { phone: account.phone.clone(), ..nobody.clone() },
        NewAccount { username: account.username.clone(), ..nobody.clone() },
    ] {
        assert_eq!(register(&mut conn, &same, noon()).await.unwrap(), Registration::Taken);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_eight_who_register_at_once_one_succeeds(db: MySqlPool) {
    let db = services(&db).await;
    let account = asha().await;
    let tries = (0..8).map(async |_| register(&mut db.acquire().await.unwrap(), &account, noon()).await.unwrap());
    let outcomes = join_all(tries).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Registration::Taken).count(), 7, "{outcomes:?}");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_account_that_changed_while_the_password_was_compared_is_not_entered(db: MySqlPool) {
    build::user("Asha").insert(&db).await;
    let services = services(&db).await;
    let mut conn = services.acquire().await.unwrap();
    let credentials = found(&services, "asha@example.com").await.unwrap();
    assert!(admit(&mut conn, &credentials, noon()).await.unwrap());
    assert!(admit(&mut conn, &credentials, noon()).await.unwrap(), "a second time in the same second");
    for change in ["password_hash = 'another'", "is_active = FALSE"] {
        let mut change = sqlx::QueryBuilder::new(format!("UPDATE users SET {change}"));
        change.build().execute(&db).await.unwrap();
        assert!(!admit(&mut conn, &credentials, noon()).await.unwrap());
        sqlx::query("UPDATE users SET password_hash = '!', is_active = TRUE").execute(&db).await.unwrap();
    }
}
