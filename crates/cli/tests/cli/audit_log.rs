//! `pavitra audit verify`: what an intruder does to the log of who changed what, who has the database and not the key.

use accounts::{SecondFactorCode, second_factor};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use cli::audit::verify::walk;
use cli::reseal::{Resealed, reseal};
use futures::future::join_all;
use kernel::UserId;
use secrecy::ExposeSecret;
use serde_json::json;
use shared::audit::{Actor, Broken, Entry, Notary, Subject};
use shared::config::{Secrets, SecretsKey};
use shared::digest::sha256;
use shared::sealing::Sealer;
use shared::settings::{Settings, Written, list, write};
use sqlx::{AssertSqlSafe, Executor, MySqlPool};
use testing::{build, noon};

use super::command::{pavitra, pavitra_with, printed};

fn keys(key: u8, previous: Option<u8>) -> Secrets {
    let key_of = |byte: u8| SecretsKey::new([byte; 32]);
    Secrets { key: key_of(key), previous: previous.map(key_of) }
}

fn notary(key: u8) -> Notary {
    Notary::new(&keys(key, None))
}

/// The change of a user's roles to the one with this number.
async fn act(db: &MySqlPool, notary: &Notary, number: u64) -> sqlx::Result<()> {
    let by = Actor { user: UserId::new(1), request: Some("req-1".to_owned()), address: "203.0.113.7".parse().ok() };
    let subject = Subject::new("user", number.to_string());
    let entry = Entry { by: &by, action: "user.roles", subject, before: json!(["a"]), after: json!([number]) };
    let mut tx = db.begin().await?;
    notary.record(&mut tx, &entry, noon() + TimeDelta::nanoseconds(1_999)).await?;
    if number.is_multiple_of(7) { tx.rollback().await } else { tx.commit().await }
}

async fn log_of(db: &MySqlPool, users: impl IntoIterator<Item = u64>) {
    for user in users {
        act(db, &notary(1), user).await.unwrap();
    }
}

async fn found(db: &MySqlPool, notary: &Notary) -> Result<u64, Broken> {
    walk(db, notary, None).await.unwrap().map(|verified| verified.entries)
}

type Row =
    (u64, DateTime<Utc>, Option<u64>, String, String, String, String, String, Option<String>, Option<String>, String);

/// Computes every hash anew as anybody can who has read the sources, and the tail as far as that goes without the key.
async fn compute_anew(db: &MySqlPool) {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, occurred_at, actor_id, action, subject_type, subject_id, old_value, new_value, request_id, ip_address,
                previous_hash
         FROM audit_log ORDER BY id",
    )
    .fetch_all(db)
    .await
    .unwrap();
    let (mut hash, mut last) = ("0".repeat(64), 0);
    for (id, at, actor, action, kind, subject, before, after, request, ip, _) in rows {
        let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let text = |text: &str| serde_json::to_string(text).unwrap();
        let content = format!(
            r#"{{"id":{id},"occurred_at":{},"actor_id":{},"action":{},"subject_type":{},"subject_id":{},"old_value":{},"new_value":{},"request_id":{},"ip_address":{},"previous_hash":{}}}"#,
            text(&at),
            serde_json::to_string(&actor).unwrap(),
            text(&action),
            text(&kind),
            text(&subject),
            text(&before),
            text(&after),
            serde_json::to_string(&request).unwrap(),
            serde_json::to_string(&ip).unwrap(),
            text(&hash),
        );
        let previous = std::mem::replace(&mut hash, sha256(content.as_bytes()));
        sqlx::query("UPDATE audit_log SET previous_hash = ?, hash = ? WHERE id = ?")
            .bind(previous)
            .bind(&hash)
            .bind(id)
            .execute(db)
            .await
            .unwrap();
        last = id;
    }
    sqlx::query("UPDATE audit_tail SET entries = ?, hash = ?").bind(last).bind(hash).execute(db).await.unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn twenty_at_once_write_one_chain_and_what_rolls_back_leaves_no_gap(db: MySqlPool) {
    let notary = notary(1);
    for written in join_all((1..=20).map(|number| act(&db, &notary, number))).await {
        written.unwrap();
    }
    assert_eq!(found(&db, &notary).await, Ok(18));
    let at: DateTime<Utc> = sqlx::query_scalar("SELECT MAX(occurred_at) FROM audit_log").fetch_one(&db).await.unwrap();
    assert_eq!(at, noon() + TimeDelta::microseconds(1), "what the hash saw is what is there");
    compute_anew(&db).await;
    assert_eq!(found(&db, &notary).await, Ok(18), "the hashes are those that anybody computes");
}

/// What is done to five entries, and what is found: at once, and after every hash was computed anew.
const HARMS: [(&str, Broken, Broken); 9] = [
    ("UPDATE audit_log SET new_value = '[20] ' WHERE id = 2", Broken::Changed(2), Broken::Inserted(2)),
    ("UPDATE audit_log SET actor_id = 2 WHERE id = 1", Broken::Changed(1), Broken::Inserted(1)),
    ("UPDATE audit_log SET ip_address = NULL WHERE id = 5", Broken::Changed(5), Broken::Inserted(5)),
    ("DELETE FROM audit_log WHERE id = 3", Broken::Missing(3), Broken::Missing(3)),
    ("DELETE FROM audit_log WHERE id = 1", Broken::Missing(1), Broken::Missing(1)),
    ("DELETE FROM audit_log WHERE id = 5", Broken::Missing(5), Broken::End),
    ("DELETE FROM audit_log WHERE id > 2", Broken::Missing(3), Broken::End),
    (
        "INSERT INTO audit_log SELECT id + 1, occurred_at, 3, action, subject_type, subject_id, old_value, new_value,
                request_id, ip_address, hash, SHA2('a', 256), seal FROM audit_log WHERE id = 5",
        Broken::Changed(6),
        Broken::Inserted(6),
    ),
    ("DELETE FROM audit_tail", Broken::End, Broken::End),
];

async fn restore(db: &MySqlPool) {
    db.execute("DELETE FROM audit_log").await.unwrap();
    db.execute("DELETE FROM audit_tail").await.unwrap();
    db.execute("INSERT INTO audit_log SELECT * FROM kept_log").await.unwrap();
    db.execute("INSERT INTO audit_tail SELECT * FROM kept_tail").await.unwrap();
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn whatever_is_done_to_the_log_is_seen_and_named(db: MySqlPool) {
    log_of(&db, 1..=5).await;
    db.execute("CREATE TABLE kept_log AS SELECT * FROM audit_log").await.unwrap();
    db.execute("CREATE TABLE kept_tail AS SELECT * FROM audit_tail").await.unwrap();
    for (harm, at_once, later) in HARMS {
        restore(&db).await;
        assert_eq!(found(&db, &notary(1)).await, Ok(5));
        db.execute(AssertSqlSafe(harm.to_owned())).await.unwrap();
        assert_eq!(found(&db, &notary(1)).await, Err(at_once), "{harm}");
        compute_anew(&db).await;
        // A tail that somebody computed says how many rows there are; only its seal is wrong.
        let written = act(&db, &notary(1), 60).await;
        assert!(written.is_err(), "{harm}: nothing is added to what somebody has cut");
        assert_eq!(found(&db, &notary(1)).await, Err(later), "{harm}");
    }
    restore(&db).await;
    db.execute("UPDATE audit_tail SET entries = 4").await.unwrap();
    assert_eq!(found(&db, &notary(1)).await, Err(Broken::Inserted(5)));
    assert!(act(&db, &notary(1), 60).await.is_err());
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn an_old_log_that_somebody_put_back_is_seen_by_whoever_noted_a_later_entry(db: MySqlPool) {
    log_of(&db, 1..=2).await;
    db.execute("CREATE TABLE kept_log AS SELECT * FROM audit_log").await.unwrap();
    db.execute("CREATE TABLE kept_tail AS SELECT * FROM audit_tail").await.unwrap();
    log_of(&db, 3..=5).await;
    let noted = walk(&db, &notary(1), None).await.unwrap().unwrap();
    let known = Some((noted.entries, noted.hash.as_str()));
    assert!(walk(&db, &notary(1), known).await.unwrap().is_ok());
    restore(&db).await;
    assert_eq!(found(&db, &notary(1)).await, Ok(2));
    assert_eq!(walk(&db, &notary(1), known).await.unwrap(), Err(Broken::Replaced(5)));
    log_of(&db, 10..=13).await;
    assert_eq!(walk(&db, &notary(1), known).await.unwrap(), Err(Broken::Replaced(5)));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_rotated_key_leaves_the_log_readable_and_a_stranger_s_key_adds_nothing(db: MySqlPool) {
    log_of(&db, 1..=3).await;
    assert!(act(&db, &notary(2), 40).await.is_err());
    assert_eq!(found(&db, &notary(2)).await, Err(Broken::End));
    assert!(reseal(&db, &keys(2, None)).await.is_err());
    let during = keys(2, Some(1));
    assert_eq!(reseal(&db, &during).await.unwrap(), Resealed { settings: 0, second_factors: 0, audit_log: true });
    assert_eq!(reseal(&db, &during).await.unwrap(), Resealed { settings: 0, second_factors: 0, audit_log: false });
    for after in [Notary::new(&during), notary(2)] {
        assert_eq!(found(&db, &after).await, Ok(3), "{after:?}");
    }
    act(&db, &notary(2), 50).await.unwrap();
    assert_eq!(found(&db, &notary(2)).await, Ok(4));
    db.execute("UPDATE audit_log SET action = 'user.status' WHERE id = 1").await.unwrap();
    compute_anew(&db).await;
    assert_eq!(found(&db, &notary(2)).await, Err(Broken::Inserted(4)), "the first whose key is here does not fit");
}

#[sqlx::test(migrations = false)]
async fn the_command_prints_what_to_note_and_its_exit_code_is_the_answer(db: MySqlPool) {
    printed(&pavitra(&db, &["migrate"]));
    assert_eq!(printed(&pavitra(&db, &["audit", "verify"])), "ok    the audit log is empty\n");
    let development = Secrets { key: SecretsKey::new(*b"development-only-development-key"), previous: None };
    act(&db, &Notary::new(&development), 1).await.unwrap();
    let sound = pavitra(&db, &["audit", "verify"]);
    let noted = printed(&sound).trim_end().strip_prefix("ok    1 entries, known as ").unwrap().to_owned();
    printed(&pavitra(&db, &["audit", "verify", "--known", &noted]));
    assert_eq!(pavitra(&db, &["audit", "verify", "--known", "1"]).status.code(), Some(2));
    let other_key =
        pavitra_with(&db, &["audit", "verify"], &[("SECRETS_KEY", &"A".repeat(43)), ("ENVIRONMENT", "production")]);
    assert_eq!(other_key.status.code(), Some(64), "no key, no verdict");
    db.execute("UPDATE audit_log SET actor_id = 2").await.unwrap();
    let unsound = pavitra(&db, &["audit", "verify"]);
    assert_eq!((unsound.status.code(), unsound.stdout.as_slice()), (Some(1), &b"WRONG entry 1 was changed\n"[..]));
}

async fn sealed(db: &MySqlPool, key: &str) -> String {
    let text = sqlx::query_scalar("SELECT setting_value FROM site_settings WHERE setting_key = ?");
    text.bind(key).fetch_one(db).await.unwrap()
}

async fn opened(db: &MySqlPool, secrets: &Secrets) -> Option<String> {
    let settings = Settings::new(Sealer::new(secrets).unwrap());
    let values = settings.read(&mut db.acquire().await.unwrap()).await.unwrap();
    values.secret(SECRET).map(|secret| secret.expose_secret().to_owned())
}

const SECRET: &str = "telegram_bot_token";

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn secret_settings_follow_a_rotation_of_the_key_and_nothing_else_of_them_changes(db: MySqlPool) {
    let asha = build::user("Asha").insert(&db).await;
    let (before, during, after) = (keys(1, None), keys(2, Some(1)), keys(2, None));
    let written = Written::Secret("s3cret".into());
    let mut conn = db.acquire().await.unwrap();
    write(&mut conn, &Sealer::new(&before).unwrap(), (SECRET, &written), asha, noon()).await.unwrap();
    let old = sealed(&db, SECRET).await;
    assert_eq!((opened(&db, &during).await.as_deref(), opened(&db, &after).await), (Some("s3cret"), None));
    assert!(reseal(&db, &after).await.is_err(), "what cannot be opened is left alone");
    assert_eq!(sealed(&db, SECRET).await, old);
    assert_eq!(reseal(&db, &during).await.unwrap(), Resealed { settings: 1, second_factors: 0, audit_log: false });
    assert_eq!(reseal(&db, &during).await.unwrap(), Resealed { settings: 0, second_factors: 0, audit_log: false });
    assert_eq!((opened(&db, &after).await.as_deref(), opened(&db, &before).await), (Some("s3cret"), None));
    let rows = list(&mut conn).await.unwrap();
    let row = rows.iter().find(|row| row.key == SECRET).unwrap();
    assert_eq!((row.revision, row.updated_by, row.updated_at), (2, Some(asha), noon()));
    assert_eq!(sealed(&db, "razorpay_secret").await, "", "what was never given stays so");
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn second_factors_follow_a_rotation_of_the_key(db: MySqlPool) {
    let (asha, ravi) = (build::user("Asha").insert(&db).await, build::user("Ravi").insert(&db).await);
    let (before, during, after) = (keys(1, None), keys(2, Some(1)), keys(2, None));
    let mut conn = db.acquire().await.unwrap();
    for user in [asha, ravi] {
        second_factor::begin(&mut conn, &Sealer::new(&before).unwrap(), user, noon()).await.unwrap();
    }
    assert!(reseal(&db, &after).await.is_err(), "what cannot be opened is left alone");
    for second_factors in [2, 0] {
        let resealed = Resealed { settings: 0, second_factors, audit_log: false };
        assert_eq!(reseal(&db, &during).await.unwrap(), resealed);
    }
    for (secrets, opens) in [(&after, true), (&before, false)] {
        let (sealer, guess) = (Sealer::new(secrets).unwrap(), SecondFactorCode::try_from("000000".to_owned()).unwrap());
        let answer = second_factor::confirm(&mut conn, &sealer, ravi, &guess, noon()).await;
        assert_eq!(answer.is_ok(), opens);
    }
}
