//! Closed for maintenance: every route but those that keep the shop's watch, its staff and its gateways working.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Error;
use crate::ground::Ground;
use crate::identity::{Caller, ManageSiteSettings, Permission};

/// When to come back.
const RETRY_AFTER: Duration = Duration::from_mins(1);

/// Who comes in while the shop is closed.
pub(super) struct Door {
    ground: Arc<Ground>,
    /// Routes that stay open, as they were registered.
    open: Vec<String>,
}

impl Door {
    /// The door of a service whose routes in `open` have none; nor have health and metrics.
    pub(super) fn of(ground: &Arc<Ground>, open: &[&str]) -> Arc<Self> {
        let alias = format!("{}/health", ground.config.service.prefix());
        let always = ["/health", "/health/live", "/health/ready", "/metrics", &alias];
        Arc::new(Self {
            ground: Arc::clone(ground),
            open: always.iter().chain(open).map(ToString::to_string).collect(),
        })
    }

    async fn lets_in(&self, path: Option<MatchedPath>, caller: Option<Caller>) -> bool {
        self.is_open(path.as_ref()) || !self.is_closed().await || self.knows(caller).await
    }

    fn is_open(&self, path: Option<&MatchedPath>) -> bool {
        path.is_some_and(|path| self.open.iter().any(|open| open == path.as_str()))
    }

    /// What was never known is not so: without a database there is little to close.
    async fn is_closed(&self) -> bool {
        let settings = self.ground.settings.last_seen(&self.ground.database).await;
        settings.is_some_and(|settings| settings.flag("maintenance_mode").unwrap_or_default())
    }

    /// Whether whoever calls may open the shop again.
    async fn knows(&self, caller: Option<Caller>) -> bool {
        let Some(Caller::Known(claims)) = caller else { return false };
        let Some(user) = claims.user() else { return false };
        let asked = self.ground.permissions.holds(&self.ground.database, user, ManageSiteSettings::NAME);
        asked.await.unwrap_or_default()
    }
}

/// Answers 503 while the shop is closed.
pub(super) async fn maintenance(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let (path, caller) = (request.extensions().get().cloned(), request.extensions().get().cloned());
    if door.lets_in(path, caller).await {
        return next.run(request).await;
    }
    Error::Maintenance { retry_after: RETRY_AFTER }.into_response()
}
