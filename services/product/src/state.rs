//! What the handlers of this service can ask for.

use axum::extract::FromRef;
use shared::Ground;
use shared::settings::Settings;
use sqlx::MySqlPool;

use crate::administration::Desk;
use crate::administration::images::Gallery;
use crate::reviews;
use crate::search::Finder;

/// The service's parts; each is an extractor's `State`.
#[derive(Clone, Debug, FromRef)]
pub struct AppState {
    database: MySqlPool,
    settings: Settings,
    finder: Finder,
    desk: Desk,
    gallery: Gallery,
    reviews: reviews::Desk,
}

impl AppState {
    pub(crate) fn new(ground: &Ground, finder: Finder) -> Self {
        let (database, settings) = (ground.database.clone(), ground.settings.clone());
        Self {
            reviews: reviews::Desk {
                database: database.clone(),
                settings: settings.clone(),
                notary: ground.notary.clone(),
            },
            database,
            settings,
            finder,
            desk: Desk::new(ground),
            gallery: Gallery::new(ground),
        }
    }

    pub(crate) fn gallery(&self) -> Gallery {
        self.gallery.clone()
    }
}
