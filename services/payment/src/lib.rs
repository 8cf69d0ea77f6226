//! Payments and refunds. Port 8005.
//!
//! So far it has the routes that every service has: health, metrics, documentation.

use std::sync::Arc;

use shared::Ground;
use shared::web::Service;
use utoipa_axum::router::OpenApiRouter;

/// The payment service on `ground`.
pub fn build(_: &Arc<Ground>) -> Service {
    Service { routes: OpenApiRouter::new() }
}
