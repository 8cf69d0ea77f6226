//! What the handlers of this service can ask for.

use std::sync::Arc;

use axum::extract::FromRef;
use axum::http::HeaderValue;
use shared::Ground;
use shared::config::Environment;
use sqlx::MySqlPool;

use crate::desk::Desk;

/// The origins whose pages may call with cookies.
#[derive(Clone, Debug)]
pub(crate) struct Origins(pub(crate) Arc<[HeaderValue]>);

/// The service's parts; each is an extractor's `State`.
#[derive(Clone, Debug, FromRef)]
pub(crate) struct AppState {
    pub(crate) database: MySqlPool,
    pub(crate) environment: Environment,
    pub(crate) desk: Desk,
    pub(crate) ground: Arc<Ground>,
    pub(crate) origins: Origins,
}

impl AppState {
    pub(crate) fn new(ground: &Arc<Ground>) -> Self {
        Self {
            database: ground.database.clone(),
            environment: ground.config.environment,
            desk: Desk::new(Arc::clone(ground)),
            ground: Arc::clone(ground),
            origins: Origins(ground.config.http.cors_origins.as_slice().into()),
        }
    }
}
