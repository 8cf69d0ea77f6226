//! Brings the schema to this release: once, by one process, whoever else tries at the same time.

use std::time::Duration;

use anyhow::Context;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::mysql::MySqlDatabaseError;
use sqlx::{Connection, MySqlConnection};
use tokio::time::Instant;

use super::{grants, options};
use crate::config;

/// Every migration of this release. Unknown newer ones in the database are none of its business: the previous
/// release runs on the next one's schema while a deployment rolls.
pub static MIGRATOR: Migrator = {
    let mut migrator = sqlx::migrate!("../../migrations");
    migrator.ignore_missing = true;
    migrator
};

/// How far a database has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// Every migration of this release is there.
    Ready,
    /// Some are missing: `pavitra migrate` has not run yet.
    Behind,
}

impl SchemaState {
    /// Looks at the migrations that `conn`'s database has seen.
    pub async fn of(conn: &mut MySqlConnection) -> sqlx::Result<Self> {
        let applied: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
            .fetch_all(conn)
            .await
            .or_else(|error| if is_missing_table(&error) { Ok(Vec::new()) } else { Err(error) })?;
        let is_there = MIGRATOR.iter().all(|migration| applied.contains(&migration.version));
        Ok(if is_there { Self::Ready } else { Self::Behind })
    }
}

/// ER_NO_SUCH_TABLE, or no right to see it: before the first migration there is nothing to select from.
fn is_missing_table(error: &sqlx::Error) -> bool {
    matches!(number(error), Some(1146 | 1142 | 1044))
}

fn number(error: &sqlx::Error) -> Option<u16> {
    let error = error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>()?;
    Some(error.number())
}

/// Waits for the database at most `patience`, applies what is missing under the migrator's lock, and gives the
/// account `services` what each table's comment allows. Safe to run again, twice at once, and after a kill: a migration is
/// one statement, so one that was cut off is repeated, or has happened.
///
/// # Errors
/// When the database does not answer in time, or a migration fails.
pub async fn migrate(migrator: &config::Database, services: &str, patience: Duration) -> anyhow::Result<()> {
    let mut conn = wait_for(migrator, patience).await?;
    lock(&mut conn).await?;
    let unfinished = forget_unfinished(&mut conn).await?;
    run(&mut conn, &unfinished).await.context("a migration failed")?;
    grants::apply(&mut conn, &migrator.name, services).await.context("the services' account got no rights")?;
    conn.close().await?;
    Ok(())
}

/// Waits for every other migrator of this database; the lock ends with the connection. `sqlx` locks too, with a negative
/// time-out that MariaDB takes for none: two at once would both run.
async fn lock(conn: &mut MySqlConnection) -> anyhow::Result<()> {
    let taken: Option<bool> =
        sqlx::query_scalar("SELECT GET_LOCK(CONCAT('pavitra-migrate-', LEFT(SHA2(DATABASE(), 256), 40)), 3600)")
            .fetch_one(conn)
            .await?;
    anyhow::ensure!(taken == Some(true), "another migrator has been at work for an hour");
    Ok(())
}

/// Applies what is missing. Adding what is there already, or replacing what is gone, is what an unfinished migration leaves to do when it was killed
/// after its statement and before it was written down.
async fn run(conn: &mut MySqlConnection, unfinished: &[i64]) -> anyhow::Result<()> {
    loop {
        match MIGRATOR.run(&mut *conn).await {
            Ok(()) => return Ok(()),
            Err(MigrateError::ExecuteMigration(error, version))
                if is_there(&error) && unfinished.contains(&version) =>
            {
                write_down(conn, version).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// ER_DUP_FIELDNAME, ER_DUP_KEYNAME, or the name of a check that is taken (1826 on MariaDB, 3822 on MySQL): what the statement adds is there.
/// ER_CANT_DROP_FIELD_OR_KEY, or ER_CONSTRAINT_NOT_FOUND on MySQL: what it replaces is gone. An ALTER happens as a whole, or
/// not at all.
fn is_there(error: &sqlx::Error) -> bool {
    matches!(number(error), Some(1060 | 1061 | 1091 | 1826 | 3822 | 3940))
}

async fn write_down(conn: &mut MySqlConnection, version: i64) -> anyhow::Result<()> {
    let done = sqlx::query("UPDATE _sqlx_migrations SET success = TRUE WHERE version = ?").bind(version).execute(conn);
    anyhow::ensure!(done.await?.rows_affected() == 1, "migration {version} is there and was never begun");
    Ok(())
}

/// DDL commits by itself, so a kill in the middle leaves a row that says so and that sqlx refuses to pass. Says which.
async fn forget_unfinished(conn: &mut MySqlConnection) -> sqlx::Result<Vec<i64>> {
    let unfinished =
        sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE NOT success").fetch_all(&mut *conn).await;
    let unfinished = unfinished.or_else(|error| if is_missing_table(&error) { Ok(Vec::new()) } else { Err(error) })?;
    if !unfinished.is_empty() {
        sqlx::query("DELETE FROM _sqlx_migrations WHERE NOT success").execute(conn).await?;
    }
    Ok(unfinished)
}

async fn wait_for(database: &config::Database, patience: Duration) -> anyhow::Result<MySqlConnection> {
    let deadline = Instant::now() + patience;
    loop {
        match attempt(database, deadline).await {
            Ok(conn) => return Ok(conn),
            Err(error) if Instant::now() >= deadline || is_denied(&error) => {
                return Err(error).with_context(|| unreachable(database, patience));
            }
            Err(error) => tracing::info!(exception = %error, "waiting for the database"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn attempt(database: &config::Database, deadline: Instant) -> sqlx::Result<MySqlConnection> {
    let at_least_once = deadline.max(Instant::now() + Duration::from_secs(1));
    let attempt = tokio::time::timeout_at(at_least_once, MySqlConnection::connect_with(&options(database))).await;
    attempt.unwrap_or_else(|elapsed| Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, elapsed))))
}

/// ER_ACCESS_DENIED_ERROR, ER_DBACCESS_DENIED_ERROR: waiting does not mend a password.
fn is_denied(error: &sqlx::Error) -> bool {
    matches!(number(error), Some(1044 | 1045))
}

fn unreachable(database: &config::Database, patience: Duration) -> String {
    let config::Database { host, port, name, .. } = database;
    format!("no database {name:?} at {host}:{port} within {} s", patience.as_secs())
}
