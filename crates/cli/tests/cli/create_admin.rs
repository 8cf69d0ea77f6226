//! `pavitra create-admin`: somebody who may do everything, once however often it runs.

use accounts::{Cost, Email, Hasher, PasswordAttempt, PersonName, login};
use cli::create_admin::{Admin, create};
use kernel::UserId;
use secrecy::{ExposeSecret, SecretString};
use shared::audit::Notary;
use shared::config::{Secrets, SecretsKey};
use shared::identity::holds;
use sqlx::MySqlPool;
use testing::{build, noon};

use super::command::{pavitra, printed};

const EMAIL: &str = "owner@example.com";

fn admin(email: &str, password: Option<&str>) -> Admin {
    let name = |text: &str| PersonName::try_from(text.to_owned()).unwrap();
    let email = Email::try_from(email.to_owned()).unwrap();
    let password = password.map(SecretString::from);
    Admin { email, first_name: name("Asha"), last_name: name("Rao"), password, may_exist: false }
}

fn notary() -> Notary {
    Notary::new(&Secrets { key: SecretsKey::new([7; 32]), previous: None })
}

async fn make(db: &MySqlPool, email: &str, password: Option<&str>) -> anyhow::Result<Option<String>> {
    let random = create(db, &notary(), &admin(email, password), noon()).await?;
    Ok(random.map(|random| random.expose_secret().to_owned()))
}

/// Whose account it is, if `password` opens it.
async fn opened_by(db: &MySqlPool, email: &str, password: &str) -> Option<UserId> {
    let known = login::find_for_login(&mut db.acquire().await.unwrap(), email).await.unwrap()?;
    let attempt = PasswordAttempt::try_from(password.to_owned()).unwrap();
    Hasher::default().verify(attempt, Some(known.password_hash), Cost::default()).await.unwrap().then_some(known.user)
}

async fn roles(db: &MySqlPool, user: UserId) -> Vec<String> {
    let roles = sqlx::query_scalar(
        "SELECT r.name FROM user_role_assignments a JOIN user_roles r ON r.id = a.role_id
         WHERE a.user_id = ? ORDER BY r.name",
    );
    roles.bind(user).fetch_all(db).await.unwrap()
}

async fn count_accounts(db: &MySqlPool) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(db).await.unwrap()
}

async fn count_told(db: &MySqlPool) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM change_log WHERE topic = 'user.roles'").fetch_one(db).await.unwrap()
}

#[sqlx::test(migrations = false)]
async fn the_password_is_printed_once_and_opens_the_account(db: MySqlPool) {
    printed(&pavitra(&db, &["migrate"]));
    let first = pavitra(&db, &["create-admin", "--email", " Owner@Example.com "]);
    let password = printed(&first).strip_prefix("password: ").unwrap().trim_end();
    assert_eq!(password.len(), 24);
    let owner = opened_by(&db, EMAIL, password).await.unwrap();
    assert_eq!(roles(&db, owner).await, ["customer", "super_admin"]);
    assert!(holds(&mut db.acquire().await.unwrap(), owner, "manage_backups").await.unwrap());
    assert!(!String::from_utf8_lossy(&first.stderr).contains(password));

    let again = pavitra(&db, &["create-admin", "--email", EMAIL]);
    assert_eq!(printed(&again), "");
    assert_eq!((opened_by(&db, EMAIL, password).await, count_accounts(&db).await), (Some(owner), 1));
}

#[sqlx::test(migrations = false)]
async fn the_password_is_the_first_line_of_the_file(db: MySqlPool) {
    printed(&pavitra(&db, &["migrate"]));
    let file = std::env::temp_dir().join(format!("{}.password", db.connect_options().get_database().unwrap()));
    let arguments = ["create-admin", "--email", EMAIL, "--password-file", file.to_str().unwrap()];
    for (text, code) in [("short\n", 1), ("correct horse\r\nbattery", 0), ("correct horse", 0), ("another horse", 1)] {
        std::fs::write(&file, text).unwrap();
        let done = pavitra(&db, &arguments);
        assert_eq!(done.status.code(), Some(code), "{text}: {}", String::from_utf8_lossy(&done.stderr));
        let said = [done.stdout, done.stderr].concat();
        assert!(!String::from_utf8_lossy(&said).contains("horse"));
    }
    std::fs::remove_file(&file).unwrap();
    assert_eq!(pavitra(&db, &arguments).status.code(), Some(1), "without the file");
    assert!(opened_by(&db, EMAIL, "correct horse").await.is_some());
}

#[sqlx::test(migrations = false)]
async fn what_is_no_address_is_wrong_use(db: MySqlPool) {
    let done = pavitra(&db, &["create-admin", "--email", "owner"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("an e-mail address"));
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_registered_first_is_no_administrator_unless_that_is_said(db: MySqlPool) {
    let asha = build::user("Asha").role("customer").insert(&db).await;
    let refusal = make(&db, "asha@example.com", None).await.unwrap_err().to_string();
    assert!(refusal.contains("exists already") && refusal.contains("--existing"), "{refusal}");
    assert_eq!((roles(&db, asha).await, count_told(&db).await), (vec!["customer".to_owned()], 0));
    let told = Admin { may_exist: true, ..admin("asha@example.com", None) };
    for admin in [&told, &told, &admin("asha@example.com", None)] {
        assert!(create(&db, &notary(), admin, noon()).await.unwrap().is_none());
        assert_eq!(roles(&db, asha).await, ["customer", "super_admin"]);
        assert_eq!(count_told(&db).await, 1, "every replica hears of a new role once");
    }
    let written: Vec<(Option<u64>, String, String, String)> =
        sqlx::query_as("SELECT actor_id, subject_id, old_value, new_value FROM audit_log")
            .fetch_all(&db)
            .await
            .unwrap();
    let [before, after] = [r#"["customer"]"#, r#"["customer","super_admin"]"#].map(str::to_owned);
    assert_eq!(written, [(None, asha.to_string(), before, after)], "and the audit log once");
    assert_eq!(count_accounts(&db).await, 1);
}

#[sqlx::test(migrations = false)]
async fn an_account_that_exists_is_refused_in_one_line(db: MySqlPool) {
    printed(&pavitra(&db, &["migrate"]));
    let asha = build::user("Asha").insert(&db).await;
    let refused = pavitra(&db, &["create-admin", "--email", "asha@example.com"]);
    let complaint = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(
        (refused.status.code(), complaint.lines().count(), refused.stdout.len()),
        (Some(1), 1, 0),
        "{complaint}"
    );
    assert_eq!(roles(&db, asha).await, [""; 0]);
    assert_eq!(printed(&pavitra(&db, &["create-admin", "--email", "asha@example.com", "--existing"])), "");
    assert_eq!(roles(&db, asha).await, ["customer", "super_admin"]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn a_password_that_does_not_fit_gives_no_role(db: MySqlPool) {
    let asha = build::user("Asha").insert(&db).await;
    for may_exist in [false, true] {
        let wrong = Admin { may_exist, ..admin("asha@example.com", Some("correct horse")) };
        let refusal = create(&db, &notary(), &wrong, noon()).await.unwrap_err().to_string();
        assert!(refusal.contains("another password"), "{refusal}");
    }
    assert_eq!(roles(&db, asha).await, [""; 0]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn who_was_put_out_of_the_shop_does_not_come_back_as_its_administrator(db: MySqlPool) {
    let asha = build::user("Asha").inactive().insert(&db).await;
    assert!(make(&db, "asha@example.com", None).await.is_err());
    assert_eq!(roles(&db, asha).await, [""; 0]);
}

#[sqlx::test(migrator = "shared::database::MIGRATOR")]
async fn of_two_at_once_one_makes_the_account(db: MySqlPool) {
    let (one, other) = tokio::join!(make(&db, EMAIL, None), make(&db, EMAIL, None));
    let passwords: Vec<String> = [one, other].into_iter().filter_map(|made| made.ok().flatten()).collect();
    assert_eq!((passwords.len(), count_accounts(&db).await), (1, 1));
    assert!(opened_by(&db, EMAIL, &passwords[0]).await.is_some());
}
