//! The pool and the session that each of its connections speaks in.

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions, MySqlSslMode};
use sqlx::{Connection, Executor, MySqlConnection, MySqlPool};

use crate::config;

/// How long a request waits for a connection before it is told to come back: shedding beats queueing.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a connection that comes back may take to show that it lives.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// A connection is renewed now and then, so that a failed-over database is found again.
const MAX_LIFETIME: Duration = Duration::from_mins(15);

/// The strict mode of MySQL 8, which MariaDB lacks in part, short lock waits, and `READ COMMITTED` (`sqlx` itself sets
/// the session's time zone to UTC). A statement that outlives its request is stopped: the first comment speaks to
/// MariaDB alone, in seconds, the second to MySQL alone, in milliseconds.
const SESSION: [&str; 2] = [
    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
     ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 5 \
     /*M!100100 , max_statement_time = 20 */ /*!80000 , max_execution_time = 20000 */",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];

/// A pool that opens its first connection when it is first asked: a service starts without its database.
pub fn connect_lazily(config: &config::Database) -> MySqlPool {
    MySqlPoolOptions::new()
        .max_connections(config.max_connections.get())
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .max_lifetime(MAX_LIFETIME)
        .test_before_acquire(true)
        .after_connect(|connection, _| Box::pin(speak(connection)))
        .after_release(|connection, _| Box::pin(still_answers(connection)))
        .connect_lazy_with(options(config))
}

async fn speak(connection: &mut MySqlConnection) -> sqlx::Result<()> {
    for statement in SESSION {
        connection.execute(statement).await?;
    }
    Ok(())
}

/// A query that was given up leaves its answer on the wire, and a host that is gone leaves none: `sqlx` would wait for
/// either without end, and the pool would run dry. After two seconds the connection is thrown away instead.
async fn still_answers(connection: &mut MySqlConnection) -> sqlx::Result<bool> {
    let answer = tokio::time::timeout(ANSWER_TIMEOUT, connection.ping()).await;
    answer
        .unwrap_or_else(|elapsed| Err(std::io::Error::new(std::io::ErrorKind::TimedOut, elapsed).into()))
        .map(|()| true)
}

/// Where the database is and who asks. Without TLS (docs/decisions.md): the password still travels sealed.
pub fn options(config: &config::Database) -> MySqlConnectOptions {
    MySqlConnectOptions::new()
        .host(&config.host)
        .port(config.port)
        .database(&config.name)
        .username(&config.account.user)
        .password(config.account.password.expose_secret())
        .ssl_mode(MySqlSslMode::Disabled)
        .charset("utf8mb4")
        .collation("utf8mb4_unicode_ci")
}
