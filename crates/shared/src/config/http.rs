//! Where a service listens, which pages may call it, and which proxies it believes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::HeaderValue;
use ipnet::IpNet;
use url::Url;

use super::{Environment, Reader, ServiceName};

/// The HTTP side of a service.
#[derive(Clone, Debug)]
pub struct Http {
    /// `BIND_ADDRESS` and `<NAME>_SERVICE_PORT`.
    pub listen: SocketAddr,
    /// `CORS_ORIGINS`: the exact origins whose pages may call with credentials.
    pub cors_origins: Vec<HeaderValue>,
    /// `TRUSTED_PROXIES`: the networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Http {
    pub(super) fn read(env: &mut Reader, service: ServiceName) -> Self {
        let everywhere = env.environment() == Environment::Production;
        let address = if everywhere { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
        let port = env.port(service.port_variable(), service.port());
        Self {
            listen: SocketAddr::new(env.parsed("BIND_ADDRESS", IpAddr::V4(address)), port),
            cors_origins: origins(env),
            trusted_proxies: env.list("TRUSTED_PROXIES", "127.0.0.1/32,::1/128"),
        }
    }
}

fn origins(env: &mut Reader) -> Vec<HeaderValue> {
    let texts: Vec<String> = env.list("CORS_ORIGINS", "http://localhost:3000,http://localhost:3001");
    texts.iter().filter_map(|text| origin(text).map_err(|fault| env.fault("CORS_ORIGINS", fault)).ok()).collect()
}

fn origin(text: &str) -> Result<HeaderValue, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let as_a_browser_sends_it = url.map(|url| url.origin().ascii_serialization()).filter(|origin| origin == text);
    let value = as_a_browser_sends_it.and_then(|origin| HeaderValue::from_str(&origin).ok());
    value.ok_or_else(|| format!("holds {text:?}, which is no origin like https://shop.example"))
}
