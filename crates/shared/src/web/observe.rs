//! Watches every request: its name, its caller, its log line, its place in the metrics.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, Span};

use super::client::{ClientAddress, Peer};
use super::envelope::Cause;
use super::extract::Now;
use super::request_id::{self, RequestId};
use crate::ground::Ground;
use crate::identity::{Caller, Refusal};
use crate::telemetry::correlation;

/// The outermost layer of every service.
pub(super) async fn observe(State(ground): State<Arc<Ground>>, mut request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers());
    let span = tracing::info_span!("request", request_id = id.as_str(), user_id = tracing::field::Empty);
    let now = ground.clock.now();
    let caller = still_signed_in(Caller::of(request.headers(), &ground.tokens, now), &ground).await;
    recognise(&caller, &ground, &span);
    let seen = Seen::of(&request);
    if let Some(peer) = request.extensions().get::<Peer>().copied() {
        let client = ClientAddress::of(peer, request.headers(), &ground.config.http.trusted_proxies);
        request.extensions_mut().insert(client);
    }
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(Now(now));
    request.extensions_mut().insert(caller);
    request.extensions_mut().insert(ground.permissions.clone());

    let answer = next.run(request).instrument(span.clone());
    let mut response = correlation::scope(id.as_str().to_owned(), answer).await;

    span.in_scope(|| seen.report(&response, &ground));
    if !seen.method.is_safe() {
        ground.bell.notify_waiters();
    }
    if let Some(id) = id.to_header() {
        response.headers_mut().insert(request_id::HEADER, id);
    }
    // What may be kept says so itself.
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    if ground.stopping.is_cancelled() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// What a token says holds until its log-in ends. A replica that has not heard lately which ended asks first.
async fn still_signed_in(caller: Caller, ground: &Ground) -> Caller {
    let Caller::Known(claims) = caller else { return caller };
    if !ground.changes.is_current()
        && let Err(error) = ground.become_current().await
    {
        tracing::warn!(exception = %format!("{error:#}"), "which log-ins ended is not known");
        return Caller::Unproven;
    }
    if ground.revocations.contains(claims.sid) { Caller::Refused(Refusal::SignedOut) } else { Caller::Known(claims) }
}

fn recognise(caller: &Caller, ground: &Ground, span: &Span) {
    if let Caller::Known(claims) = caller
        && let Some(user) = claims.user()
    {
        span.record("user_id", tracing::field::display(user));
        ground.metrics.saw(user, ground.clock.now());
    }
}

/// What a request was, kept while its handler has it.
struct Seen {
    method: Method,
    endpoint: Option<MatchedPath>,
    since: Instant,
}

impl Seen {
    fn of(request: &Request) -> Self {
        let endpoint = request.extensions().get::<MatchedPath>().cloned();
        Self { method: request.method().clone(), endpoint, since: Instant::now() }
    }

    fn report(&self, response: &Response, ground: &Ground) {
        let (status, took) = (response.status(), self.since.elapsed());
        let endpoint = self.endpoint.as_ref().map_or("unmatched", MatchedPath::as_str);
        ground.metrics.count(&self.method, endpoint, status.as_u16(), took);
        self.log(status, took, response.extensions().get::<Cause>());
    }

    fn log(&self, status: StatusCode, took: Duration, cause: Option<&Cause>) {
        let endpoint = self.endpoint.as_ref().map_or("an unknown path", MatchedPath::as_str);
        let what = format!("{} {endpoint} {}", self.method, status.as_u16());
        let took = format!("{:.1}ms", took.as_secs_f64() * 1000.0);
        match cause {
            Some(Cause(cause)) => tracing::error!(exception = %format!("{cause:#}"), response_time = %took, "{what}"),
            None if is_routine(endpoint) => tracing::debug!(response_time = %took, "{what}"),
            None => tracing::info!(response_time = %took, "{what}"),
        }
    }
}

/// What machines ask every few seconds is not worth a line each.
fn is_routine(endpoint: &str) -> bool {
    endpoint.contains("/health") || endpoint == "/metrics"
}
