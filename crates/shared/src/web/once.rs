//! Runs what must happen once however often it is asked for, and answers every time like the first.

use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{MySqlConnection, MySqlPool};

use super::{Envelope, Error, Flat, Result};
use crate::database::idempotency::{self, Claim, Lease, Stored, Try};

/// How long a double click waits for the first click, and how often it looks.
const DOUBLE_CLICK: (u32, Duration) = (100, Duration::from_millis(50));

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

const REUSED: Error = Error::Impossible {
    code: "IDEMPOTENCY_KEY_REUSED",
    message: "this Idempotency-Key was used for another request: take a new one",
};

const IN_PROGRESS: Error = Error::InProgress { retry_after: Duration::from_secs(1) };

/// An answer that can be given again, byte for byte.
#[derive(Debug)]
pub struct Answer {
    stored: Stored,
    is_replayed: bool,
}

impl Answer {
    /// 201: `data` is new, has the key `resource`, and is to be found at `location`.
    ///
    /// # Errors
    /// When `data` cannot be written as JSON.
    pub fn created(location: String, resource: u64, data: impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(&Envelope::of(data)).map_err(|error| Error::Internal(error.into()))?;
        let stored = Stored { status: StatusCode::CREATED.as_u16(), location: Some(location), body, resource };
        Ok(Self { stored, is_replayed: false })
    }

    /// 202: the work `data` was begun, has the key `resource`, and `location` tells how far it is.
    ///
    /// # Errors
    /// When `data` cannot be written as JSON.
    pub fn accepted(location: String, resource: u64, data: impl Serialize) -> Result<Self> {
        let mut answer = Self::created(location, resource, data)?;
        answer.stored.status = StatusCode::ACCEPTED.as_u16();
        Ok(answer)
    }

    /// An answer about `resource` whose fields stand at the top level too.
    ///
    /// # Errors
    /// When its data cannot be written as JSON.
    pub fn flat(flat: Flat<impl Serialize>, resource: u64) -> Result<Self> {
        let body = serde_json::to_string(&flat).map_err(|error| Error::Internal(error.into()))?;
        let stored = Stored { status: flat.status().as_u16(), location: flat.into_location(), body, resource };
        Ok(Self { stored, is_replayed: false })
    }

    /// Keeps the answer in the transaction of its effect.
    ///
    /// # Errors
    /// When somebody else has taken the key over meanwhile: the transaction must not be committed.
    pub async fn keep(&self, conn: &mut MySqlConnection, lease: &Lease, now: DateTime<Utc>) -> Result<()> {
        let is_kept = idempotency::finish(conn, lease, &self.stored, now).await?;
        if is_kept { Ok(()) } else { Err(IN_PROGRESS) }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let Stored { status, location, body, .. } = self.stored;
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        let mut response = (status, [(CONTENT_TYPE, "application/json")], body).into_response();
        if let Some(location) = location.and_then(|location| HeaderValue::from_str(&location).ok()) {
            response.headers_mut().insert(LOCATION, location);
        }
        if self.is_replayed {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// How a try begins.
#[derive(Debug)]
pub enum Begun {
    /// It is the first: do it, keep the answer with [`Answer::keep`] before the commit, and [`settle`].
    First(Lease),
    /// It was done.
    Before {
        /// The answer of the first time.
        answer: Answer,
        /// What the answer is about.
        resource: u64,
        /// For [`again`], should the answer of the first time not hold any more.
        lease: Lease,
    },
}

/// Begins a try: of all who ask at once only one is the first.
///
/// A client that named its try is told to come back while the first is at work; a double click waits for its answer.
pub async fn begin(db: &MySqlPool, attempt: &Try, now: DateTime<Utc>) -> Result<Begun> {
    let (looks, rest) = DOUBLE_CLICK;
    for _ in 0..looks {
        match crate::database::retry(|| claim_now(db, attempt, now)).await? {
            Claim::Mine(lease) => return Ok(Begun::First(lease)),
            Claim::Reused => return Err(REUSED),
            Claim::InProgress if attempt.is_derived() => tokio::time::sleep(rest).await,
            Claim::InProgress => return Err(IN_PROGRESS),
            Claim::Done { answer, again } => {
                let resource = answer.resource;
                return Ok(Begun::Before {
                    answer: Answer { stored: answer, is_replayed: true },
                    resource,
                    lease: again,
                });
            }
        }
    }
    Err(IN_PROGRESS)
}

/// Begins a try once more although it was done.
pub async fn again(db: &MySqlPool, done: Lease, now: DateTime<Utc>) -> Result<Lease> {
    match idempotency::renew(&mut *db.acquire().await?, done, now).await? {
        Claim::Mine(lease) => Ok(lease),
        _ => Err(IN_PROGRESS),
    }
}

/// Ends a try: what was refused frees its key.
pub async fn settle(db: &MySqlPool, lease: &Lease, answer: Result<Answer>) -> Result<Answer> {
    if answer.is_err() {
        free(db, lease).await;
    }
    answer
}

async fn claim_now(db: &MySqlPool, attempt: &Try, now: DateTime<Utc>) -> sqlx::Result<Claim> {
    idempotency::claim(&mut *db.acquire().await?, attempt, now).await
}

/// Best effort: a key that stays is free when its lease is over.
async fn free(db: &MySqlPool, lease: &Lease) {
    let freed = async { idempotency::release(&mut *db.acquire().await?, lease).await };
    if let Err(error) = freed.await {
        tracing::warn!(exception = %error, "an idempotency key stays taken until its lease is over");
    }
}
