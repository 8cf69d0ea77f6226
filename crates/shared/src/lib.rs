//! What every service stands on. It knows no shop.
//!
//! - [`config`] the environment, read once, all faults reported together
//! - [`telemetry`] JSON logs and metrics under the owner's names
//! - [`database`] pool, migrations, classification of errors, retry
//! - [`cache`] and [`messaging`] the only users of Redis and RabbitMQ
//! - [`identity`] who is calling
//! - [`web`] envelope, errors, extractors, middleware, health, server
//! - [`ground`] the above put together; [`launch`] a service's whole life, from environment to exit code
//!
//! **Invariants**
//! - The modules do not know each other's insides; only `ground` and `web` put them together.
//! - A client never sees inner text; a log never sees a secret.

pub mod cache;
pub mod clock;
pub mod config;
pub mod database;
pub mod ground;
pub mod identity;
pub mod launch;
pub mod messaging;
pub mod telemetry;
pub mod web;

pub use ground::Ground;
