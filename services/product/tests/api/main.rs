//! The product service through its own router.
#![expect(clippy::unwrap_used, reason = "tests")]

mod administration;
mod brands;
mod categories;
mod counters;
mod everywhere;
mod kept;
mod products;
mod reviews;
mod search;
mod slugs;
mod stock;
mod transfer;
mod variations;

use shared::config::ServiceName;
use sqlx::MySqlPool;
use testing::TestApp;

async fn app(db: &MySqlPool) -> TestApp {
    TestApp::new(db, ServiceName::Product, product_service::build).await
}
