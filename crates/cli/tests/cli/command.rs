//! The binary as an operator runs it.

use std::process::{Command, Output, Stdio};

use secrecy::ExposeSecret;
use sqlx::{Executor, MySqlPool};
use testing::servers;

/// Runs `pavitra` on the database behind `db`.
pub(super) fn pavitra(db: &MySqlPool, arguments: &[&str]) -> Output {
    pavitra_with(db, arguments, &[])
}

/// Runs `pavitra` on the database behind `db`, told this too.
pub(super) fn pavitra_with(db: &MySqlPool, arguments: &[&str], told: &[(&str, &str)]) -> Output {
    let (owner, services, place) = (servers::migrator_account(), servers::services_account(), db.connect_options());
    let mut command = Command::new(env!("CARGO_BIN_EXE_pavitra"));
    command.env_clear().stdin(Stdio::null()).args(arguments);
    command.env("DB_HOST", place.get_host()).env("DB_PORT", place.get_port().to_string());
    command.env("DB_NAME", place.get_database().unwrap());
    command.env("DB_USER", services.user).env("DB_PASSWORD", services.password.expose_secret());
    command.env("MIGRATOR_DB_USER", owner.user).env("MIGRATOR_DB_PASSWORD", owner.password.expose_secret());
    command.envs(told.iter().copied());
    command.output().unwrap()
}

/// What it printed; it has to succeed.
#[track_caller]
pub(super) fn printed(done: &Output) -> &str {
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    str::from_utf8(&done.stdout).unwrap()
}

#[sqlx::test(migrations = false)]
async fn an_audit_prints_a_line_a_check_and_its_exit_code_is_the_answer(db: MySqlPool) {
    for command in ["migrate", "seed"] {
        printed(&pavitra(&db, &[command]));
    }
    let sound = pavitra(&db, &["audit", "--drained"]);
    let lines: Vec<&str> = printed(&sound).lines().collect();
    assert!(lines.iter().all(|line| line.starts_with("ok    ")), "{lines:?}");
    assert!(lines[0].starts_with("ok    stock = Σ movements") && lines[0].ends_with("  332 products"), "{lines:?}");

    db.execute("UPDATE products SET stock_quantity = stock_quantity + 1 WHERE id = 3").await.unwrap();
    let unsound = pavitra(&db, &["audit"]);
    assert_eq!(unsound.status.code(), Some(1));
    let wrong: Vec<&str> =
        str::from_utf8(&unsound.stdout).unwrap().lines().filter(|line| !line.starts_with("ok ")).collect();
    assert!(wrong.len() == 1 && wrong[0].ends_with("  1 of 332 products: 3"), "{wrong:?}");
}

#[sqlx::test(migrations = false)]
async fn an_audit_without_a_schema_fails_in_one_line(db: MySqlPool) {
    let done = pavitra(&db, &["audit"]);
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&done.stderr).lines().count(), 1);
}
