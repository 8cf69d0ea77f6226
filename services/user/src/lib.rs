//! People: who they are, and what is in their carts. Port 8004.
//!
//! - [`routes`] the table of routes, and HTTP
//! - [`passwords`] another password for who knows the present one; [`confirmations`] a code for who has none
//! - [`profiles`] what the shop knows about an account
//! - [`addresses`] address books; [`taxes`] the business that somebody buys for; [`wishes`] wishlists
//! - [`preferences`] what somebody wants to be told, and since when they agreed
//! - [`avatars`] pictures of people; [`newsletter`] who wants it
//! - [`exports`] everything about somebody, for themselves; [`leaving`] thirty days, then the person is forgotten
//! - [`people`] accounts as administrators see them, and who may be in the shop
//! - [`shopping`] the use cases of the cart; its rules and rows are in the crate `carts`
//! - `store` the SQL
//!
//! **Invariants**
//! - Nobody sees or changes a cart or profile but its own: somebody else's line does not exist.
//! - A guest's session begins with the first thing in the cart, never with a look at it.
//! - Every route of the cart answers with the whole cart.
//! - What somebody has at most so many of is counted under a lock on their account.
//! - A person is forgotten in one transaction; what tax law wants stays.
//! - Nobody puts themselves out of the shop, or the last administrator who may do everything.

pub mod addresses;
pub mod avatars;
pub mod confirmations;
pub mod exports;
pub mod leaving;
pub mod newsletter;
pub mod passwords;
pub mod people;
pub mod preferences;
pub mod profiles;
pub mod routes;
pub mod shopping;
mod state;
mod store;
pub mod taxes;
pub mod wishes;

use std::sync::Arc;
use std::time::Duration;

use shared::Ground;
use shared::task::Task;
use shared::web::Service;

/// How often somebody whose grace is over is looked for.
const PERIOD: Duration = Duration::from_mins(5);

/// The user service on `ground`.
pub fn build(ground: &Arc<Ground>) -> Service {
    let state = state::AppState::new(ground);
    let (gallery, clock) = (state.gallery(), ground.clock.clone());
    let erasure = Task::every("erasure", PERIOD, move || {
        let (gallery, now) = (gallery.clone(), clock.now());
        async move { Ok(leaving::erase_next(&gallery, now).await?) }
    });
    Service::new(routes::table().with_state(state)).emits_to(commerce::listeners::ALL).task(erasure)
}
