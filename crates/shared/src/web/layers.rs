//! The layers around every route, outermost first, and the answers that they give themselves.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::envelope::Cause;
use super::limited::limited;
use super::maintenance::{Door, maintenance};
use super::observe::observe;
use super::{Error, request_id};
use crate::config;
use crate::ground::Ground;

/// The largest JSON body.
const BODY_LIMIT: usize = 1024 * 1024;
/// How long a handler may take: less than the gateway waits.
const DEADLINE: Duration = Duration::from_secs(20);

/// Puts the layers around `routes`, and the envelope behind every path and method that no route has. The routes in `open`
/// stay so during maintenance.
pub(super) fn around(routes: Router, ground: &Arc<Ground>, open: &[&str]) -> Router {
    routes
        .fallback(async || Error::NotFound("path"))
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
        // innermost: how large a body may be, how long a handler may take
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(deadline))
        // the door of a shop that is closed
        .layer(from_fn_with_state(Door::of(ground, open), maintenance))
        // a panic becomes an answer
        .layer(CatchPanicLayer::custom(panicked))
        // how many requests one caller may make
        .layer(from_fn_with_state(Arc::clone(ground), limited))
        // which pages of other origins may call
        .layer(cors(&ground.config.http))
        // outermost: name, caller, metrics, log line
        .layer(from_fn_with_state(Arc::clone(ground), observe))
}

async fn deadline(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(DEADLINE, next.run(request)).await;
    answer.unwrap_or_else(|elapsed| Error::unavailable(elapsed).into_response())
}

/// The panic hook has logged what happened; the client learns only that something did.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    let mut answer = Error::Internal(anyhow::anyhow!("the handler panicked")).into_response();
    answer.extensions_mut().remove::<Cause>();
    answer
}

fn cors(http: &config::Http) -> CorsLayer {
    let exposed = ["x-session-id", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
    let exposed = exposed.into_iter().map(HeaderName::from_static);
    let headers = ["idempotency-key", "x-session-id"].into_iter().map(HeaderName::from_static);
    let standard = [header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH, header::IF_NONE_MATCH];
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(http.cors_origins.iter().cloned()))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(headers.chain(standard).chain([request_id::HEADER]).collect::<Vec<_>>())
        .expose_headers(
            exposed
                .chain([request_id::HEADER, header::RETRY_AFTER, header::ETAG, header::LOCATION])
                .collect::<Vec<_>>(),
        )
        .max_age(Duration::from_mins(10))
}
