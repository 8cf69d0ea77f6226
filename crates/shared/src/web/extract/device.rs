//! From where and with what somebody calls, for the list of their log-ins.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

use crate::web::ClientAddress;

/// The client's address, and what its user agent calls itself. Proves nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// As [`ClientAddress`] has it.
    pub address: Option<IpAddr>,
    /// At most 255 characters of `User-Agent`.
    pub user_agent: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Device {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ClientAddress>().map(|client| client.0);
        let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = agent.map(|text| text.chars().take(255).collect());
        Ok(Self { address, user_agent })
    }
}
