//! Who is at the other end: the peer's address, seen through the proxies we were told to trust.
//!
//! Every request carries a [`Peer`] in its extensions. By default nobody is trusted and the peer is whoever opened the
//! connection; `X-Forwarded-For` is believed only as far as an unbroken chain of trusted proxies vouches for it, read from
//! the right, so that a client cannot invent an address for itself. IPv4 addresses in IPv6 clothing are undressed first.
//! Absent: `Forwarded` (RFC 7239) and `X-Real-IP`; a proxy in front is configured to send the one header.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Longer chains of our own proxies do not exist; longer headers do.
const MAX_HOPS: usize = 32;

/// The address a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The client, as far as trusted proxies vouch for it.
    pub ip: IpAddr,
    /// The other end of the connection itself.
    pub socket: SocketAddr,
}

/// The networks whose `X-Forwarded-For` is believed. Empty (the default): nobody's.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl Peer {
    /// The peer of a request that came over `socket` with these headers.
    #[must_use]
    pub fn of(socket: SocketAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> Self {
        let mut ip = socket.ip().to_canonical();
        if trusted.contains(ip) {
            for hop in hops(headers).take(MAX_HOPS) {
                let Some(address) = hop else { break };
                ip = address;
                if !trusted.contains(ip) {
                    break;
                }
            }
        }
        Self { ip, socket }
    }
}

/// The addresses of all `X-Forwarded-For` headers from the last written to the first; `None` for one that is not an address.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> + '_ {
    headers
        .get_all(X_FORWARDED_FOR)
        .iter()
        .rev()
        .flat_map(|value| value.to_str().unwrap_or_default().rsplit(',').map(|hop| address(hop.trim())))
}

/// An address with or without brackets and port; some proxies write them.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()))
        .map(|ip| ip.to_canonical())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(socket: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, value.parse().unwrap());
        }
        let trusted = TrustedProxies::new(trusted.iter().map(|net| net.parse().unwrap()).collect());
        Peer::of(socket.parse().unwrap(), &headers, &trusted).ip.to_string()
    }

    #[test]
    fn nobody_is_believed_by_default() {
        assert_eq!(seen("198.51.100.7:4000", &["203.0.113.9"], &[]), "198.51.100.7");
        assert_eq!(seen("[::ffff:198.51.100.7]:4000", &[], &[]), "198.51.100.7");
    }

    #[test]
    fn the_chain_is_followed_as_far_as_it_is_trusted() {
        let trusted = &["10.0.0.0/8", "fd00::/8"];
        for (forwarded, client) in [
            (&["203.0.113.9"][..], "203.0.113.9"),
            (&["1.1.1.1, 203.0.113.9, 10.2.2.2"], "203.0.113.9"),
            (&["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
            (&["203.0.113.9:5123"], "203.0.113.9"),
            (&["[2001:db8::5]:443"], "2001:db8::5"),
            (&["[2001:db8::5]"], "2001:db8::5"),
            (&["::ffff:203.0.113.9"], "203.0.113.9"),
            (&["203.0.113.9, nonsense"], "10.1.1.1"),
            (&["203.0.113.9, nonsense, 10.3.3.3"], "10.3.3.3"),
            (&[], "10.1.1.1"),
        ] {
            assert_eq!(seen("10.1.1.1:1", forwarded, trusted), client, "{forwarded:?}");
        }
    }
}
