//! What every service stands on. It knows no shop.
//!
//! - [`config`] the environment, read once, all faults reported together
//! - [`telemetry`] JSON logs and metrics under the owner's names
//! - [`database`] pool, migrations, classification of errors, retry
//! - [`cache`] and [`messaging`] the only users of Redis and RabbitMQ
//! - [`identity`] who is calling, and what they may do
//! - [`sealing`] secrets at rest, under a key of the environment
//! - [`audit`] who changed what, in a log that cannot be rewritten unseen
//! - [`settings`] what an administrator changes while the shop runs
//! - [`limits`] how much one caller gets in a while
//! - [`changes`] what every replica hears within a second; [`task`] what a service does by itself
//! - [`web`] envelope, errors, extractors, middleware, health, server
//! - [`ground`] the above put together; [`launch`] a service's whole life, from environment to exit code
//!
//! **Invariants**
//! - The modules do not know each other's insides; only `ground` and `web` put them together.
//! - A client never sees inner text; a log never sees a secret.

pub mod audit;
pub mod cache;
pub mod changes;
pub mod clock;
pub mod config;
pub mod database;
pub mod digest;
pub mod ground;
pub mod identity;
pub mod launch;
pub mod limits;
pub mod messaging;
pub mod sealing;
pub mod settings;
pub mod task;
pub mod telemetry;
pub mod web;

pub use ground::Ground;
