//! Second factors: each code is good once, and a new key takes the secrets over.

use accounts::SecondFactorCode;
use accounts::second_factor::{Confirmation, begin, confirm, is_in_force, prove, remove};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::UserId;
use secrecy::ExposeSecret;
use shared::config::{Secrets, SecretsKey};
use shared::sealing::Sealer;
use sqlx::{MySqlConnection, MySqlPool};
use testing::{authenticator, build, noon};

use crate::services;

/// Keys of which the first seals and both open.
fn sealer(key: u8, previous: Option<u8>) -> Sealer {
    let key_of = |byte| SecretsKey::new([byte; 32]);
    Sealer::new(&Secrets { key: key_of(key), previous: previous.map(key_of) }).unwrap()
}

fn typed(code: &str) -> SecondFactorCode {
    SecondFactorCode::try_from(code.to_owned()).unwrap()
}

/// Somebody with an app.
struct Asha {
    db: MySqlPool,
    id: UserId,
    secret: String,
    recovery_code: SecondFactorCode,
}

impl Asha {
    async fn new(db: &MySqlPool) -> Self {
        let (id, db) = (build::user("Asha").insert(db).await, services(db).await);
        let mut conn = db.acquire().await.unwrap();
        let secret = begin(&mut conn, &sealer(1, None), id, noon()).await.unwrap().unwrap();
        let secret = secret.text().expose_secret().to_owned();
        let code = typed(&authenticator::code(&secret, noon()));
        let confirmed = confirm(&mut conn, &sealer(1, None), id, &code, noon()).await.unwrap();
        let codes = match confirmed {
            Confirmation::Confirmed(codes) => codes,
            Confirmation::WrongCode | Confirmation::NotBegun => Vec::new(),
        };
        drop(conn);
        Self { db, id, secret, recovery_code: typed(codes.first().unwrap().expose_secret()) }
    }

    fn shows(&self, now: DateTime<Utc>) -> SecondFactorCode {
        typed(&authenticator::code(&self.secret, now))
    }

    async fn proves(&self, conn: &mut MySqlConnection, code: &SecondFactorCode, now: DateTime<Utc>) -> bool {
        prove(conn, &sealer(1, None), self.id, code, now).await.unwrap()
    }
}

/// Long enough for another connection to have read what it wants to change, and to wait for its turn.
async fn after_a_while(db: &MySqlPool) {
    for _ in 0..50 {
        sqlx::query("DO 1").execute(db).await.unwrap();
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_two_with_the_same_code_the_second_waits_for_the_first_and_is_refused(db: MySqlPool) {
    let asha = Asha::new(&db).await;
    let later = noon() + TimeDelta::minutes(1);
    for code in [asha.shows(later), asha.recovery_code.clone()] {
        let (mut first, mut second) = (asha.db.begin().await.unwrap(), asha.db.begin().await.unwrap());
        assert!(asha.proves(&mut first, &code, later).await, "{code:?}");
        let (is_second, ()) = tokio::join!(asha.proves(&mut second, &code, later), async {
            after_a_while(&db).await;
            first.commit().await.unwrap();
        });
        assert!(!is_second, "{code:?}");
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_new_key_takes_a_secret_over_when_it_is_used(db: MySqlPool) {
    let asha = Asha::new(&db).await;
    let mut conn = asha.db.acquire().await.unwrap();
    let later = noon() + TimeDelta::minutes(1);
    let (during, after) = (sealer(2, Some(1)), sealer(2, None));
    assert!(prove(&mut conn, &after, asha.id, &asha.shows(later), later).await.is_err(), "not before");
    assert!(prove(&mut conn, &during, asha.id, &asha.shows(later), later).await.unwrap());
    let later = later + TimeDelta::minutes(1);
    assert!(prove(&mut conn, &after, asha.id, &asha.shows(later), later).await.unwrap());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_was_taken_away_proves_nothing(db: MySqlPool) {
    let asha = Asha::new(&db).await;
    let mut conn = asha.db.acquire().await.unwrap();
    assert!(is_in_force(&mut conn, asha.id).await.unwrap());
    assert!(remove(&mut conn, asha.id).await.unwrap() && !remove(&mut conn, asha.id).await.unwrap());
    let later = noon() + TimeDelta::minutes(1);
    assert!(!asha.proves(&mut conn, &asha.shows(later), later).await);
    assert!(!asha.proves(&mut conn, &asha.recovery_code, later).await);
    assert!(!is_in_force(&mut conn, asha.id).await.unwrap());
}
