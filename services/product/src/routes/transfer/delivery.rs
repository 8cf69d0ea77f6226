//! A file that somebody sends, as a body or in a form, as it arrives.

use std::time::Duration;

use axum::body::BodyDataStream;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use futures::StreamExt;
use serde::Deserialize;
use shared::web::{Error, IdempotencyKey, Result};
use utoipa::IntoParams;
use validator::Validate;

use crate::transfer::{LARGEST, Receiver};

/// How long a body may be: a file, and what a form has around it.
pub(super) const LONGEST_BODY: usize = LARGEST + 64 * 1024;
/// Who sends nothing for so long has gone.
const SILENCE: Duration = Duration::from_secs(15);

/// How a file is to be imported.
#[derive(Debug, Default, Deserialize, Validate, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct Options {
    /// Whether the import only says what it would do.
    pub(super) dry_run: bool,
}

/// A file and the client's name for its try.
pub(super) struct Delivery {
    pub(super) key: IdempotencyKey,
    pub(super) content: Content,
}

/// Where the file is.
pub(super) enum Content {
    Body(BodyDataStream),
    Form(Multipart),
}

impl<S: Send + Sync> FromRequest<S> for Delivery {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let key = IdempotencyKey::from_request_parts(&mut parts, state).await?;
        expect_short(&parts.headers)?;
        let content = match kind(&parts.headers).as_str() {
            "text/csv" => Content::Body(body.into_data_stream()),
            "multipart/form-data" => {
                let form = Multipart::from_request(Request::from_parts(parts, body), state).await;
                Content::Form(form.map_err(|_other| Error::invalid("body", "is no form"))?)
            }
            _ => {
                return Err(Error::invalid(
                    "Content-Type",
                    "must be text/csv, or multipart/form-data with a field `file`",
                ));
            }
        };
        Ok(Self { key, content })
    }
}

/// What says that it is too long need not be read to find out.
fn expect_short(headers: &HeaderMap) -> Result<()> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()).and_then(|text| text.parse().ok());
    if length.is_some_and(|length: usize| length > LONGEST_BODY) { Err(Error::TooLarge) } else { Ok(()) }
}

fn kind(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

impl Content {
    /// Hands the file over, piece by piece.
    pub(super) async fn pour(self, receiver: &mut Receiver) -> Result<()> {
        match self {
            Self::Body(body) => pour_body(body, receiver).await,
            Self::Form(form) => pour_form(form, receiver).await,
        }
    }
}

async fn pour_body(mut body: BodyDataStream, receiver: &mut Receiver) -> Result<()> {
    while let Some(piece) = in_time(body.next()).await? {
        let piece = piece.map_err(|_gone| Error::invalid("body", "could not be read to its end"))?;
        receiver.take(&piece).await?;
    }
    Ok(())
}

async fn pour_form(mut form: Multipart, receiver: &mut Receiver) -> Result<()> {
    while let Some(mut field) = in_time(form.next_field()).await?.map_err(|error| unread(&error))? {
        if field.name() != Some("file") {
            continue;
        }
        while let Some(piece) = in_time(field.chunk()).await?.map_err(|error| unread(&error))? {
            receiver.take(&piece).await?;
        }
        return Ok(());
    }
    Err(Error::invalid("file", "is required"))
}

async fn in_time<T>(arrival: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(SILENCE, arrival).await.map_err(|_elapsed| Error::Timeout)
}

fn unread(error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::TooLarge
    } else {
        Error::invalid("body", "is not a whole form")
    }
}
