//! How refresh tokens travel: in a body, and in a cookie that only these routes are sent.

use accounts::sessions;
use axum::body::HttpBody;
use axum::extract::{FromRequest, Request};
use axum::http::header::{COOKIE, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use shared::config::Environment;
use shared::web::{Envelope, Error, Flat, Result, Valid};
use utoipa::ToSchema;
use validator::Validate;

use crate::desk::SignedIn;
use crate::logins::Entry;
use crate::state::{AppState, Origins};

const COOKIE_NAME: &str = "refresh_token";
/// By what the desk knows a device again.
pub(super) const DEVICE_COOKIE: &str = "device";
const DEVICE_AGE: Duration = Duration::days(365);

/// What a client shows to stay signed in.
#[derive(eserde::Deserialize, Validate, ToSchema)]
pub(super) struct Refresh {
    /// The last refresh token that it got; the cookie's when absent.
    #[serde(default)]
    refresh_token: Option<String>,
}

/// The refresh token of a request: in its body, or else, also without a body, in its cookie.
pub(super) struct RefreshToken(pub(super) SecretString);

impl FromRequest<AppState> for RefreshToken {
    type Rejection = Error;

    async fn from_request(request: Request, state: &AppState) -> Result<Self> {
        let in_cookie = cookies(request.headers(), COOKIE_NAME).next();
        let is_ours = is_of_our_pages(request.headers(), &state.origins);
        let in_body = if request.body().is_end_stream() {
            None
        } else {
            Valid::<Refresh>::from_request(request, state).await?.0.refresh_token
        };
        match (in_body, in_cookie) {
            (None, Some(_)) if !is_ours => Err(Error::Forbidden),
            (Some(token), _) | (None, Some(token)) => Ok(Self(token.into())),
            (None, None) => Err(Error::Unauthenticated),
        }
    }
}

/// Whether one of our own pages sent this, or no page at all. A browser says where a request was started, and a page cannot make
/// it lie; what is no browser sends no cookie that it does not hold itself.
fn is_of_our_pages(headers: &HeaderMap, Origins(ours): &Origins) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    match headers.get(ORIGIN) {
        _ if site == Some(b"same-origin") => true,
        Some(origin) => ours.contains(origin),
        None => site.is_none_or(|site| site == b"same-site" || site == b"none"),
    }
}

/// The values of the cookies called `name`, in the order in which they were sent.
pub(super) fn cookies(headers: &HeaderMap, name: &str) -> impl Iterator<Item = String> {
    let texts = headers.get_all(COOKIE).into_iter().filter_map(|header| header.to_str().ok());
    let cookies = texts.flat_map(Cookie::split_parse).filter_map(std::result::Result::ok);
    cookies.filter(move |cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// Nothing more to say.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedOut {}

/// An answer that sets or clears the cookie, and that no cache keeps.
pub(super) struct TokenAnswer {
    cookies: Vec<String>,
    body: Response,
}

impl TokenAnswer {
    /// 200 with the tokens.
    pub(super) fn ok(tokens: SignedIn, environment: Environment) -> Self {
        Self { cookies: set(&tokens, environment), body: Flat::ok(tokens).into_response() }
    }

    /// 201 with the tokens and the address of whose they are.
    pub(super) fn created(location: String, tokens: SignedIn, environment: Environment) -> Self {
        let cookies = set(&tokens, environment);
        Self { cookies, body: Flat::created(location, tokens).into_response() }
    }

    /// 200 with nothing, and no token any more.
    pub(super) fn cleared(environment: Environment) -> Self {
        let cookies = vec![cookie(COOKIE_NAME, "", Duration::ZERO, environment)];
        Self { cookies, body: Envelope::of(SignedOut {}).into_response() }
    }
}

impl IntoResponse for TokenAnswer {
    fn into_response(self) -> Response {
        let cookies = self.cookies.into_iter().map(|cookie| (SET_COOKIE, cookie));
        (AppendHeaders(cookies.collect::<Vec<_>>()), self.body).into_response()
    }
}

/// A log-in as its answer tells it: complete, or what is missing.
pub(super) struct Entered {
    pub(super) entry: Entry,
    pub(super) environment: Environment,
}

impl IntoResponse for Entered {
    fn into_response(self) -> Response {
        match self.entry {
            Entry::SignedIn(tokens) => TokenAnswer::ok(*tokens, self.environment).into_response(),
            Entry::Challenged(challenge) => (StatusCode::ACCEPTED, Envelope::of(challenge)).into_response(),
        }
    }
}

fn set(tokens: &SignedIn, environment: Environment) -> Vec<String> {
    let age = Duration::seconds(sessions::LIFETIME.num_seconds());
    vec![
        cookie(COOKIE_NAME, tokens.refresh_token.expose_secret(), age, environment),
        cookie(DEVICE_COOKIE, tokens.device_token.expose_secret(), DEVICE_AGE, environment),
    ]
}

/// Not sent to other prefixes nor with requests that another site starts; in production over TLS only.
fn cookie(name: &str, value: &str, age: Duration, environment: Environment) -> String {
    Cookie::build((name, value))
        .http_only(true)
        .secure(environment == Environment::Production)
        .same_site(SameSite::Lax)
        .path("/api/v1/auth")
        .max_age(age)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_production_the_cookie_travels_over_tls_only() {
        let production = cookie(COOKIE_NAME, "x", Duration::days(30), Environment::Production);
        assert_eq!(production, "refresh_token=x; HttpOnly; SameSite=Lax; Secure; Path=/api/v1/auth; Max-Age=2592000");
        let development = cookie(COOKIE_NAME, "", Duration::ZERO, Environment::Development);
        assert_eq!(development, "refresh_token=; HttpOnly; SameSite=Lax; Path=/api/v1/auth; Max-Age=0");
    }

    #[test]
    fn cookies_are_found_among_others() {
        let lines = ["a=1; session_id=x", "refresh_token=y; session_id=z", "nonsense", ""];
        let headers = lines.into_iter().map(|line| (COOKIE, line.parse().unwrap()));
        let headers = headers.fold(HeaderMap::new(), |mut headers, (name, value)| {
            headers.append(name, value);
            headers
        });
        assert_eq!(cookies(&headers, "session_id").collect::<Vec<_>>(), ["x", "z"]);
        assert_eq!(cookies(&headers, "refresh_token").collect::<Vec<_>>(), ["y"]);
        assert_eq!(cookies(&headers, "other").next(), None);
    }
}
