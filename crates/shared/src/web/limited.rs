//! The layer that counts requests: so many a minute of one user, or of one address that nobody signed in at.

use std::pin::pin;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Error;
use super::client::ClientAddress;
use super::envelope::seconds;
use crate::ground::Ground;
use crate::identity::Caller;
use crate::limits::{Bucket, Tally};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Counts the request, or refuses it. A request that changes nothing is worked on while it is counted.
pub(super) async fn limited(State(ground): State<Arc<Ground>>, request: Request, next: Next) -> Response {
    let Some(bucket) = bucket_of(&request, &ground) else { return next.run(request).await };
    if request.method().is_safe() {
        return beside(ground.limits.take(&bucket), next.run(request)).await;
    }
    let tally = ground.limits.take(&bucket).await;
    if tally.retry_after.is_some() { refused(tally) } else { told(next.run(request).await, tally) }
}

/// Whichever of the two is first; a refusal ends the work.
async fn beside(counting: impl Future<Output = Tally>, answering: impl Future<Output = Response>) -> Response {
    let (mut counting, mut answering) = (pin!(counting), pin!(answering));
    tokio::select! {
        biased;
        tally = &mut counting => if tally.retry_after.is_some() { refused(tally) } else { told(answering.await, tally) },
        answer = &mut answering => {
            let tally = counting.await;
            if tally.retry_after.is_some() { refused(tally) } else { told(answer, tally) }
        }
    }
}

/// Nothing for what machines of our own ask, for webhooks, and for servers that are trusted.
fn bucket_of(request: &Request, ground: &Ground) -> Option<Bucket> {
    let rules = ground.limits.rules();
    let (path, parts) = (request.extensions().get::<MatchedPath>(), request.extensions());
    let address = parts.get::<ClientAddress>().copied();
    if path.is_some_and(|path| is_free(path.as_str())) || address.is_some_and(|ClientAddress(it)| rules.exempts(it)) {
        return None;
    }
    let user = match parts.get::<Caller>() {
        Some(Caller::Known(claims)) => claims.user(),
        _ => None,
    };
    Some(match user {
        Some(user) => Bucket { scope: "user", id: user.to_string(), quota: rules.signed_in },
        None => Bucket { scope: "address", id: place(address), quota: rules.anonymous },
    })
}

/// Where a request comes from, as a counter's id.
pub(super) fn place(address: Option<ClientAddress>) -> String {
    address.map_or_else(|| "nowhere".to_owned(), ClientAddress::place)
}

fn is_free(path: &str) -> bool {
    path == "/metrics" || path.starts_with("/health") || path.ends_with("/health") || path.contains("/webhook/")
}

fn refused(tally: Tally) -> Response {
    let retry_after = tally.retry_after.unwrap_or(tally.reset);
    told(Error::RateLimited { retry_after }.into_response(), tally)
}

/// What a handler says about a limit of its own, such as that of log-ins, is left as it is.
fn told(mut answer: Response, tally: Tally) -> Response {
    let headers =
        [(LIMIT, u64::from(tally.limit)), (REMAINING, u64::from(tally.remaining)), (RESET, seconds(tally.reset))];
    for (name, number) in headers {
        answer.headers_mut().entry(name).or_insert_with(|| HeaderValue::from(number));
    }
    answer
}
