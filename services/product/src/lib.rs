//! The catalogue: what there is to buy. Port 8002.
//!
//! - [`routes`] the table of routes, and HTTP
//! - [`products`], [`categories`], [`brands`] the use cases and their types
//! - `store` the SQL
//!
//! **Invariants**
//! - A shopper sees active products of categories that are active like every one around them, and nothing else.
//! - Stock columns are read here and written by `inventory`.

pub mod brands;
pub mod categories;
pub mod products;
pub mod routes;
mod state;
mod store;

use std::sync::Arc;

use shared::Ground;
use shared::web::Service;

/// The product service on `ground`.
pub fn build(ground: &Arc<Ground>) -> Service {
    Service::new(routes::table().with_state(state::AppState::new(ground)))
}
