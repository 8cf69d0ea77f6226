//! What came back, and what is known to have been done when it is no answer.

use anyhow::anyhow;
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::key::Key;
use super::transport::Reply;
use super::wire::text;
use crate::Fault;

/// The body of every failure that is Razorpay's own. Between us and Razorpay others answer too, in HTML.
#[derive(Deserialize)]
struct Refusal {
    error: Detail,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail {
    #[serde(deserialize_with = "text")]
    code: Option<String>,
    #[serde(deserialize_with = "text")]
    reason: Option<String>,
    #[serde(deserialize_with = "text")]
    description: Option<String>,
}

/// What a `call` was answered with.
pub(super) fn read<T: DeserializeOwned>(key: &Key, call: &str, answered: reqwest::Result<Reply>) -> Result<T, Fault> {
    let reply = answered.map_err(|error| unanswered(call, error))?;
    if !reply.status.is_success() {
        return Err(refused(key, call, &reply));
    }
    let shape = serde_json::from_slice(&reply.body);
    shape.map_err(|error| unknown(call, format!("{}: {}", reply.status, key.quote(&error.to_string()))))
}

/// Whether a connection that was there ended without an answer.
pub(super) fn is_broken_line(error: &reqwest::Error) -> bool {
    !(error.is_timeout() || error.is_connect() || error.is_builder())
}

fn unanswered(call: &str, error: reqwest::Error) -> Fault {
    let (is_away, is_unsendable) = (error.is_connect(), error.is_builder());
    let cause = anyhow::Error::new(error.without_url()).context(call.to_owned());
    match (is_away, is_unsendable) {
        (_, true) => Fault::Refused {
            code: "UNSENDABLE".to_owned(),
            reason: None,
            description: "the request cannot be written down as HTTP".to_owned(),
        },
        (true, _) => Fault::Away { cause },
        _ => Fault::Unknown { cause },
    }
}

fn unknown(call: &str, what: String) -> Fault {
    Fault::Unknown { cause: anyhow!(what).context(call.to_owned()) }
}

/// Only a 4xx in Razorpay's own words says that nothing was done.
fn refused(key: &Key, call: &str, reply: &Reply) -> Fault {
    let detail = serde_json::from_slice::<Refusal>(&reply.body).map(|refusal| refusal.error).ok();
    let description = detail.as_ref().and_then(|detail| detail.description.as_deref()).unwrap_or_default();
    let description = key.quote(description);
    let said = format!("{}: {description}", reply.status);
    match (reply.status, detail) {
        (StatusCode::TOO_MANY_REQUESTS, _) => Fault::Later { cause: anyhow!(said).context(call.to_owned()) },
        (StatusCode::UNAUTHORIZED, _) => Fault::Denied,
        (status, Some(detail)) if status.is_client_error() && detail.is_about_us() => match description.as_str() {
            text if is_about_the_key(text) => Fault::Denied,
            text if is_about_the_id(text) => Fault::Missing,
            text if mends_itself(text) => Fault::Later { cause: anyhow!(said).context(call.to_owned()) },
            _ => Fault::Refused {
                code: key.quote(&detail.code.unwrap_or_default()),
                reason: detail.reason.map(|reason| key.quote(&reason)),
                description,
            },
        },
        _ => unknown(call, said),
    }
}

impl Detail {
    /// `BAD_REQUEST_ERROR`: the request was wrong. Other codes tell of trouble behind Razorpay, half-way through perhaps.
    fn is_about_us(&self) -> bool {
        self.code.as_deref().is_some_and(|code| code.starts_with("BAD_REQUEST"))
    }
}

fn is_about_the_key(description: &str) -> bool {
    let description = description.to_lowercase();
    description.starts_with("authentication failed") || description.contains("api key")
}

/// The first request still runs, or the account has not enough to give back today.
fn mends_itself(description: &str) -> bool {
    description.contains("still in progress") || description.contains("enough balance")
}

fn is_about_the_id(description: &str) -> bool {
    let description = description.trim_end_matches('.');
    description.ends_with("id provided does not exist") || description.ends_with("is not a valid id")
}
