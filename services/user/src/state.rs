//! What the handlers of this service can ask for.

use accounts::Hasher;
use axum::extract::FromRef;
use media::{Shelf, Studio};
use shared::Ground;
use shared::config::Environment;
use shared::settings::Settings;
use sqlx::MySqlPool;

use crate::avatars::{FOLDER, Gallery};
use crate::leaving::Gate;
use crate::shopping::Shop;

/// The service's parts; each is an extractor's `State`.
#[derive(Clone, Debug, FromRef)]
pub struct AppState {
    database: MySqlPool,
    shop: Shop,
    settings: Settings,
    gallery: Gallery,
    gate: Gate,
    environment: Environment,
}

impl AppState {
    pub(crate) fn new(ground: &Ground) -> Self {
        let (database, settings) = (ground.database.clone(), ground.settings.clone());
        let shop = Shop { database: database.clone(), settings: settings.clone() };
        let shelf = Shelf::new(&ground.config.uploads_dir, FOLDER);
        let gallery = Gallery { database: database.clone(), studio: Studio::default(), shelf };
        let gate = Gate { database: database.clone(), hasher: Hasher::default() };
        Self { shop, settings, gallery, gate, database, environment: ground.config.environment }
    }

    pub(crate) fn gallery(&self) -> Gallery {
        self.gallery.clone()
    }
}
