//! What the handlers of this service can ask for.

use axum::extract::FromRef;
use shared::Ground;
use sqlx::MySqlPool;

/// The service's parts; each is an extractor's `State`.
#[derive(Clone, Debug, FromRef)]
pub struct AppState {
    database: MySqlPool,
}

impl AppState {
    pub(crate) fn new(ground: &Ground) -> Self {
        Self { database: ground.database.clone() }
    }
}
