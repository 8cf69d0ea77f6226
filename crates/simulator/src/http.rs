//! HTTP: what is served where, and how things become requests and answers.

mod api;
mod authentication;
mod checkout;
mod control;
mod misbehaviour;
mod page;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fields::Fields;
use crate::gateway::Gateway;
use crate::listing::Listing;
use crate::refusal::Refusal;

/// Everything that is served.
pub(crate) fn router(gateway: Arc<Gateway>) -> Router {
    api::router(&gateway)
        .merge(control::router())
        .merge(checkout::router())
        .merge(page::router())
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .with_state(gateway)
}

async fn unknown() -> Refusal {
    Refusal::invalid("The requested URL was not found on the server.")
}

/// The gateway, as handlers ask for it.
type Shared = State<Arc<Gateway>>;

/// What a handler answers.
type Done<T> = Result<Answer<T>, Refusal>;

/// 200 with JSON.
#[derive(Debug)]
struct Answer<T>(T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => json(StatusCode::OK, body),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        json(status, self.body().to_string().into_bytes())
    }
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

/// The part of the path that has this name in the route.
fn part<'a>(path: &'a RawPathParams, name: &str) -> &'a str {
    path.iter().find(|(key, _)| *key == name).map(|(_, value)| value).unwrap_or_default()
}

impl<S: Send + Sync> FromRequestParts<S> for Listing {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Self::read(parts.uri.query().unwrap_or_default())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        Self::read(&body(request, state).await?)
    }
}

/// A body of the control API: what is unknown in it is refused, so that a misspelt knob does not do nothing.
#[derive(Debug)]
struct Input<T>(T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let body = body(request, state).await?;
        let text: &[u8] = if body.is_empty() { b"{}" } else { &body };
        serde_json::from_slice(text).map(Self).map_err(|error| Refusal::plain(error.to_string()))
    }
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Refusal> {
    Bytes::from_request(request, state).await.map_err(|error| Refusal::plain(error.to_string()))
}
