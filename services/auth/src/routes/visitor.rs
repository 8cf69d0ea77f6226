//! Reads a [`Visitor`] out of a request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use carts::GuestToken;
use shared::web::Device;

use super::tokens::{DEVICE_COOKIE, cookies};
use crate::visitors::Visitor;

const GUEST_HEADER: &str = "x-session-id";
const GUEST_COOKIE: &str = "session_id";

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    /// The guest's token is in the header, or else in the cookie; what is no token is none.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let device = Device::from_request_parts(parts, state).await?;
        let header = parts.headers.get(GUEST_HEADER).and_then(|value| value.to_str().ok());
        let sent: Vec<String> = cookies(&parts.headers, GUEST_COOKIE).collect();
        let guest = GuestToken::sent(header, sent.iter().map(String::as_str));
        Ok(Self { device, guest, device_token: cookies(&parts.headers, DEVICE_COOKIE).next() })
    }
}
