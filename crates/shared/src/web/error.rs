//! Everything that a request can end in instead of an answer, in the caller's vocabulary.

use std::time::Duration;

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::database::{Failure, Transient};
use crate::identity::Refusal;
use crate::sealing;
use crate::settings::NotSet;

/// What a handler and a use case return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One wrong field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where it is: `email`, `items[0].quantity`, `page`.
    #[schema(example = "email")]
    pub field: String,
    /// What is wrong with it.
    #[schema(example = "must be an e-mail address")]
    pub message: String,
}

impl FieldError {
    /// `field` is wrong in the way that `message` says.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Why a request was not answered. `Display` is what the client reads; causes go to the log only.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: every wrong field, of which the first fifty are told.
    #[error("{}", sentence(.0))]
    Invalid(Vec<FieldError>),
    /// 401: nobody signed in.
    #[error("sign in first")]
    Unauthenticated,
    /// 401: a token that proves nothing.
    #[error("{}", refusal(*.0))]
    TokenRefused(Refusal),
    /// 401: no such account, or not this password; nobody learns which.
    #[error("the account or the password is not right")]
    WrongCredentials,
    /// 401: a one-time code that is not right, or not any more.
    #[error("the code is not right")]
    WrongCode,
    /// 403: signed in, and not allowed.
    #[error("not allowed")]
    Forbidden,
    /// 404: the thing does not exist, or not for this caller.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// 405: the path exists, the method does not.
    #[error("this method is not allowed here")]
    MethodNotAllowed,
    /// 408: the body did not arrive in time.
    #[error("the request took too long to arrive")]
    Timeout,
    /// 409: exists already, or lost a race.
    #[error("{message}")]
    Conflict {
        /// The contract's code.
        code: &'static str,
        /// What happened.
        message: &'static str,
    },
    /// 409: the price is not what the client showed.
    #[error("the price has changed, please look at it again")]
    PriceChanged {
        /// What it is now, as `error.quote`.
        quote: Box<RawValue>,
    },
    /// 409: the first request with this idempotency key is still being worked on.
    #[error("the first request with this key is still being worked on")]
    InProgress {
        /// When to come back.
        retry_after: Duration,
    },
    /// 413.
    #[error("the request is larger than this route takes")]
    TooLarge,
    /// 415.
    #[error("the body must be JSON (Content-Type: application/json)")]
    UnsupportedMediaType,
    /// 422: well-formed, and not possible now.
    #[error("{message}")]
    Impossible {
        /// The contract's code.
        code: &'static str,
        /// What stands in the way.
        message: &'static str,
    },
    /// 429.
    #[error("too many requests")]
    RateLimited {
        /// When to come back.
        retry_after: Duration,
    },
    /// 503: the shop is closed for maintenance.
    #[error("closed for maintenance, please come back later")]
    Maintenance {
        /// When to come back.
        retry_after: Duration,
    },
    /// 503: a system behind us is away.
    #[error("temporarily unavailable")]
    Unavailable {
        /// When to come back.
        retry_after: Duration,
        /// What the log says about it.
        cause: anyhow::Error,
    },
    /// 500: a fault of ours.
    #[error("internal error")]
    Internal(#[source] anyhow::Error),
}

impl Error {
    /// One wrong field.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// 503 for a moment, because of `cause`.
    pub fn unavailable(cause: impl Into<anyhow::Error>) -> Self {
        Self::Unavailable { retry_after: Duration::from_secs(2), cause: cause.into() }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Unauthenticated | Self::TokenRefused(_) | Self::WrongCredentials | Self::WrongCode => {
                StatusCode::UNAUTHORIZED
            }
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict { .. } | Self::PriceChanged { .. } | Self::InProgress { .. } => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Impossible { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Maintenance { .. } | Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "VALIDATION_ERROR",
            Self::Unauthenticated | Self::TokenRefused(Refusal::Invalid | Refusal::SignedOut) => "UNAUTHORIZED",
            Self::TokenRefused(Refusal::Expired) => "TOKEN_EXPIRED",
            Self::WrongCredentials | Self::WrongCode => "INVALID_CREDENTIALS",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound(_) => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::Timeout => "REQUEST_TIMEOUT",
            Self::Conflict { code, .. } | Self::Impossible { code, .. } => code,
            Self::PriceChanged { .. } => "PRICE_CHANGED",
            Self::InProgress { .. } => "CONFLICT",
            Self::TooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::Maintenance { .. } => "MAINTENANCE",
            Self::Unavailable { .. } => "UNAVAILABLE",
            Self::Internal(_) => "INTERNAL_ERROR",
        }
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after }
            | Self::InProgress { retry_after }
            | Self::Maintenance { retry_after }
            | Self::Unavailable { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }

    pub(super) fn take_quote(&mut self) -> Option<Box<RawValue>> {
        let Self::PriceChanged { quote } = self else { return None };
        Some(std::mem::replace(quote, RawValue::NULL.to_owned()))
    }

    pub(super) fn into_parts(self) -> (Vec<FieldError>, Option<anyhow::Error>) {
        match self {
            Self::Invalid(mut fields) => {
                fields.truncate(TOLD);
                (fields, None)
            }
            Self::Unavailable { cause, .. } | Self::Internal(cause) => (Vec::new(), Some(cause)),
            _ => (Vec::new(), None),
        }
    }
}

impl From<NotSet> for Error {
    fn from(error: NotSet) -> Self {
        Self::Internal(error.into())
    }
}

impl From<sealing::Fault> for Error {
    fn from(error: sealing::Fault) -> Self {
        Self::Internal(error.into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match Failure::of(&error) {
            Failure::Unavailable | Failure::Transient => Self::unavailable(error),
            Failure::Duplicate | Failure::Unexpected => Self::Internal(error.into()),
        }
    }
}

impl Transient for Error {
    fn is_transient(&self) -> bool {
        let Self::Unavailable { cause, .. } = self else { return false };
        cause.downcast_ref::<sqlx::Error>().is_some_and(Transient::is_transient)
    }
}

/// Nobody mends more faults at a time.
pub(super) const TOLD: usize = 50;

fn sentence(fields: &[FieldError]) -> String {
    let mut parts: Vec<String> =
        fields.iter().take(TOLD).map(|field| format!("{} {}", field.field, field.message)).collect();
    if fields.len() > TOLD {
        parts.push(format!("and {} more", fields.len() - TOLD));
    }
    parts.join("; ")
}

fn refusal(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Expired => "the access token has expired",
        Refusal::Invalid => "the access token is not valid",
        Refusal::SignedOut => "signed out",
    }
}
