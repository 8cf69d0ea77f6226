//! What the handlers of this service can ask for.

use std::sync::Arc;

use axum::extract::FromRef;
use shared::Ground;
use shared::settings::Settings;
use sqlx::MySqlPool;

use crate::administration::Desk;
use crate::administration::images::Gallery;
use crate::reviews;
use crate::search::Finder;

/// The service's parts; each is an extractor's `State`. Every layer around a route clones it with every request.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Parts>);

#[derive(Debug)]
struct Parts {
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
        Self(Arc::new(Parts {
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
        }))
    }

    pub(crate) fn gallery(&self) -> Gallery {
        self.0.gallery.clone()
    }
}

macro_rules! parts {
    ($($field:ident: $part:ty),* $(,)?) => {
        $(impl FromRef<AppState> for $part {
            fn from_ref(state: &AppState) -> Self {
                state.0.$field.clone()
            }
        })*
    };
}

parts! {
    database: MySqlPool,
    settings: Settings,
    finder: Finder,
    desk: Desk,
    gallery: Gallery,
    reviews: reviews::Desk,
}
