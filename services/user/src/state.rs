//! What the handlers of this service can ask for.

use axum::extract::FromRef;
use shared::Ground;
use shared::config::Environment;
use shared::settings::Settings;
use sqlx::MySqlPool;

use crate::shopping::Shop;

/// The service's parts; each is an extractor's `State`.
#[derive(Clone, Debug, FromRef)]
pub struct AppState {
    database: MySqlPool,
    shop: Shop,
    settings: Settings,
    environment: Environment,
}

impl AppState {
    pub(crate) fn new(ground: &Ground) -> Self {
        let (database, settings) = (ground.database.clone(), ground.settings.clone());
        let shop = Shop { database: database.clone(), settings: settings.clone() };
        Self { shop, settings, database, environment: ground.config.environment }
    }
}
