//! A service as its crate hands it over: its own routes, consumers and tasks, to which those of every service are added.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::Listener;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi, PathItem};
use utoipa_axum::router::OpenApiRouter;

use super::{Error, Result, documentation, health, layers};
use crate::changes;
use crate::ground::Ground;
use crate::messaging::{Consumer, Relay};
use crate::task::{Progress, Task};

/// What a service crate's `build` returns.
#[expect(missing_debug_implementations, reason = "OpenApiRouter has none")]
pub struct Service {
    routes: OpenApiRouter,
    consumers: Vec<Consumer>,
    tasks: Vec<Task>,
    listeners: Option<&'static [Listener]>,
    open: &'static [&'static str],
}

/// A service that is ready to be served.
#[expect(missing_debug_implementations, reason = "OpenApi has none")]
pub struct Assembled {
    /// Every route, under every layer.
    pub router: Router,
    /// The description of the service's own routes.
    pub api: OpenApi,
    /// What it does with messages.
    pub consumers: Vec<Consumer>,
    /// What it does by itself.
    pub tasks: Vec<Task>,
}

impl Service {
    /// A service with these routes, each with its description.
    pub fn new(routes: OpenApiRouter) -> Self {
        Self { routes, consumers: Vec::new(), tasks: Vec::new(), listeners: None, open: &[] }
    }

    /// It also acts upon messages.
    #[must_use]
    pub fn consumer(mut self, consumer: Consumer) -> Self {
        self.consumers.push(consumer);
        self
    }

    /// It also does this by itself.
    #[must_use]
    pub fn task(mut self, task: Task) -> Self {
        self.tasks.push(task);
        self
    }

    /// It also emits events, which all of these `listeners` may hear.
    #[must_use]
    pub fn emits_to(mut self, listeners: &'static [Listener]) -> Self {
        self.listeners = Some(listeners);
        self
    }

    /// These routes, as they are registered, answer while the shop is closed for maintenance.
    #[must_use]
    pub fn stays_open(mut self, routes: &'static [&'static str]) -> Self {
        self.open = routes;
        self
    }

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
        let mut tasks = self.tasks;
        tasks.push(follow_changes(ground));
        tasks.extend(self.listeners.map(|listeners| Relay::new(ground, listeners).into_task()));
        Ok(Assembled { router: layers::around(routes, ground, self.open), api, consumers: self.consumers, tasks })
    }
}

/// What every replica does: hear what changed.
fn follow_changes(ground: &Arc<Ground>) -> Task {
    let ground = Arc::clone(ground);
    Task::every("changes", changes::PERIOD, move || {
        let ground = Arc::clone(&ground);
        async move { Ok(ground.catch_up().await.map(|()| Progress::Idle)?) }
    })
}

/// What the descriptions call it.
const ACCESS_TOKEN: &str = "access_token";

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
    api.components.get_or_insert_with(Components::default).add_security_scheme(ACCESS_TOKEN, bearer);
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
        if asks_who_is_calling(operation) {
            operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(ACCESS_TOKEN, [])]);
        }
    }
}

/// Said in the description, so that whoever tries a route there sends a token along.
fn asks_who_is_calling(operation: &Operation) -> bool {
    let permission = operation.extensions.as_ref().and_then(|extensions| extensions.get("x-permission"));
    permission.and_then(|permission| permission.as_str()).is_some_and(|permission| permission != "anyone")
}

async fn metrics(axum::extract::State(ground): axum::extract::State<Arc<Ground>>) -> Result<Response> {
    let page = ground.metrics.render(ground.database.size(), ground.clock.now());
    let page = page.map_err(|error| Error::Internal(error.into()))?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], page).into_response())
}
