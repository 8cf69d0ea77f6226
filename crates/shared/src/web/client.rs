//! From which address a request comes: the connection's, or what a proxy of our own says about it.

use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Who is at the other end of a connection. Lies in the request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The client's own address. Lies in the request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The last address in `X-Forwarded-For` that is no `trusted` proxy, read from the right, if the `peer` is a trusted
    /// proxy itself; the peer otherwise. What a client writes into headers stands to the left of what our proxies add, and is
    /// never reached. No other header is read.
    pub fn of(Peer(peer): Peer, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
        let mut client = peer.to_canonical();
        let lines = headers.get_all(FORWARDED_FOR).into_iter().collect::<Vec<_>>();
        let hops = lines.into_iter().rev().flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
        for hop in hops {
            let Some(next) = hop.trim().parse::<IpAddr>().ok().filter(|_| is_trusted(&client)) else { break };
            client = next.to_canonical();
        }
        Self(client)
    }

    /// What one household or office has: an IPv4 address, or the first 64 bits of an IPv6 address.
    pub fn place(self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, lines: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "127.0.0.1/32".parse().unwrap()];
        let headers = lines.iter().map(|line| (FORWARDED_FOR.parse().unwrap(), line.parse().unwrap()));
        let headers = headers.fold(HeaderMap::new(), |mut headers, (name, value): (axum::http::HeaderName, _)| {
            headers.append(name, value);
            headers
        });
        ClientAddress::of(Peer(peer.parse().unwrap()), &headers, &trusted).0.to_string()
    }

    #[test]
    fn only_our_proxies_are_believed_and_only_what_they_added() {
        for (peer, lines, client) in [
            ("203.0.113.9", &[][..], "203.0.113.9"),
            ("203.0.113.9", &["10.0.0.1"], "203.0.113.9"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["6.6.6.6, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &["6.6.6.6, nonsense"], "10.0.0.1"),
            ("10.0.0.1", &["6.6.6.6, nonsense, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("127.0.0.1", &["127.0.0.1"], "127.0.0.1"),
            ("10.0.0.1", &["2001:db8::7"], "2001:db8::7"),
        ] {
            assert_eq!(seen(peer, lines), client, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_household_is_one_place() {
        let place = |text: &str| ClientAddress(text.parse().unwrap()).place();
        assert_eq!(place("203.0.113.9"), "203.0.113.9");
        assert_eq!(place("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(place("2001:db8:1:2::9"), place("2001:db8:1:2:3:4:5:6"));
    }
}
