//! What the handlers of this service can ask for.

use axum::extract::FromRef;
use shared::Ground;
use shared::settings::Settings;
use sqlx::MySqlPool;

use crate::reviews::Desk;
use crate::search::Finder;

/// The service's parts; each is an extractor's `State`.
#[derive(Clone, Debug, FromRef)]
pub struct AppState {
    database: MySqlPool,
    settings: Settings,
    finder: Finder,
    reviews: Desk,
}

impl AppState {
    pub(crate) fn new(ground: &Ground, finder: Finder) -> Self {
        let (database, settings) = (ground.database.clone(), ground.settings.clone());
        let reviews = Desk { database: database.clone(), settings: settings.clone(), notary: ground.notary.clone() };
        Self { database, settings, finder, reviews }
    }
}
