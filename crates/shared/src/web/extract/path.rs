//! Path parameters.
#![expect(clippy::disallowed_types, reason = "this is where axum's own is wrapped")]

use axum::extract::Path as Raw;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::words;
use crate::web::{Error, Result};

/// The parameters of a path, each of which is what it has to be or a 400.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match Raw::<T>::from_request_parts(parts, state).await {
            Ok(Raw(value)) => Ok(Self(value)),
            Err(rejection) => Err(refusal(&rejection, &first_name(parts, state).await)),
        }
    }
}

fn refusal(rejection: &PathRejection, name: &str) -> Error {
    let PathRejection::FailedToDeserializePathParams(failure) = rejection else {
        return Error::Internal(anyhow::anyhow!("{rejection}"));
    };
    match failure.kind() {
        ErrorKind::ParseErrorAtKey { key, .. } => Error::invalid(key, NO_NUMBER),
        ErrorKind::ParseError { .. } | ErrorKind::ParseErrorAtIndex { .. } => Error::invalid(name, NO_NUMBER),
        ErrorKind::DeserializeError { key, message, .. } => Error::invalid(key, words::plain(message)),
        ErrorKind::Message(message) => Error::invalid(name, words::plain(message)),
        _ => Error::invalid(name, "is not valid"),
    }
}

/// Whatever is parsed in a path is an id.
const NO_NUMBER: &str = "must be a positive integer";

async fn first_name<S: Send + Sync>(parts: &mut Parts, state: &S) -> String {
    let parameters = RawPathParams::from_request_parts(parts, state).await;
    let name = parameters.ok().and_then(|parameters| parameters.iter().next().map(|(name, _)| name.to_owned()));
    name.unwrap_or_else(|| "path".to_owned())
}
