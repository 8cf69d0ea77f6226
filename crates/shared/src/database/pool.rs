//! The pool and the session that each of its connections speaks in.

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{Executor, MySqlConnection, MySqlPool};

use crate::config;

/// How long a request waits for a connection before it is told to come back: shedding beats queueing.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// A connection is renewed now and then, so that a failed-over database is found again.
const MAX_LIFETIME: Duration = Duration::from_mins(15);

/// The strict mode of MySQL 8, which MariaDB lacks in part, and short lock waits with `READ COMMITTED`
/// (`sqlx` itself sets the session's time zone to UTC).
const SESSION: [&str; 2] = [
    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
     ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 5",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];

/// A pool that opens its first connection when it is first asked: a service starts without its database.
pub fn connect_lazily(config: &config::Database) -> MySqlPool {
    MySqlPoolOptions::new()
        .max_connections(config.max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .max_lifetime(MAX_LIFETIME)
        .test_before_acquire(true)
        .after_connect(|connection, _| Box::pin(speak(connection)))
        .connect_lazy_with(options(config))
}

async fn speak(connection: &mut MySqlConnection) -> sqlx::Result<()> {
    for statement in SESSION {
        connection.execute(statement).await?;
    }
    Ok(())
}

/// Where the database is and who asks.
pub fn options(config: &config::Database) -> MySqlConnectOptions {
    MySqlConnectOptions::new()
        .host(&config.host)
        .port(config.port)
        .database(&config.name)
        .username(&config.account.user)
        .password(config.account.password.expose_secret())
        .charset("utf8mb4")
        .collation("utf8mb4_unicode_ci")
}
