//! Everything that the environment decides, read once at start.

mod backing;
mod gateways;
mod http;
mod mail;
mod reader;
mod secrets;
mod service;

use std::path::PathBuf;

pub use backing::{Account, Database, RabbitMq, Redis};
pub use gateways::{Razorpay, Stripe};
pub use http::Http;
pub use mail::{Mail, Smtp};
pub use reader::{Faults, Reader};
pub use secrets::{Jwt, Secrets, SecretsKey};
pub use service::ServiceName;

/// What kind of installation this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine.
    Development,
    /// A shop with customers: weak or missing secrets stop the start.
    Production,
}

/// The whole configuration of a service.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which of the six services this is.
    pub service: ServiceName,
    /// Development or production.
    pub environment: Environment,
    /// Where it listens and whom it trusts.
    pub http: Http,
    /// MySQL or MariaDB.
    pub database: Database,
    /// Redis.
    pub redis: Redis,
    /// RabbitMQ.
    pub rabbitmq: RabbitMq,
    /// Keys of access tokens.
    pub jwt: Jwt,
    /// The keys under which secrets rest in the database.
    pub secrets: Secrets,
    /// Razorpay, when its key is given.
    pub razorpay: Option<Razorpay>,
    /// Stripe, when its key is given.
    pub stripe: Option<Stripe>,
    /// How mail leaves.
    pub mail: Mail,
    /// Where uploaded files rest.
    pub uploads_dir: PathBuf,
    /// Where the log is written beside standard output.
    pub log_dir: Option<PathBuf>,
}

impl Config {
    /// Reads the configuration of `service` from the process's environment.
    ///
    /// # Errors
    /// Every fault at once: variables that are missing, malformed, given twice, or too weak for production.
    pub fn from_env(service: ServiceName) -> Result<Self, Faults> {
        Self::read(service, Reader::from_process())
    }

    /// Reads the configuration of `service` from any source of variables.
    pub fn read(service: ServiceName, mut env: Reader) -> Result<Self, Faults> {
        let environment = env.environment();
        let config = Self {
            service,
            environment,
            http: Http::read(&mut env, service),
            database: Database::read(&mut env),
            redis: Redis::read(&mut env),
            rabbitmq: RabbitMq::read(&mut env),
            jwt: Jwt::read(&mut env),
            secrets: Secrets::read(&mut env),
            razorpay: Razorpay::read(&mut env),
            stripe: Stripe::read(&mut env),
            mail: Mail::read(&mut env),
            uploads_dir: env.path("UPLOADS_DIR").unwrap_or_else(|| PathBuf::from(".local/uploads")),
            log_dir: env.path("LOG_DIR"),
        };
        env.finish(config)
    }
}

#[cfg(test)]
mod tests;
