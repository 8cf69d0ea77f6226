//! Identity: registration, log-in, sessions, roles. Port 8001.
//!
//! - [`registrations`] a new account; [`logins`] entering one, staying in, leaving
//! - [`roles`] who holds which; [`settings`] of the whole shop; [`audit_log`] who changed what
//! - [`codes`] entering by a code; [`recovery`] a password that was forgotten; [`verification`] addresses and numbers proven
//! - [`mfa`] the second factor; [`devices`] where somebody is signed in
//! - [`people`] who somebody is and what they may do
//! - [`desk`] what all of this needs; [`visitors`] whom it is done for
//!
//! **Invariants**
//! - A password is hashed before a transaction begins and never inside one.
//! - Whoever cannot enter is not told why: unknown, wrong and put out of the shop are one answer at one cost.
//! - An attempt is counted as failed before its end is known.
//! - What a client says about its rights is not read.

mod attempts;
pub mod audit_log;
pub mod codes;
pub mod desk;
pub mod devices;
mod known_devices;
pub mod logins;
pub mod mfa;
pub mod people;
pub mod recovery;
pub mod registrations;
pub mod roles;
mod routes;
pub mod settings;
mod state;
mod store;
mod tidying;
pub mod verification;
pub mod visitors;

use std::sync::Arc;

use shared::Ground;
use shared::web::Service;

/// The auth service on `ground`.
pub fn build(ground: &Arc<Ground>) -> Service {
    Service::new(routes::table().with_state(state::AppState::new(ground)))
        .emits_to(commerce::listeners::ALL)
        .stays_open(routes::OPEN)
        .task(tidying::task(ground))
}
