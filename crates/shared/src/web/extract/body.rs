//! JSON bodies: read in time, parsed, and checked, with every wrong field in one answer.

use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use eserde::EDeserialize;
use eserde::path::Segment;
use validator::Validate;

use super::words;
use crate::web::{Error, FieldError, Result};

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(15);
/// Up to this size every wrong field is looked for; of a larger body the first is named. The search takes time that
/// grows with the square of the body.
const SEARCHED: usize = 16 * 1024;

/// A JSON body that is a `T` and keeps `T`'s rules. Unknown fields are ignored; a body that does not say that it is
/// JSON is refused, so that no page of another origin can send one past its preflight.
///
/// An optional field of `T` says `#[serde(default)]`: beside another fault, eserde would call it missing.
#[derive(Debug)]
pub struct Valid<T>(pub T);

impl<S: Send + Sync, T> FromRequest<S> for Valid<T>
where
    T: for<'de> EDeserialize<'de> + Validate,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        if !is_json(request.headers()) {
            return Err(Error::UnsupportedMediaType);
        }
        let Raw(body) = Raw::from_request(request, state).await?;
        read_json(&body).map(Self)
    }
}

/// The `T` that `json` says, under the rules of a body: for what arrives in another form and is meant in the same way.
///
/// # Errors
/// 400 names every wrong field.
pub fn read_json<T>(json: &[u8]) -> Result<T>
where
    T: for<'de> EDeserialize<'de> + Validate,
{
    let value: T = parse(json).map_err(Error::Invalid)?;
    value.validate().map_err(|errors| Error::Invalid(words::broken_rules(&errors)))?;
    Ok(value)
}

/// A body as it came, whatever it says that it is: what is signed over its bytes is checked before it is read.
#[derive(Debug)]
pub struct Raw(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let body = tokio::time::timeout(BODY_TIMEOUT, Bytes::from_request(request, state));
        let Ok(body) = body.await else { return Err(Error::Timeout) };
        body.map(Self).map_err(|rejection| unread(&rejection))
    }
}

/// `Option<Valid<T>>`: nothing if the client sent no body.
impl<S: Send + Sync, T> OptionalFromRequest<S> for Valid<T>
where
    T: for<'de> EDeserialize<'de> + Validate,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>> {
        if request.body().is_end_stream() {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn unread(rejection: &BytesRejection) -> Error {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::TooLarge
    } else {
        Error::invalid("body", "could not be read to its end")
    }
}

fn parse<T: for<'de> EDeserialize<'de>>(body: &[u8]) -> Result<T, Vec<FieldError>> {
    match serde_json::from_slice(body) {
        Ok(serde_json::Value::Object(_)) => typed(body),
        Ok(_) => Err(vec![FieldError::new("body", "must be a JSON object")]),
        Err(_) if body.is_empty() => Err(vec![FieldError::new("body", "is empty; it must be a JSON object")]),
        Err(error) => Err(vec![FieldError::new("body", no_json(&error))]),
    }
}

fn typed<T: for<'de> EDeserialize<'de>>(body: &[u8]) -> Result<T, Vec<FieldError>> {
    if body.len() <= SEARCHED {
        return eserde::json::from_slice(body).map_err(|errors| without_echo(errors.iter().map(field).collect()));
    }
    let json = &mut serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(json).map_err(|error: serde_path_to_error::Error<serde_json::Error>| {
        vec![blamed(error.path().to_string(), &error.inner().to_string())]
    })
}

/// eserde loses its place in the body behind a list or an object where a text belongs, and blames the whole for that too.
fn without_echo(mut faults: Vec<FieldError>) -> Vec<FieldError> {
    if faults.iter().any(|fault| fault.field != "body") {
        faults.retain(|fault| fault.field != "body");
    }
    faults
}

/// `serde_json` follows 128 levels and no further.
fn no_json(error: &serde_json::Error) -> String {
    let problem = if error.to_string().contains("recursion limit") { "is nested too deeply" } else { "is not JSON" };
    format!("{problem} (line {}, column {})", error.line(), error.column())
}

fn field(error: &eserde::DeserializationError) -> FieldError {
    blamed(error.path().map(path_text).unwrap_or_default(), error.message())
}

/// A missing field is blamed on itself, not on the object that lacks it.
fn blamed(path: String, complaint: &str) -> FieldError {
    let missing = complaint.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let path = match missing {
        Some(name) if path.rsplit('.').next() != Some(name) => [path.trim_matches('.'), name].join("."),
        _ => path,
    };
    let path = path.trim_matches('.');
    FieldError::new(if path.is_empty() { "body" } else { path }, words::plain(complaint))
}

fn path_text(path: &eserde::path::Path) -> String {
    path.iter().fold(String::new(), |text, segment| match segment {
        Segment::Seq { index } => format!("{text}[{index}]"),
        Segment::Map { key } if text.is_empty() => String::clone(key),
        Segment::Map { key } => format!("{text}.{key}"),
        Segment::Enum { variant } => format!("{text}.{variant}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, eserde::Deserialize, Validate)]
    struct Order {
        #[validate(length(min = 1, message = "must not be empty"))]
        items: Vec<Item>,
        #[serde(default)]
        note: Option<String>,
        total: kernel::Paise,
    }

    #[derive(Debug, serde::Serialize, eserde::Deserialize, Validate)]
    struct Item {
        product_id: kernel::UserId,
        quantity: u32,
    }

    fn faults(body: &str) -> Vec<(String, String)> {
        let faults = parse::<Order>(body.as_bytes()).unwrap_err();
        faults.into_iter().map(|fault| (fault.field, fault.message)).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(field, message)| ((*field).to_owned(), (*message).to_owned())).collect()
    }

    #[test]
    fn every_wrong_field_is_named_in_one_answer() {
        let body = r#"{"items":[{"product_id":0,"quantity":"2"},{"product_id":1}],"note":7,"unknown":1}"#;
        let expected = [
            ("items[0].product_id", "must be a positive integer"),
            ("items[0].quantity", "must be a whole number"),
            ("items[1].quantity", "is required"),
            ("note", "must be a string"),
            ("total", "is required"),
        ];
        assert_eq!(faults(body), pairs(&expected));
    }

    #[test]
    fn a_field_is_not_taken_for_one_whose_name_ends_alike() {
        assert_eq!(blamed("paid".to_owned(), "missing field `id`"), FieldError::new("paid.id", "is required"));
        assert_eq!(blamed("a.id".to_owned(), "missing field `id`"), FieldError::new("a.id", "is required"));
        assert_eq!(blamed(String::new(), "missing field `id`"), FieldError::new("id", "is required"));
    }

    #[test]
    fn a_large_body_is_searched_for_its_first_fault_only() {
        let body = format!(r#"{{"total":1,"items":[{}]}}"#, vec![r#"{"product_id":0}"#; 60_000].join(","));
        assert_eq!(faults(&body), pairs(&[("items[0].product_id", "must be a positive integer")]));
        let small = format!(r#"{{"total":1,"items":[{}]}}"#, vec![r#"{"product_id":0}"#; 100].join(","));
        assert_eq!(faults(&small).len(), 200);
    }

    #[test]
    fn what_is_no_json_is_told_where() {
        assert_eq!(faults(""), pairs(&[("body", "is empty; it must be a JSON object")]));
        assert_eq!(faults("{\"items\":"), pairs(&[("body", "is not JSON (line 1, column 9)")]));
        assert_eq!(faults("[]"), pairs(&[("body", "must be a JSON object")]));
        let deep = format!(r#"{{"unknown":{}{}}}"#, "[".repeat(200), "]".repeat(200));
        assert_eq!(faults(&deep), pairs(&[("body", "is nested too deeply (line 1, column 138)")]));
    }

    #[test]
    fn rules_of_the_whole_are_told_like_wrong_types() {
        let order: Order = parse(br#"{"items":[],"total":1}"#).unwrap();
        assert_eq!((order.note.as_deref(), order.total), (None, kernel::Paise::new(100)));
        let faults = words::broken_rules(&order.validate().unwrap_err());
        assert_eq!(faults, [FieldError::new("items", "must not be empty")]);
    }
}
