//! The catalogue: what there is to buy. Port 8002.
//!
//! - [`routes`] the table of routes, and HTTP
//! - [`products`], [`lists`], [`categories`], [`brands`] the use cases and their types
//! - [`reviews`] what customers think of products
//! - [`administration`] how the shop's staff changes it; [`slugs`] the addresses of pages
//! - [`search`] the index that finds products, and what keeps it current
//! - [`transfer`] products as files: export and import
//! - `listening` what makes kept answers old; `movements` how it and the search hear of stock
//! - `views`, `sales` what is counted; `consumers` event → use case
//! - `store` the SQL
//!
//! **Invariants**
//! - A shopper sees active products of categories that are active like every one around them, and nothing else.
//! - Stock columns are read here and written by `inventory`.
//! - What everybody may read is kept ready to send, and never older than a second.

pub mod administration;
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
pub mod slugs;
mod state;
mod store;
pub mod transfer;
mod views;

use std::sync::Arc;

use shared::Ground;
use shared::changes;
use shared::task::Task;
use shared::web::Service;

use self::administration::images::{self, Gallery};
use self::listening::Ear;
use self::sales::Walk;
use self::views::Views;

/// The product service on `ground`.
pub fn build(ground: &Arc<Ground>) -> Service {
    let (views, finder) = (Views::default(), search::Finder::default());
    let follow = finder.task(ground);
    let (routes, state) = (routes::table(ground, &views), state::AppState::new(ground, finder));
    let gallery = state.gallery();
    Service::new(routes.with_state(state))
        .consumer(consumers::sales(ground))
        .task(follow)
        .task(listen(ground))
        .task(write_views(ground, &views))
        .task(count_sales(ground))
        .task(sweep_pictures(ground, gallery))
        .task(transfer::working(ground))
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

fn sweep_pictures(ground: &Arc<Ground>, gallery: Gallery) -> Task {
    let clock = ground.clock.clone();
    let task = Task::every("pictures", images::PERIOD, move || {
        let (gallery, now) = (gallery.clone(), clock.now());
        async move { images::sweep(&gallery, now).await }
    });
    task.within(images::LONGEST_SWEEP)
}
