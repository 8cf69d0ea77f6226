//! Accounts and log-ins on a database, under the services' account.
#![expect(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod credentials;
mod second_factors;
mod sessions;

use shared::config::ServiceName;
use shared::database::{connect_lazily, grants};
use sqlx::MySqlPool;
use testing::servers;

/// The database behind `db` as a service sees it, with the rights and the session that it has there.
async fn services(db: &MySqlPool) -> MySqlPool {
    let config = servers::config(ServiceName::Auth, db).database;
    grants::apply(&mut db.acquire().await.unwrap(), &config.name, &config.account.user).await.unwrap();
    connect_lazily(&config)
}
