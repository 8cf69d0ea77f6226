//! The one shape of every answer, good or bad.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::error::{Error, FieldError};
use crate::clock::Clock;

/// A good answer: `{"success":true,"data":…,"message":"…"}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Envelope<T> {
    /// Always `true`.
    success: bool,
    /// What was asked for.
    data: T,
    /// What happened, for people.
    #[schema(example = "Operation successful")]
    message: &'static str,
}

impl<T> Envelope<T> {
    /// Wraps `data`.
    pub fn of(data: T) -> Self {
        Self { success: true, data, message: "Operation successful" }
    }
}

impl<T: Serialize> IntoResponse for Envelope<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self) {
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => Error::Internal(error.into()).into_response(),
        }
    }
}

/// A good answer about something new: 201 with its address in `Location`.
#[derive(Debug)]
pub struct Created<T> {
    location: String,
    envelope: Envelope<T>,
}

impl<T> Created<T> {
    /// `data` is new, and from now on to be found at `location`.
    pub fn at(location: String, data: T) -> Self {
        Self { location, envelope: Envelope::of(data) }
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        created(&self.location, self.envelope.into_response())
    }
}

fn created(location: &str, mut response: Response) -> Response {
    if response.status().is_success() {
        *response.status_mut() = StatusCode::CREATED;
        if let Ok(location) = HeaderValue::from_str(location) {
            response.headers_mut().insert(LOCATION, location);
        }
    }
    response
}

/// A good answer that carries its fields at the top level too, where the document's own client reads them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Flat<T> {
    /// The fields of `data` once more.
    #[serde(flatten)]
    #[schema(value_type = T)]
    fields: SameAs<T>,
    #[serde(flatten)]
    #[schema(value_type = Envelope<T>)]
    envelope: Envelope<SameAs<T>>,
    #[serde(skip)]
    location: Option<String>,
}

/// A value that is written twice.
#[derive(Debug, Serialize)]
#[serde(transparent, bound(serialize = "T: Serialize"))]
struct SameAs<T>(Arc<T>);

impl<T> Flat<T> {
    /// 200.
    pub fn ok(data: T) -> Self {
        let data = Arc::new(data);
        Self { fields: SameAs(Arc::clone(&data)), envelope: Envelope::of(SameAs(data)), location: None }
    }

    /// 201 with the address of what is new.
    pub fn created(location: String, data: T) -> Self {
        Self { location: Some(location), ..Self::ok(data) }
    }

    pub(super) fn status(&self) -> StatusCode {
        if self.location.is_some() { StatusCode::CREATED } else { StatusCode::OK }
    }

    pub(super) fn into_location(self) -> Option<String> {
        self.location
    }
}

impl<T: Serialize> IntoResponse for Flat<T> {
    fn into_response(self) -> Response {
        let answer = match serde_json::to_vec(&self) {
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => return Error::Internal(error.into()).into_response(),
        };
        match self.location {
            Some(location) => created(&location, answer),
            None => answer,
        }
    }
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// A bad answer. `detail` repeats the message because the document's own client reads `error.detail`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// Always `false`.
    success: bool,
    /// What went wrong.
    error: ErrorDescription,
    /// The same text as `error.message`.
    detail: String,
    /// When, to the second.
    #[schema(value_type = String, format = DateTime, example = "2024-01-15T10:30:00Z")]
    timestamp: String,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDescription {
    /// For programs.
    #[schema(example = "VALIDATION_ERROR")]
    code: &'static str,
    /// For people.
    message: String,
    /// Every wrong field of the request.
    details: Vec<FieldError>,
    /// With `PRICE_CHANGED`: what it costs now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    quote: Option<Box<RawValue>>,
}

/// Why a request failed, on its way to the log; lies in the response's extensions.
#[derive(Clone, Debug)]
pub(super) struct Cause(pub(super) Arc<anyhow::Error>);

impl IntoResponse for Error {
    fn into_response(mut self) -> Response {
        let quote = self.take_quote();
        let (status, code, message, wait) = (self.status(), self.code(), self.to_string(), self.retry_after());
        let (details, cause) = self.into_parts();
        let error = ErrorDescription { code, message: message.clone(), details, quote };
        let body = ErrorBody { success: false, error, detail: message, timestamp: to_seconds(Clock::System.now()) };
        let mut response = json(status, serde_json::to_vec(&body).unwrap_or_default());
        if let Some(wait) = wait {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds(wait).max(1)));
        }
        if let Some(cause) = cause {
            response.extensions_mut().insert(Cause(Arc::new(cause)));
        }
        response
    }
}

/// Whole seconds, at the end of which it is true.
pub(super) fn seconds(span: Duration) -> u64 {
    span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0))
}

fn to_seconds(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;
    use crate::identity::Refusal;

    const SECRET: &str = "SELECT password_hash FROM users";

    fn every_error() -> Vec<(Error, u16, &'static str)> {
        let retry_after = Duration::from_secs(7);
        vec![
            (Error::invalid("page", "must be a whole number"), 400, "VALIDATION_ERROR"),
            (Error::Unauthenticated, 401, "UNAUTHORIZED"),
            (Error::TokenRefused(Refusal::Invalid), 401, "UNAUTHORIZED"),
            (Error::TokenRefused(Refusal::SignedOut), 401, "UNAUTHORIZED"),
            (Error::TokenRefused(Refusal::Expired), 401, "TOKEN_EXPIRED"),
            (Error::WrongCredentials, 401, "INVALID_CREDENTIALS"),
            (Error::Forbidden, 403, "FORBIDDEN"),
            (Error::NotFound("order"), 404, "NOT_FOUND"),
            (Error::MethodNotAllowed, 405, "METHOD_NOT_ALLOWED"),
            (Error::Timeout, 408, "REQUEST_TIMEOUT"),
            (Error::Conflict { code: "CONFLICT", message: "taken" }, 409, "CONFLICT"),
            (Error::PriceChanged { quote: RawValue::TRUE.to_owned() }, 409, "PRICE_CHANGED"),
            (Error::InProgress { retry_after }, 409, "CONFLICT"),
            (Error::TooLarge, 413, "PAYLOAD_TOO_LARGE"),
            (Error::UnsupportedMediaType, 415, "UNSUPPORTED_MEDIA_TYPE"),
            (Error::Impossible { code: "INSUFFICIENT_STOCK", message: "sold out" }, 422, "INSUFFICIENT_STOCK"),
            (Error::RateLimited { retry_after }, 429, "RATE_LIMITED"),
            (Error::Maintenance { retry_after }, 503, "MAINTENANCE"),
            (Error::unavailable(anyhow::anyhow!(SECRET)), 503, "UNAVAILABLE"),
            (Error::Internal(anyhow::anyhow!(SECRET)), 500, "INTERNAL_ERROR"),
        ]
    }

    #[tokio::test]
    async fn every_error_has_the_contract_s_body_and_no_inner_text() {
        for (error, status, code) in every_error() {
            let waits = matches!(status, 429 | 503) || matches!(error, Error::InProgress { .. });
            let response = error.into_response();
            assert_eq!(response.status(), StatusCode::from_u16(status).unwrap());
            assert_eq!(response.headers().contains_key(RETRY_AFTER), waits, "{code}");
            let has_cause = ["UNAVAILABLE", "INTERNAL_ERROR"].contains(&code);
            assert_eq!(response.extensions().get::<Cause>().is_some(), has_cause, "{code}");
            let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
            assert!(!String::from_utf8_lossy(&bytes).contains("SELECT"));
            let body: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!((&body["success"], &body["error"]["code"]), (&false.into(), &code.into()));
            assert_eq!(body["detail"], body["error"]["message"]);
            assert!(body["error"]["details"].is_array() && body["timestamp"].as_str().unwrap().ends_with('Z'));
        }
    }

    #[tokio::test]
    async fn fifty_faults_are_enough_for_one_answer() {
        let faults = (0..60).map(|number| FieldError::new(format!("items[{number}]"), "is wrong")).collect();
        let response = Error::Invalid(faults).into_response();
        let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(body["error"]["details"].as_array().unwrap().len(), 50);
        assert!(body["detail"].as_str().unwrap().ends_with("items[49] is wrong; and 10 more"));
    }

    #[tokio::test]
    async fn a_flat_answer_has_its_fields_twice_and_what_is_new_has_an_address() {
        let data = serde_json::json!({ "access_token": "a.b.c" });
        let response = Flat::created("/api/v1/users/profile".to_owned(), data).into_response();
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers()[LOCATION], "/api/v1/users/profile");
        let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((&body["access_token"], &body["data"]["access_token"]), (&"a.b.c".into(), &"a.b.c".into()));
        assert_eq!((&body["success"], &body["message"]), (&true.into(), &"Operation successful".into()));
    }

    #[test]
    fn an_answer_that_cannot_be_written_is_a_500_without_inner_text() {
        let unwritable = std::collections::HashMap::from([((1, 2), "keys of JSON objects are strings")]);
        let response = Envelope::of(unwritable).into_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(response.extensions().get::<Cause>().is_some());
    }

    #[test]
    fn a_deadlock_may_be_tried_again_and_is_a_503_at_last() {
        let error = Error::unavailable(sqlx::Error::PoolTimedOut);
        assert!(!crate::database::Transient::is_transient(&error) && error.status() == StatusCode::SERVICE_UNAVAILABLE);
    }

    #[test]
    fn an_instant_is_told_to_the_second() {
        assert_eq!(to_seconds("2024-01-15T10:30:00.999Z".parse().unwrap()), "2024-01-15T10:30:00Z");
    }
}
