//! `pavitra migrate`: once, whoever asks how often.

use shared::config::ServiceName;
use shared::database::MIGRATOR;
use sqlx::MySqlPool;
use testing::servers;

use super::shop::{Surroundings, eventually};

async fn applied(db: &MySqlPool) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM _sqlx_migrations WHERE success").fetch_one(db).await.unwrap()
}

fn known() -> i64 {
    i64::try_from(MIGRATOR.iter().count()).unwrap()
}

#[sqlx::test(migrations = false)]
async fn two_at_once_and_a_third_later_are_one(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    let mut both = [0, 1].map(|_| surroundings.command("pavitra").arg("migrate").spawn().unwrap());
    assert!(both.iter_mut().all(|migrator| migrator.wait().unwrap().success()));
    assert_eq!(applied(&db).await, known());
    surroundings.pavitra_ok(&["migrate"]);
    assert_eq!(applied(&db).await, known());
}

#[sqlx::test(migrations = false)]
async fn one_that_was_killed_half_way_is_done_again(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    sqlx::query("UPDATE _sqlx_migrations SET success = FALSE").execute(&db).await.unwrap();
    surroundings.pavitra_ok(&["migrate"]);
    assert_eq!(applied(&db).await, known());
}

#[sqlx::test(migrations = false)]
async fn a_service_newer_than_its_schema_is_not_ready(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    sqlx::query("DELETE FROM _sqlx_migrations ORDER BY version DESC LIMIT 1").execute(&db).await.unwrap();
    let newer = surroundings.start(ServiceName::User);
    let live = newer.url("/health/live");
    eventually("alive", async || reqwest::get(&live).await.is_ok()).await;
    assert_eq!(reqwest::get(newer.url("/health")).await.unwrap().status().as_u16(), 503);
    assert_eq!(reqwest::get(newer.url("/health/ready")).await.unwrap().status().as_u16(), 503);
    surroundings.pavitra_ok(&["migrate"]);
    newer.ready().await;
}

#[sqlx::test(migrations = false)]
async fn the_previous_release_starts_on_the_next_one_s_schema(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    sqlx::query("ALTER TABLE products ADD COLUMN of_the_next_release INT").execute(&db).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99991231235959, 'of the next release', TRUE, '', 1)",
    )
    .execute(&db)
    .await
    .unwrap();
    let product = surroundings.start(ServiceName::Product).ready().await;
    assert!(reqwest::get(product.url("/api/v1/products")).await.unwrap().status().is_success());
    surroundings.pavitra_ok(&["migrate"]);
}

#[sqlx::test(migrations = false)]
async fn a_table_that_became_a_ledger_is_no_longer_changed(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    surroundings.pavitra_ok(&["migrate"]);
    sqlx::query("ALTER TABLE brands COMMENT = 'ledger: for this test'").execute(&db).await.unwrap();
    surroundings.pavitra_ok(&["migrate"]);
    let services = shared::database::connect_lazily(&servers::config(ServiceName::Product, &db).database);
    let change = sqlx::query("UPDATE brands SET name = 'x'").execute(&services).await.unwrap_err();
    assert!(change.to_string().contains("UPDATE command denied"), "{change}");
    sqlx::query("SELECT id FROM brands").fetch_all(&services).await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn a_wrong_password_is_told_at_once(db: MySqlPool) {
    let done = Surroundings::of(&db).with("MIGRATOR_DB_PASSWORD", "wrong").pavitra(&["migrate"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8(done.stderr).unwrap().contains("Access denied"));
}

#[sqlx::test(migrations = false)]
async fn without_a_database_it_says_so_in_one_line(db: MySqlPool) {
    let done = Surroundings::of(&db).with("DB_PORT", "1").pavitra(&["migrate", "--wait", "0"]);
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(said.lines().last().unwrap().starts_with("pavitra: no database \"_sqlx_test"), "{said}");
}

#[sqlx::test(migrations = false)]
async fn a_service_before_its_schema_waits_for_it(db: MySqlPool) {
    let surroundings = Surroundings::of(&db);
    // The account exists and has no rights yet: the first sight of the schema is a refusal.
    let early = surroundings.start(ServiceName::Order);
    let live = early.url("/health/live");
    eventually("alive", async || reqwest::get(&live).await.is_ok()).await;
    assert_eq!(reqwest::get(early.url("/health")).await.unwrap().status().as_u16(), 503);
    surroundings.pavitra_ok(&["migrate"]);
    early.ready().await;
}
