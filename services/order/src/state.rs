//! What the handlers and use cases of this service stand on.

use axum::extract::FromRef;
use shared::Ground;
use shared::clock::Clock;
use shared::settings::Settings;
use sqlx::MySqlPool;

/// The service's parts; each is an extractor's `State`, and so is the whole.
#[derive(Clone, Debug, FromRef)]
pub struct Shop {
    pub(crate) database: MySqlPool,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
}

impl Shop {
    pub(crate) fn new(ground: &Ground) -> Self {
        Self { database: ground.database.clone(), settings: ground.settings.clone(), clock: ground.clock.clone() }
    }
}
