//! The catalogue: what there is to buy. Port 8002.
//!
//! - [`routes`] the table of routes, and HTTP
//! - [`products`], [`categories`], [`brands`] the use cases and their types
//! - [`search`] the index that finds products, and what keeps it current
//! - `store` the SQL
//!
//! **Invariants**
//! - A shopper sees active products of categories that are active like every one around them, and nothing else.
//! - Stock columns are read here and written by `inventory`.

pub mod brands;
pub mod categories;
pub mod products;
pub mod routes;
pub mod search;
mod state;
mod store;

use std::sync::Arc;

use shared::Ground;
use shared::web::Service;

/// The product service on `ground`.
pub fn build(ground: &Arc<Ground>) -> Service {
    let finder = search::Finder::default();
    let task = finder.task(&ground.database);
    Service::new(routes::table().with_state(state::AppState::new(ground, finder))).task(task)
}
