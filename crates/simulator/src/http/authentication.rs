//! Who may use the API: whoever has the key. The word `Basic` is case-sensitive here, as it is at Razorpay.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::gateway::Gateway;
use crate::refusal::Refusal;
use crate::settings::Settings;

pub(super) async fn authenticate(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    match check(&gateway.settings, request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

fn check(settings: &Settings, headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(credentials) = given.strip_prefix("Basic ") else {
        return Err(Refusal::unauthenticated("Please provide your api key for authentication purposes"));
    };
    let own = BASE64_STANDARD.encode(format!("{}:{}", settings.key_id, settings.key_secret));
    if credentials == own { Ok(()) } else { Err(Refusal::unauthenticated("Authentication failed")) }
}
