//! A picture that somebody sends in a form.

use std::time::Duration;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;

use crate::web::{Error, Result};

/// The largest file.
const FILE: usize = 5 * 1024 * 1024;
/// What a form has around its file.
const AROUND: usize = 64 * 1024;
/// How many characters a text has.
const WORDS: usize = 255;
/// How long a form may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The file of a form, of five megabytes at most, in its field `file`. Its name and what the client calls it are not looked
/// at.
#[derive(Debug)]
pub struct Upload(pub Vec<u8>);

/// The same with what people read who do not see the picture: the field `alt`, of 255 characters at most.
#[derive(Debug)]
pub struct Captioned {
    /// The file.
    pub file: Vec<u8>,
    /// The words, if there are any.
    pub alt: Option<String>,
}

impl Upload {
    /// What a route that takes one has around it: other bodies are shorter.
    pub fn limit() -> DefaultBodyLimit {
        DefaultBodyLimit::max(FILE + AROUND)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let form = form_of(request, state).await?;
        let read = tokio::time::timeout(TIMEOUT, file_of(form)).await;
        read.unwrap_or(Err(Error::Timeout)).map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Captioned {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let form = form_of(request, state).await?;
        let read = tokio::time::timeout(TIMEOUT, file_and_words_of(form)).await;
        read.unwrap_or(Err(Error::Timeout))
    }
}

async fn form_of<S: Send + Sync>(request: Request, state: &S) -> Result<Multipart> {
    let form = Multipart::from_request(request, state).await;
    form.map_err(|_other| Error::invalid("body", "must be multipart/form-data with a field `file`"))
}

async fn file_and_words_of(mut form: Multipart) -> Result<Captioned> {
    let (mut file, mut alt) = (None, None);
    while let Some(field) = form.next_field().await.map_err(|error| unread(&error))? {
        match field.name() {
            Some("file") => file = Some(bytes_of(field).await?),
            Some("alt") => alt = words_of(&bytes_of(field).await?)?,
            _ => {}
        }
    }
    let file = file.ok_or_else(|| Error::invalid("file", "is required"))?;
    Ok(Captioned { file, alt })
}

async fn bytes_of(field: Field<'_>) -> Result<Vec<u8>> {
    let bytes = field.bytes().await.map_err(|error| unread(&error))?;
    if bytes.len() > FILE { Err(Error::TooLarge) } else { Ok(bytes.into()) }
}

fn words_of(bytes: &[u8]) -> Result<Option<String>> {
    let words = std::str::from_utf8(bytes).ok().map(str::trim);
    let fits = |words: &str| words.chars().count() <= WORDS && !words.chars().any(char::is_control);
    match words.filter(|words| fits(words)) {
        None => Err(Error::invalid("alt", "must be a line of 255 characters at most")),
        Some(words) => Ok(Some(words.to_owned()).filter(|words| !words.is_empty())),
    }
}

async fn file_of(mut form: Multipart) -> Result<Vec<u8>> {
    while let Some(field) = form.next_field().await.map_err(|error| unread(&error))? {
        if matches!(field.name(), Some("file" | "avatar")) {
            return bytes_of(field).await;
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
