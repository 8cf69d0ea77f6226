//! MySQL and MariaDB: the only way to a connection, and what their errors mean.

pub mod failure;
pub mod grants;
pub mod idempotency;
pub mod migrator;
pub mod pool;
mod retry;

pub use failure::Failure;
pub use migrator::{MIGRATOR, SchemaState};
pub use pool::{connect_lazily, options};
pub use retry::{Transient, retry};
