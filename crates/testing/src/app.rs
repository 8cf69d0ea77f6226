//! A service without a socket.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use shared::Ground;
use shared::clock::Clock;
use shared::config::{Config, ServiceName};
use shared::database::grants;
use shared::web::{Service, server};
use sqlx::MySqlPool;
use tower::ServiceExt;
use tower_http::normalize_path::NormalizePath;

use crate::{Caller, noon, servers};

/// The real router of one service: every layer and route, on a database of the test's own.
#[derive(Clone)]
pub struct TestApp {
    router: NormalizePath<Router>,
    /// What the service stands on.
    pub ground: Arc<Ground>,
    /// The service's description of its own routes.
    pub api: Arc<utoipa::openapi::OpenApi>,
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestApp({})", self.ground.config.service)
    }
}

impl TestApp {
    /// `service` on the migrated database behind `db`, under the services' account, at noon.
    pub async fn new(db: &MySqlPool, service: ServiceName, build: fn(&Arc<Ground>) -> Service) -> Self {
        let config = servers::config(service, db);
        let mut owner = db.acquire().await.unwrap();
        grants::apply(&mut owner, &config.database.name, &config.database.account.user).await.unwrap();
        Self::with(config, build)
    }

    /// A service with this configuration, whatever it can reach.
    pub fn with(config: Config, build: fn(&Arc<Ground>) -> Service) -> Self {
        let ground = Ground::new(config, Clock::fixed(noon())).unwrap();
        let assembled = build(&ground).assemble(&ground).unwrap();
        Self { router: server::normalized(assembled.router), ground, api: Arc::new(assembled.api) }
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Caller {
        Caller::new(self.clone(), None)
    }

    /// Somebody who sends `token` as it stands.
    pub fn with_token(&self, token: &str) -> Caller {
        Caller::new(self.clone(), Some(format!("Bearer {token}")))
    }

    pub(crate) async fn answer(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }
}
