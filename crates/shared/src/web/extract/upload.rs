//! A picture that somebody sends in a form.

use std::time::Duration;

use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;

use crate::web::{Error, Result};

/// The largest file.
const FILE: usize = 5 * 1024 * 1024;
/// What a form has around its file.
const AROUND: usize = 64 * 1024;
/// How long a form may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The file of a form, of five megabytes at most, in its field `file`. Its name and what the client calls it are not looked
/// at.
#[derive(Debug)]
pub struct Upload(pub Vec<u8>);

impl Upload {
    /// What a route that takes one has around it: other bodies are shorter.
    pub fn limit() -> DefaultBodyLimit {
        DefaultBodyLimit::max(FILE + AROUND)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let form = Multipart::from_request(request, state).await;
        let form = form.map_err(|_other| Error::invalid("body", "must be multipart/form-data with a field `file`"))?;
        let read = tokio::time::timeout(TIMEOUT, file_of(form)).await;
        read.unwrap_or(Err(Error::Timeout)).map(Self)
    }
}

async fn file_of(mut form: Multipart) -> Result<Vec<u8>> {
    while let Some(field) = form.next_field().await.map_err(|error| unread(&error))? {
        if matches!(field.name(), Some("file" | "avatar")) {
            let bytes = field.bytes().await.map_err(|error| unread(&error))?;
            return if bytes.len() > FILE { Err(Error::TooLarge) } else { Ok(bytes.into()) };
        }
    }
    Err(Error::invalid("file", "is required"))
}

fn unread(error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::TooLarge
    } else {
        Error::invalid("body", "is not a whole form")
    }
}
