//! How refresh tokens travel: in a body, and in a cookie that only these routes are sent.

use accounts::sessions;
use axum::body::HttpBody;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use shared::config::Environment;
use shared::web::{Envelope, Error, Flat, Result, Valid};
use utoipa::ToSchema;
use validator::Validate;

use crate::desk::SignedIn;

const COOKIE_NAME: &str = "refresh_token";

/// What a client shows to stay signed in.
#[derive(eserde::Deserialize, Validate, ToSchema)]
pub(super) struct Refresh {
    /// The last refresh token that it got; the cookie's when absent.
    #[serde(default)]
    refresh_token: Option<String>,
}

/// The refresh token of a request: in its body, or else, also without a body, in its cookie.
pub(super) struct RefreshToken(pub(super) SecretString);

impl<S: Send + Sync> FromRequest<S> for RefreshToken {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let in_cookie = cookies(request.headers(), COOKIE_NAME).next();
        let in_body = if request.body().is_end_stream() {
            None
        } else {
            Valid::<Refresh>::from_request(request, state).await?.0.refresh_token
        };
        let token = in_body.or(in_cookie).ok_or(Error::Unauthenticated)?;
        Ok(Self(token.into()))
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
    cookie: String,
    body: Response,
}

impl TokenAnswer {
    /// 200 with the tokens.
    pub(super) fn ok(tokens: SignedIn, environment: Environment) -> Self {
        Self { cookie: set(&tokens.refresh_token, environment), body: Flat::ok(tokens).into_response() }
    }

    /// 201 with the tokens and the address of whose they are.
    pub(super) fn created(location: String, tokens: SignedIn, environment: Environment) -> Self {
        let cookie = set(&tokens.refresh_token, environment);
        Self { cookie, body: Flat::created(location, tokens).into_response() }
    }

    /// 200 with nothing, and no token any more.
    pub(super) fn cleared(environment: Environment) -> Self {
        let cookie = cookie("", Duration::ZERO, environment);
        Self { cookie, body: Envelope::of(SignedOut {}).into_response() }
    }
}

impl IntoResponse for TokenAnswer {
    fn into_response(self) -> Response {
        ([(SET_COOKIE, self.cookie)], self.body).into_response()
    }
}

fn set(token: &SecretString, environment: Environment) -> String {
    cookie(token.expose_secret(), Duration::seconds(sessions::LIFETIME.num_seconds()), environment)
}

/// Not sent to other prefixes nor with requests that another site starts; in production over TLS only.
fn cookie(value: &str, age: Duration, environment: Environment) -> String {
    Cookie::build((COOKIE_NAME, value))
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
        let production = cookie("x", Duration::days(30), Environment::Production);
        assert_eq!(production, "refresh_token=x; HttpOnly; SameSite=Lax; Secure; Path=/api/v1/auth; Max-Age=2592000");
        let development = cookie("", Duration::ZERO, Environment::Development);
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
