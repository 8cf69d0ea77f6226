//! The catalogue: what there is to buy. Port 8002.
//!
//! - [`routes`] the table of routes, and HTTP
//! - [`products`], [`lists`], [`categories`], [`brands`] the use cases and their types
//! - [`reviews`] what customers think of products
//! - [`search`] the index that finds products, and what keeps it current
//! - `listening` what makes kept answers old; `movements` how it and the search hear of stock; `views`, `sales` what is counted; `consumers` event → use case
//! - `store` the SQL
//!
//! **Invariants**
//! - A shopper sees active products of categories that are active like every one around them, and nothing else.
//! - Stock columns are read here and written by `inventory`.
//! - What everybody may read is kept ready to send, and never older than a second.

pub mod brands;
pub mod categories;
mod consumers;
mod listening;
pub mod lists;
mod movements;
pub mod products;
pub mod reviews;
pub mod routes;
mod sales;
pub mod search;
mod state;
mod store;
mod views;

use std::sync::Arc;

use shared::Ground;
use shared::changes;
use shared::task::Task;
use shared::web::Service;

use self::listening::Ear;
use self::sales::Walk;
use self::views::Views;

/// The product service on `ground`.
pub fn build(ground: &Arc<Ground>) -> Service {
    let (views, finder) = (Views::default(), search::Finder::default());
    let follow = finder.task(ground);
    let routes = routes::table(ground, &views);
    Service::new(routes.with_state(state::AppState::new(ground, finder)))
        .consumer(consumers::sales(ground))
        .task(follow)
        .task(listen(ground))
        .task(write_views(ground, &views))
        .task(count_sales(ground))
}

fn listen(ground: &Arc<Ground>) -> Task {
    let ear = Arc::new(Ear::new(ground));
    Task::every("catalogue", changes::PERIOD, move || {
        let ear = Arc::clone(&ear);
        async move { ear.listen().await }
    })
}

fn write_views(ground: &Arc<Ground>, views: &Views) -> Task {
    let (ground, views) = (Arc::clone(ground), views.clone());
    Task::every("views", views::PERIOD, move || {
        let (ground, views) = (Arc::clone(&ground), views.clone());
        async move { views.write(&ground.database, ground.clock.now()).await }
    })
    .finally()
}

fn count_sales(ground: &Arc<Ground>) -> Task {
    let (ground, walk) = (Arc::clone(ground), Arc::new(Walk::default()));
    Task::every("sales", sales::PERIOD, move || {
        let (ground, walk) = (Arc::clone(&ground), Arc::clone(&walk));
        async move { walk.step(&ground.database).await }
    })
}
