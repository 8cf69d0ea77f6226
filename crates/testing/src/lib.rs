//! What tests stand on: the real router of a service on a database of its own, callers, builders, a breakable wire.
//!
//! - [`TestApp`] a service without a socket, under the services' own database account, at a fixed time
//! - [`Caller`] and [`Answer`] a request as a person would say it
//! - [`build`] rows that a test needs
//! - [`authenticator`] the app on somebody's phone
//! - [`servers`] where the throw-away servers of `scripts/test` are
//! - [`Wire`] a TCP proxy that can be cut
//!
//! Only tests depend on this crate.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod app;
pub mod authenticator;
pub mod build;
mod caller;
pub mod servers;
mod wire;

pub use app::TestApp;
pub use caller::{Answer, Caller};
pub use wire::{Loss, Wire};

/// When tests happen.
pub fn noon() -> chrono::DateTime<chrono::Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}
