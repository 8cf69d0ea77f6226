//! What the handlers of this service can ask for.

use std::sync::Arc;

use axum::extract::FromRef;
use shared::Ground;
use shared::config::Environment;
use sqlx::MySqlPool;

use crate::passwords::Safe;
use crate::shopping::Shop;

/// The service's parts; each is an extractor's `State`.
#[derive(Clone, Debug, FromRef)]
pub struct AppState {
    database: MySqlPool,
    shop: Shop,
    environment: Environment,
    safe: Safe,
}

impl AppState {
    pub(crate) fn new(ground: &Arc<Ground>) -> Self {
        let safe = Safe::new(ground);
        let (database, settings) = (ground.database.clone(), ground.settings.clone());
        let (shop, environment) = (Shop { database: database.clone(), settings }, ground.config.environment);
        Self { database, shop, environment, safe }
    }
}
