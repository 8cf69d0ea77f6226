//! Log-ins: renewed by each token once, ended once, told to everybody.

use accounts::sessions::{Ending, Opened, Rotation, open, revoke, revoke_all, rotate};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::UserId;
use secrecy::ExposeSecret;
use shared::database::Failure;
use shared::web::Device;
use sqlx::{MySqlConnection, MySqlPool, Row};
use testing::{build, noon};
use uuid::Uuid;

use crate::services;

/// Asha's account under the services' account of the database.
struct Shop {
    db: MySqlPool,
    asha: UserId,
}

impl Shop {
    async fn new(db: &MySqlPool) -> Self {
        let asha = build::user("Asha").insert(db).await;
        Self { db: services(db).await, asha }
    }

    async fn open(&self) -> Opened {
        self.open_at(noon()).await
    }

    async fn open_at(&self, now: DateTime<Utc>) -> Opened {
        let device = Device { address: "2001:db8::1".parse().ok(), user_agent: Some("curl/8".to_owned()) };
        open(&mut self.db.acquire().await.unwrap(), self.asha, &device, now).await.unwrap()
    }

    /// As a use case does it: in a transaction that is committed whatever comes out.
    async fn rotate(&self, token: &str, now: DateTime<Utc>) -> Rotation {
        let mut tx = self.db.begin().await.unwrap();
        let rotation = rotate(&mut tx, token, now).await.unwrap();
        tx.commit().await.unwrap();
        rotation
    }

    async fn renewed(&self, token: &str, now: DateTime<Utc>) -> String {
        let Rotation::Renewed { user, opened } = self.rotate(token, now).await else {
            unreachable!("refused at {now}")
        };
        assert_eq!(user, self.asha);
        opened.refresh_token.expose_secret().to_owned()
    }

    async fn ending(&self, session: Uuid) -> Option<String> {
        sqlx::query_scalar("SELECT revoked_reason FROM sessions WHERE uuid = ?")
            .bind(session.to_string())
            .fetch_one(&self.db)
            .await
            .unwrap()
    }

    async fn told(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT subject FROM change_log WHERE topic = 'session.revoked' ORDER BY id")
            .fetch_all(&self.db)
            .await
            .unwrap()
    }
}

fn after(seconds: i64) -> DateTime<Utc> {
    noon() + TimeDelta::seconds(seconds)
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_log_in_lives_as_long_as_its_holder_comes_back(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let opened = shop.open().await;
    let mut token = opened.refresh_token.expose_secret().to_owned();
    for visit in 1..=3 {
        token = shop.renewed(&token, noon() + TimeDelta::days(29) * visit).await;
    }
    let too_late = noon() + TimeDelta::days(29 * 3 + 30);
    assert!(matches!(shop.rotate(&token, too_late).await, Rotation::Refused));
    assert_eq!(shop.ending(opened.session).await, None);
    let row: (String, String) =
        sqlx::query_as("SELECT ip_address, user_agent FROM sessions").fetch_one(&shop.db).await.unwrap();
    assert_eq!(row, ("2001:db8::1".to_owned(), "curl/8".to_owned()));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_token_that_comes_back_ends_the_log_in(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (opened, other) = (shop.open().await, shop.open().await);
    let stolen = opened.refresh_token.expose_secret();
    let next = shop.renewed(stolen, noon()).await;
    assert!(matches!(shop.rotate(stolen, after(10)).await, Rotation::Reused { .. }));
    assert_eq!(shop.ending(opened.session).await.as_deref(), Some("rotation_reuse"));
    assert_eq!(shop.told().await, [opened.session.to_string()]);
    assert!(matches!(shop.rotate(&next, after(11)).await, Rotation::Refused));
    assert_eq!(shop.ending(other.session).await, None);
    shop.renewed(other.refresh_token.expose_secret(), after(12)).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_lost_the_answer_gets_another(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let first = shop.open().await.refresh_token;
    let lost = shop.renewed(first.expose_secret(), noon()).await;
    let second = shop.renewed(first.expose_secret(), after(9)).await;
    assert_ne!(lost, second);
    shop.renewed(&second, after(3_600)).await;
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_copy_made_in_the_grace_is_noticed_at_its_next_use(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let opened = shop.open().await;
    let holder_s = shop.renewed(opened.refresh_token.expose_secret(), noon()).await;
    let thief_s = shop.renewed(opened.refresh_token.expose_secret(), after(5)).await;
    shop.renewed(&thief_s, after(3_600)).await;
    assert!(matches!(shop.rotate(&holder_s, after(3_620)).await, Rotation::Reused { .. }));
    assert_eq!(shop.ending(opened.session).await.as_deref(), Some("rotation_reuse"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn the_token_before_the_last_has_no_grace(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let opened = shop.open().await;
    let second = shop.renewed(opened.refresh_token.expose_secret(), noon()).await;
    shop.renewed(&second, noon()).await;
    assert!(matches!(shop.rotate(opened.refresh_token.expose_secret(), noon()).await, Rotation::Reused { .. }));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn two_tabs_at_once_are_both_renewed(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let opened = shop.open().await;
    let token = opened.refresh_token.expose_secret();
    let (one, other) = tokio::join!(shop.renewed(token, noon()), shop.renewed(token, noon()));
    assert_ne!(one, other);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_second_use_is_judged_when_the_first_is_done(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let opened = shop.open().await;
    let token = opened.refresh_token.expose_secret();
    let mut first = shop.db.begin().await.unwrap();
    assert!(matches!(rotate(&mut first, token, noon()).await.unwrap(), Rotation::Renewed { .. }));
    let mut second = shop.db.begin().await.unwrap();
    sqlx::query("SET SESSION innodb_lock_wait_timeout = 1").execute(&mut *second).await.unwrap();
    let waited = rotate(&mut second, token, after(20)).await.unwrap_err();
    assert_eq!(Failure::of(&waited), Failure::Transient, "{waited}");
    second.rollback().await.unwrap();
    first.commit().await.unwrap();
    assert!(matches!(shop.rotate(token, after(20)).await, Rotation::Reused { .. }));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_log_in_ends_once_and_is_not_renewed_after(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let opened = shop.open().await;
    let mut conn = shop.db.acquire().await.unwrap();
    revoke(&mut conn, opened.session, Ending::Logout, noon()).await.unwrap();
    revoke(&mut conn, opened.session, Ending::Deactivated, after(1)).await.unwrap();
    revoke(&mut conn, Uuid::nil(), Ending::Logout, after(1)).await.unwrap();
    assert_eq!(shop.ending(opened.session).await.as_deref(), Some("logout"));
    assert_eq!(shop.told().await, [opened.session.to_string()]);
    assert!(matches!(shop.rotate(opened.refresh_token.expose_secret(), after(2)).await, Rotation::Refused));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn what_is_rolled_back_ends_nothing_and_tells_nobody(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let opened = shop.open().await;
    let mut tx = shop.db.begin().await.unwrap();
    revoke(&mut tx, opened.session, Ending::Logout, noon()).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!((shop.ending(opened.session).await, shop.told().await), (None, vec![]));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn all_log_ins_of_one_person_end_and_nobody_else_s(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (one, two, ended) = (shop.open().await, shop.open().await, shop.open().await);
    let ravi = build::user("Ravi").insert(&db).await;
    let mut conn = shop.db.acquire().await.unwrap();
    let other = open(&mut conn, ravi, &Device::default(), noon()).await.unwrap();
    revoke(&mut conn, ended.session, Ending::Logout, noon()).await.unwrap();
    revoke_all(&mut conn, shop.asha, Ending::LogoutAll, after(1)).await.unwrap();
    for (session, ending) in [
        (one.session, Some("logout_all")),
        (two.session, Some("logout_all")),
        (ended.session, Some("logout")),
        (other.session, None),
    ] {
        assert_eq!(shop.ending(session).await.as_deref(), ending);
    }
    assert_eq!(shop.told().await.len(), 3);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_log_in_that_ended_by_itself_is_not_ended_again(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let (old, young) = (shop.open().await, shop.open_at(after(1)).await);
    let mut conn = shop.db.acquire().await.unwrap();
    for _ in 0..2 {
        revoke_all(&mut conn, shop.asha, Ending::LogoutAll, noon() + TimeDelta::days(30)).await.unwrap();
        assert_eq!(shop.ending(old.session).await, None);
        assert_eq!(shop.ending(young.session).await.as_deref(), Some("logout_all"));
        assert_eq!(shop.told().await, [young.session.to_string()]);
    }
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn all_log_ins_end_with_as_many_statements_as_one(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    for _ in 0..9 {
        shop.open().await;
    }
    let mut conn = shop.db.acquire().await.unwrap();
    let begun = executions(&mut conn).await;
    revoke_all(&mut conn, shop.asha, Ending::LogoutAll, after(1)).await.unwrap();
    assert_eq!((executions(&mut conn).await - begun, shop.told().await.len()), (4, 9), "the last are those half-way");
}

/// How many prepared statements this connection has run.
async fn executions(conn: &mut MySqlConnection) -> u64 {
    let status = sqlx::raw_sql("SHOW SESSION STATUS LIKE 'Com_stmt_execute'").fetch_one(conn).await.unwrap();
    status.get::<String, _>("Value").parse().unwrap()
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_was_put_out_of_the_shop_is_not_renewed(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let opened = shop.open().await;
    sqlx::query("UPDATE users SET is_active = FALSE").execute(&db).await.unwrap();
    assert!(matches!(shop.rotate(opened.refresh_token.expose_secret(), noon()).await, Rotation::Refused));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn no_token_rests_in_the_database(db: MySqlPool) {
    let shop = Shop::new(&db).await;
    let token = shop.open().await.refresh_token;
    let kept: String = sqlx::query_scalar("SELECT token_hash FROM refresh_tokens").fetch_one(&db).await.unwrap();
    assert!(kept.len() == 64 && !kept.contains(token.expose_secret()));
    for nonsense in ["", "x", kept.as_str(), "' OR 1=1 -- ", "\0"] {
        assert!(matches!(shop.rotate(nonsense, noon()).await, Rotation::Refused), "{nonsense}");
    }
}
