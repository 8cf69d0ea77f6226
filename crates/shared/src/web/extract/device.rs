//! From where and with what somebody calls, for the list of their log-ins.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

/// The client's address as the gateway tells it, and what its user agent calls itself. Proves nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// `X-Real-IP`, which the gateway overwrites.
    pub address: Option<IpAddr>,
    /// At most 255 characters of `User-Agent`.
    pub user_agent: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Device {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let text = |header: &str| parts.headers.get(header).and_then(|value| value.to_str().ok());
        let address = text("x-real-ip").and_then(|text| text.parse().ok());
        let user_agent = text(USER_AGENT.as_str()).map(|text| text.chars().take(255).collect());
        Ok(Self { address, user_agent })
    }
}
