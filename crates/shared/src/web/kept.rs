//! Answers that are the same for everybody: kept ready to send, with an entity tag, and sent again only if they changed.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::num::NonZeroU64;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};
use utoipa_axum::router::OpenApiRouter;

use super::Error;
use crate::cache::{Answers, Kept, Loaded, Scope};

/// A shared cache may keep it for a second, a browser asks each time.
const FOR_A_SECOND: HeaderValue = HeaderValue::from_static("public, max-age=0, s-maxage=1");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// A longer question is answered and not kept.
const LONGEST: usize = 1024;
/// So many parameters are nonsense, which the handler says.
const MOST: usize = 200;
/// A larger answer is not kept.
const LARGEST: usize = 2 * 1024 * 1024;
/// Parameters of this family need no description of their own.
const FAMILY: &str = "attr.";

/// The one thing that an answer shows, by its id. A handler adds it to its answer as an extension, and whoever stands around
/// the kept answers finds it there again, also when no handler was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About(pub NonZeroU64);

/// What makes the answer under a path old; the first argument is the path as it was registered.
pub type ScopeOf = fn(&str, &str) -> Scope;

/// Keeps what the GETs of `routes` answer when they found something, or found that nothing is there. Two questions are the
/// same if their path is, and every parameter that the description names.
pub fn kept<S: Clone + Send + Sync + 'static>(
    routes: OpenApiRouter<S>,
    answers: &Answers,
    scope_of: ScopeOf,
) -> OpenApiRouter<S> {
    let parameters = parameters(routes.get_openapi());
    let shelf = Arc::new(Shelf { answers: answers.clone(), parameters, scope_of });
    routes.layer(from_fn_with_state(shelf, serve))
}

struct Shelf {
    answers: Answers,
    /// The names of the parameters of each path.
    parameters: HashMap<String, HashSet<String>>,
    scope_of: ScopeOf,
}

fn parameters(api: &OpenApi) -> HashMap<String, HashSet<String>> {
    let reads = api.paths.paths.iter().filter_map(|(path, item)| Some((path.clone(), item.get.as_ref()?)));
    reads.map(|(path, operation)| (path, names(operation))).collect()
}

fn names(operation: &Operation) -> HashSet<String> {
    let described = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    });
    let asked = described.filter(|parameter| parameter.parameter_in == ParameterIn::Query);
    asked.map(|parameter| parameter.name.clone()).collect()
}

async fn serve(State(shelf): State<Arc<Shelf>>, mut request: Request, next: Next) -> Response {
    let Some((key, scope)) = shelf.place_of(&request) else { return next.run(request).await };
    let known = request.headers().get_all(IF_NONE_MATCH).iter().cloned().collect::<Vec<_>>();
    // What is kept is what a GET answers; the head of it is cut off outside.
    *request.method_mut() = Method::GET;
    let load = || async move { take(next.run(request).await).await };
    match shelf.answers.serve(&key, scope, load).await {
        Ok(kept) => respond(&kept, &known),
        Err(Some(answer)) => answer,
        Err(None) => {
            Error::unavailable(anyhow::anyhow!("the load of {key} failed for another request")).into_response()
        }
    }
}

impl Shelf {
    fn place_of(&self, request: &Request) -> Option<(String, Scope)> {
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let route = request.extensions().get::<MatchedPath>().filter(|_| is_read)?;
        let (path, known) = (request.uri().path(), self.parameters.get(route.as_str())?);
        let key = match request.uri().query() {
            None => path.to_owned(),
            Some(query) => format!("{path}{}", normalized(query, known)?),
        };
        (key.len() <= LONGEST).then(|| (key, (self.scope_of)(route.as_str(), path)))
    }
}

/// The parameters that count, in one order; nothing if there are too many.
fn normalized(query: &str, known: &HashSet<String>) -> Option<String> {
    let counts = |name: &Cow<'_, str>| known.contains(name.as_ref()) || name.starts_with(FAMILY);
    let pairs = form_urlencoded::parse(query.as_bytes()).take(MOST + 1);
    let all: Vec<_> = pairs.filter(|(_, value)| !value.is_empty()).collect();
    if all.len() > MOST {
        return None;
    }
    let mut pairs: Vec<_> = all.into_iter().filter(|(name, _)| counts(name)).collect();
    pairs.sort_unstable();
    let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    Some(if text.is_empty() { text } else { format!("?{text}") })
}

/// Keeps an answer that says the same to everybody.
async fn take(answer: Response) -> Loaded<Response> {
    let (status, about) = (answer.status(), answer.extensions().get().map(|About(id)| *id));
    if status.is_server_error() {
        return Loaded::Failed(answer);
    }
    if !matches!(status, StatusCode::OK | StatusCode::NOT_FOUND) || answer.headers().get(CONTENT_TYPE) != Some(&JSON) {
        return Loaded::Refused(answer);
    }
    let (parts, body) = answer.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(body) if body.len() > LARGEST => Loaded::Refused(Response::from_parts(parts, Body::from(body))),
        Ok(body) if status == StatusCode::OK => Loaded::Kept(Kept::found(body, about)),
        Ok(body) => Loaded::Kept(Kept::absent(body)),
        Err(error) => Loaded::Failed(Error::Internal(error.into()).into_response()),
    }
}

fn respond(kept: &Kept, known: &[HeaderValue]) -> Response {
    let status = match kept.etag() {
        Some(tag) if is_known(tag, known) => StatusCode::NOT_MODIFIED,
        Some(_) => StatusCode::OK,
        None => StatusCode::NOT_FOUND,
    };
    let has_body = status != StatusCode::NOT_MODIFIED;
    let mut answer = Response::new(if has_body { Body::from(kept.body().clone()) } else { Body::empty() });
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, FOR_A_SECOND);
    if has_body {
        headers.insert(CONTENT_TYPE, JSON);
    }
    if let Some(tag) = kept.etag() {
        headers.insert(ETAG, tag.clone());
    }
    if let Some(about) = kept.about() {
        answer.extensions_mut().insert(About(about));
    }
    answer
}

/// Whether the client has these very bytes; a gateway that packed them made the tag a weak one.
fn is_known(tag: &HeaderValue, known: &[HeaderValue]) -> bool {
    let Ok(tag) = tag.to_str() else { return false };
    let tags = known.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    tags.map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_questions_are_the_same_whatever_their_order_and_whatever_nobody_asks() {
        let known = HashSet::from(["page".to_owned(), "brand_id".to_owned()]);
        let key = |query| normalized(query, &known).unwrap();
        for same in [
            "brand_id=2&brand_id=10&page=1",
            "page=1&brand_id=10&brand_id=2",
            "utm=x&page=1&brand_id=10&brand_id=2&page=",
        ] {
            assert_eq!(key(same), "?brand_id=10&brand_id=2&page=1", "{same}");
        }
        assert_eq!(key("attr.size=5+kg&x=1"), "?attr.size=5+kg");
        assert_eq!([key("page=1"), key("page=1&page=1"), key("utm=1")], ["?page=1", "?page=1&page=1", ""]);
        assert_eq!(key("brand_id=1%262"), "?brand_id=1%262");
        assert_eq!(normalized(&"page=1&".repeat(201), &known), None);
    }

    #[test]
    fn a_client_knows_a_tag_also_when_it_was_made_weak() {
        let tag = HeaderValue::from_static("\"a\"");
        let knows = |text| is_known(&tag, &[HeaderValue::from_static(text)]);
        assert!(knows("\"a\"") && knows("W/\"a\"") && knows("\"b\", W/\"a\"") && knows("*"));
        assert!(!knows("\"b\"") && !knows("a") && !knows("") && !is_known(&tag, &[]));
    }
}
