//! The three backing systems: where they are and how to log in.

use std::num::NonZeroU32;

use secrecy::SecretString;

use super::Reader;

const TWENTY: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// A name and a password of the database.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user.
    pub user: String,
    /// Its password.
    pub password: SecretString,
}

/// `DB_*`: MySQL or MariaDB.
#[derive(Clone, Debug)]
pub struct Database {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The schema.
    pub name: String,
    /// The services' account: reads and writes rows, changes no table.
    pub account: Account,
    /// How many connections one service holds at most.
    pub max_connections: NonZeroU32,
}

impl Database {
    /// The database under the services' account (`DB_USER`, `DB_PASSWORD`), which reads and writes rows.
    pub fn read(env: &mut Reader) -> Self {
        let account = Account { user: Self::services_user(env), password: env.secret_in_production("DB_PASSWORD") };
        Self::with_account(env, account)
    }

    /// The name of the services' account (`DB_USER`).
    pub fn services_user(env: &mut Reader) -> String {
        env.text("DB_USER").unwrap_or_else(|| "pavitra_app".to_owned())
    }

    /// The same database under the migrator's account (`MIGRATOR_DB_USER`, `MIGRATOR_DB_PASSWORD`), which owns the tables.
    pub fn read_for_migrator(env: &mut Reader) -> Self {
        let user = env.required("MIGRATOR_DB_USER");
        let password = env.secret_in_production("MIGRATOR_DB_PASSWORD");
        Self::with_account(env, Account { user, password })
    }

    fn with_account(env: &mut Reader, account: Account) -> Self {
        Self {
            host: env.required("DB_HOST"),
            port: env.port("DB_PORT", 3306),
            name: env.text("DB_NAME").unwrap_or_else(|| "pavitra_trading".to_owned()),
            account,
            max_connections: env.parsed("DB_MAX_CONNECTIONS", TWENTY),
        }
    }
}

/// `REDIS_*`.
#[derive(Clone, Debug)]
pub struct Redis {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Its password, if it asks for one.
    pub password: Option<SecretString>,
    /// What the names of keys begin with, so that shops can share a server.
    pub namespace: String,
}

impl Redis {
    pub(super) fn read(env: &mut Reader) -> Self {
        Self {
            host: env.required("REDIS_HOST"),
            port: env.port("REDIS_PORT", 6379),
            password: env.secret("REDIS_PASSWORD"),
            namespace: env.text("REDIS_NAMESPACE").unwrap_or_default(),
        }
    }
}

/// `RABBITMQ_*`.
#[derive(Clone, Debug)]
pub struct RabbitMq {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The user.
    pub user: String,
    /// Its password.
    pub password: SecretString,
    /// What the names of exchanges and queues begin with, so that shops can share a broker.
    pub namespace: String,
}

impl RabbitMq {
    pub(super) fn read(env: &mut Reader) -> Self {
        Self {
            host: env.required("RABBITMQ_HOST"),
            port: env.port("RABBITMQ_PORT", 5672),
            user: env.text("RABBITMQ_USER").unwrap_or_else(|| "guest".to_owned()),
            password: env.secret_in_production("RABBITMQ_PASSWORD"),
            namespace: env.text("RABBITMQ_NAMESPACE").unwrap_or_else(|| "pavitra".to_owned()),
        }
    }
}
