//! Who comes to a cart, out of a request, and the answer that lets a guest come again.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use carts::{GuestToken, guests};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use shared::config::Environment;
use shared::identity::MaybeUser;
use shared::web::{Envelope, Error, Now, Result};

use crate::shopping::{Cart, Shown, Visit};

const HEADER: HeaderName = HeaderName::from_static("x-session-id");
const COOKIE_NAME: &str = "session_id";

/// A visit, and where its answer goes.
pub(super) struct Visitor {
    pub(super) visit: Visit,
    environment: Environment,
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor
where
    Environment: FromRef<S>,
{
    type Rejection = Error;

    /// A guest's token is in the header, or else in the cookie; what is no token is none.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let MaybeUser(user) = MaybeUser::from_request_parts(parts, state).await?;
        let Now(now) = Now::from_request_parts(parts, state).await?;
        let header = parts.headers.get(HEADER).and_then(|value| value.to_str().ok());
        let sent: Vec<String> = cookies(&parts.headers).collect();
        let guest = GuestToken::sent(header, sent.iter().map(String::as_str));
        let visit = Visit { user: user.map(|user| user.id), guest, now };
        Ok(Self { visit, environment: Environment::from_ref(state) })
    }
}

impl Visitor {
    /// What this visitor is answered.
    pub(super) fn answer(&self, shown: Shown) -> Answer {
        let session = shown.session.as_ref().map(|token| Session::new(token, self.environment));
        Answer { session, body: Envelope::of(shown.cart) }
    }
}

/// The values of the session's cookie; a client may send several.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = String> {
    let texts = headers.get_all(COOKIE).into_iter().filter_map(|header| header.to_str().ok());
    let cookies = texts.flat_map(Cookie::split_parse).filter_map(std::result::Result::ok);
    cookies.filter(|cookie| cookie.name() == COOKIE_NAME).map(|cookie| cookie.value().to_owned())
}

/// A cart; to a guest also the session that it belongs to.
pub(super) struct Answer {
    session: Option<Session>,
    body: Envelope<Cart>,
}

/// How a session is told: by header and by cookie.
struct Session {
    token: String,
    cookie: String,
}

impl Session {
    fn new(token: &GuestToken, environment: Environment) -> Self {
        let cookie = Cookie::build((COOKIE_NAME, token.as_str()))
            .http_only(true)
            .same_site(SameSite::Lax)
            .path("/")
            .max_age(Duration::seconds(guests::LIFETIME.num_seconds()))
            .secure(environment == Environment::Production);
        Self { token: token.as_str().to_owned(), cookie: cookie.build().to_string() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = self.body.into_response();
        let Some(session) = self.session else { return response };
        for (name, value) in [(HEADER, session.token), (SET_COOKIE, session.cookie)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
