//! Where the throw-away servers of `scripts/test` are, from the environment that it sets.

use std::num::NonZeroU32;
use std::path::PathBuf;

use secrecy::SecretString;
use shared::config::{
    Account, Config, Database, Environment, Http, Jwt, Mail, RabbitMq, Reader, Redis, Secrets, SecretsKey, ServiceName,
};
use sqlx::MySqlPool;

/// A variable of the test run.
#[expect(clippy::disallowed_methods, reason = "the test run's own environment")]
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic_without(name))
}

#[expect(clippy::panic, reason = "the one sentence that tells what to do")]
fn panic_without(name: &str) -> ! {
    panic!("{name} is not set: run the tests with ./scripts/test, or take its servers: ./scripts/test --servers")
}

/// The configuration of `service` against the test servers and the database behind `pool`.
pub fn config(service: ServiceName, pool: &MySqlPool) -> Config {
    let place = pool.connect_options();
    Config {
        service,
        environment: Environment::Development,
        http: http(),
        database: Database {
            host: place.get_host().to_owned(),
            port: place.get_port(),
            name: place.get_database().unwrap_or_default().to_owned(),
            account: services_account(),
            max_connections: NonZeroU32::new(5).unwrap(),
        },
        redis: Redis {
            host: variable("REDIS_HOST"),
            port: port("REDIS_PORT"),
            password: password("REDIS_PASSWORD"),
            namespace: redis_namespace(pool),
        },
        rabbitmq: RabbitMq {
            host: variable("RABBITMQ_HOST"),
            port: port("RABBITMQ_PORT"),
            user: variable("RABBITMQ_USER"),
            password: variable("RABBITMQ_PASSWORD").into(),
            namespace: place.get_database().unwrap_or("pavitra").to_owned(),
        },
        jwt: Jwt { secret: "a secret of at least thirty-two bytes".into(), previous: None },
        secrets: Secrets { key: SecretsKey::new([7; 32]), previous: None },
        razorpay: None,
        stripe: None,
        mail: Mail::Folder(std::env::temp_dir()),
        uploads_dir: std::env::temp_dir(),
        log_dir: None,
    }
}

/// What the keys of a test begin with: its own, also when the same test runs again on the same servers.
pub fn redis_namespace(pool: &MySqlPool) -> String {
    format!("{}:{}:", pool.connect_options().get_database().unwrap_or("pavitra"), std::process::id())
}

/// The account that services use: rows, no tables.
pub fn services_account() -> Account {
    Account { user: variable("TEST_DB_USER"), password: variable("TEST_DB_PASSWORD").into() }
}

/// The account that owns the tables.
pub fn migrator_account() -> Account {
    let url = variable("DATABASE_URL");
    let account = url.split_once("://").and_then(|(_, rest)| rest.split_once('@')).unwrap().0;
    let (user, password) = account.split_once(':').unwrap_or((account, ""));
    Account { user: user.to_owned(), password: password.into() }
}

/// The folder of the binaries that `scripts/test` built beside the tests.
pub fn binaries() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap().to_owned();
    assert!(folder.join("pavitra").exists(), "no binaries in {}: cargo build --workspace --bins", folder.display());
    folder
}

fn port(name: &str) -> u16 {
    variable(name).parse().unwrap()
}

fn password(name: &str) -> Option<SecretString> {
    Some(variable(name)).filter(|text| !text.is_empty()).map(SecretString::from)
}

fn http() -> Http {
    let listen = ([127, 0, 0, 1], 0).into();
    let cors_origins = vec![axum::http::HeaderValue::from_static("http://localhost:3000")];
    let mut defaults = Reader::from_pairs([]);
    Http { listen, cors_origins, trusted_proxies: defaults.list("TRUSTED_PROXIES", "127.0.0.1/32") }
}
