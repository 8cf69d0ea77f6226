//! What the handlers of this service can ask for.

use std::sync::Arc;

use accounts::Messenger;
use axum::extract::FromRef;
use media::{Shelf, Studio};
use shared::Ground;
use shared::config::Environment;
use shared::settings::Settings;
use sqlx::MySqlPool;

use crate::avatars::{FOLDER, Gallery};
use crate::leaving::Gate;
use crate::passwords::Safe;
use crate::people::Office;
use crate::profiles::Registry;
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
    safe: Safe,
    office: Office,
    registry: Registry,
}

impl AppState {
    pub(crate) fn new(ground: &Arc<Ground>) -> Self {
        let safe = Safe::new(ground);
        let (database, settings) = (ground.database.clone(), ground.settings.clone());
        let shelf = Shelf::new(&ground.config.uploads_dir, FOLDER);
        Self {
            shop: Shop { database: database.clone(), settings: settings.clone() },
            gallery: Gallery { database: database.clone(), studio: Studio::default(), shelf },
            gate: Gate { safe: safe.clone() },
            registry: Registry { database: database.clone(), messenger: Messenger::new(ground) },
            office: Office { database: database.clone(), notary: ground.notary.clone() },
            environment: ground.config.environment,
            settings,
            database,
            safe,
        }
    }

    pub(crate) fn gallery(&self) -> Gallery {
        self.gallery.clone()
    }
}
