//! A service as its crate hands it over: its own routes, to which the routes and layers of every service are added.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi, PathItem};
use utoipa_axum::router::OpenApiRouter;

use super::{Error, Result, documentation, health, layers};
use crate::ground::Ground;

/// What a service crate's `build` returns.
#[expect(missing_debug_implementations, reason = "OpenApiRouter has none")]
pub struct Service {
    /// The service's own routes, each with its description.
    pub routes: OpenApiRouter,
}

/// A service that is ready to be served.
#[expect(missing_debug_implementations, reason = "OpenApi has none")]
pub struct Assembled {
    /// Every route, under every layer.
    pub router: Router,
    /// The description of the service's own routes.
    pub api: OpenApi,
}

impl Service {
    /// Adds health, metrics, documentation, the envelope behind unknown paths, and the layers.
    ///
    /// # Errors
    /// When the description cannot be written as JSON.
    pub fn assemble(self, ground: &Arc<Ground>) -> anyhow::Result<Assembled> {
        let (own, mut api) = self.routes.split_for_parts();
        describe(&mut api, ground);
        let routes = own
            .merge(health::routes(ground))
            .merge(Router::new().route("/metrics", get(metrics).with_state(Arc::clone(ground))))
            .merge(documentation::routes(&api)?);
        Ok(Assembled { router: layers::around(routes, ground), api })
    }
}

fn describe(api: &mut OpenApi, ground: &Ground) {
    let service = ground.config.service.as_str();
    api.info = Info::builder()
        .title(format!("Pavitra {service} service"))
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Every answer is the envelope; money is rupees with two decimals; time is RFC 3339 UTC."))
        .build();
    let bearer = SecurityScheme::Http(Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
    for (path, item) in &mut api.paths.paths {
        name_operations(path, item);
    }
    api.components.get_or_insert_with(Components::default).add_security_scheme("access_token", bearer);
}

/// Names every operation by its place, because two prefixes may share a handler and names have to be unique.
fn name_operations(path: &str, item: &mut PathItem) {
    let place = path.replace(['{', '}'], "").replace(['/', '-'], "_");
    let methods = [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    for (method, operation) in methods.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
    {
        operation.operation_id = Some(format!("{method}{place}"));
    }
}

async fn metrics(axum::extract::State(ground): axum::extract::State<Arc<Ground>>) -> Result<Response> {
    let page = ground.metrics.render(ground.database.size(), ground.clock.now());
    let page = page.map_err(|error| Error::Internal(error.into()))?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], page).into_response())
}
