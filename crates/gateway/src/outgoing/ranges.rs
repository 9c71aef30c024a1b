//! Which addresses are special, and what they are called.
//!
//! The table follows the IANA special-purpose registries for IPv4 and IPv6 and adds multicast, what was reserved before,
//! and the prefixes that embed an IPv4 address (6to4, Teredo, NAT64), since a translator on the way would undo the
//! check. IPv6 is closed by default: outside 2000::/3 nothing is allocated to anyone on the internet. Mapped addresses
//! (`::ffff:a.b.c.d`) are looked up as the IPv4 addresses they are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// One special range.
#[derive(Clone, Copy)]
pub(super) struct Range {
    net: IpNet,
    pub(super) name: &'static str,
    /// Of one's own machine or network: where a developer's shop runs.
    pub(super) own: bool,
}

const fn v4(octets: [u8; 4], length: u8, name: &'static str) -> Range {
    let [a, b, c, d] = octets;
    Range { net: IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), length), name, own: false }
}

/// An IPv6 range by its first 64 bits.
const fn v6(groups: [u16; 4], length: u8, name: &'static str) -> Range {
    let [a, b, c, d] = groups;
    Range {
        net: IpNet::new_assert(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)), length),
        name,
        own: false,
    }
}

const fn own(range: Range) -> Range {
    Range { own: true, ..range }
}

/// The more telling name comes first where ranges overlap.
const RANGES: &[Range] = &[
    v4([0, 0, 0, 0], 8, "this network"),
    own(v4([10, 0, 0, 0], 8, "private")),
    own(v4([100, 64, 0, 0], 10, "carrier-grade NAT")),
    own(v4([127, 0, 0, 0], 8, "loopback")),
    v4([169, 254, 0, 0], 16, "link-local"),
    own(v4([172, 16, 0, 0], 12, "private")),
    v4([192, 0, 0, 0], 24, "IETF protocol assignments"),
    v4([192, 0, 2, 0], 24, "documentation"),
    v4([192, 88, 99, 0], 24, "6to4 relay"),
    own(v4([192, 168, 0, 0], 16, "private")),
    v4([198, 18, 0, 0], 15, "benchmarking"),
    v4([198, 51, 100, 0], 24, "documentation"),
    v4([203, 0, 113, 0], 24, "documentation"),
    v4([224, 0, 0, 0], 4, "multicast"),
    v4([255, 255, 255, 255], 32, "broadcast"),
    v4([240, 0, 0, 0], 4, "reserved"),
    Range { net: IpNet::new_assert(IpAddr::V6(Ipv6Addr::UNSPECIFIED), 128), name: "unspecified", own: false },
    Range { net: IpNet::new_assert(IpAddr::V6(Ipv6Addr::LOCALHOST), 128), name: "loopback", own: true },
    v6([0, 0, 0, 0], 96, "IPv4-compatible"),
    v6([0x64, 0xff9b, 0, 0], 96, "NAT64"),
    v6([0x64, 0xff9b, 1, 0], 48, "NAT64"),
    v6([0x100, 0, 0, 0], 64, "discard-only"),
    v6([0x2001, 0, 0, 0], 32, "Teredo"),
    v6([0x2001, 2, 0, 0], 48, "benchmarking"),
    v6([0x2001, 0xdb8, 0, 0], 32, "documentation"),
    v6([0x2001, 0, 0, 0], 23, "IETF protocol assignments"),
    v6([0x2002, 0, 0, 0], 16, "6to4"),
    v6([0x3fff, 0, 0, 0], 20, "documentation"),
    v6([0x5f00, 0, 0, 0], 16, "segment routing"),
    own(v6([0xfc00, 0, 0, 0], 7, "unique local")),
    v6([0xfe80, 0, 0, 0], 10, "link-local"),
    v6([0xfec0, 0, 0, 0], 10, "site-local"),
    v6([0xff00, 0, 0, 0], 8, "multicast"),
];

const GLOBAL_UNICAST: IpNet = IpNet::new_assert(IpAddr::V6(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0)), 3);
const UNALLOCATED: Range = Range { net: GLOBAL_UNICAST, name: "not global unicast", own: false };

/// The special range an address belongs to.
pub(super) fn find(address: IpAddr) -> Option<&'static Range> {
    let address = address.to_canonical();
    let listed = RANGES.iter().find(|range| range.net.contains(&address));
    listed.or_else(|| (address.is_ipv6() && !GLOBAL_UNICAST.contains(&address)).then_some(&UNALLOCATED))
}

/// Why an address may not be called by a server on the internet, or `None` for an ordinary one.
#[must_use]
pub fn forbidden(address: IpAddr) -> Option<&'static str> {
    find(address).map(|range| range.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_is_known_from_its_first_to_its_last_address() {
        for range in RANGES {
            let (first, last) = (range.net.network(), range.net.broadcast());
            assert!(forbidden(first).is_some() && forbidden(last).is_some(), "{}", range.net);
            assert_eq!(range.net.trunc(), range.net, "{} has bits beyond its length", range.net);
        }
    }

    #[test]
    fn special_addresses_are_called_by_their_names() {
        for (address, name) in [
            ("0.0.0.0", "this network"),
            ("10.255.255.255", "private"),
            ("100.64.0.1", "carrier-grade NAT"),
            ("100.127.255.255", "carrier-grade NAT"),
            ("127.0.0.1", "loopback"),
            ("127.255.255.254", "loopback"),
            ("169.254.169.254", "link-local"),
            ("172.31.255.255", "private"),
            ("192.0.0.170", "IETF protocol assignments"),
            ("192.0.2.1", "documentation"),
            ("192.88.99.1", "6to4 relay"),
            ("192.168.0.1", "private"),
            ("198.19.255.255", "benchmarking"),
            ("224.0.0.1", "multicast"),
            ("239.255.255.255", "multicast"),
            ("240.0.0.1", "reserved"),
            ("255.255.255.255", "broadcast"),
            ("::", "unspecified"),
            ("::1", "loopback"),
            ("::127.0.0.1", "IPv4-compatible"),
            ("::ffff:127.0.0.1", "loopback"),
            ("::ffff:10.0.0.1", "private"),
            ("::ffff:0:127.0.0.1", "not global unicast"),
            ("64:ff9b::7f00:1", "NAT64"),
            ("64:ff9b:1::a00:1", "NAT64"),
            ("100::1", "discard-only"),
            ("2001::1", "Teredo"),
            ("2001:2::1", "benchmarking"),
            ("2001:10::1", "IETF protocol assignments"),
            ("2001:db8::1", "documentation"),
            ("2002:7f00:1::", "6to4"),
            ("3fff::1", "documentation"),
            ("5f00::1", "segment routing"),
            ("fd12:3456::1", "unique local"),
            ("fe80::1", "link-local"),
            ("fec0::1", "site-local"),
            ("ff02::1", "multicast"),
            ("4000::1", "not global unicast"),
            ("1::1", "not global unicast"),
        ] {
            assert_eq!(forbidden(address.parse().unwrap()), Some(name), "{address}");
        }
    }

    #[test]
    fn neighbours_of_special_ranges_are_ordinary() {
        for address in [
            "1.0.0.0",
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2003::1",
            "2606:4700::1111",
            "2a00::1",
        ] {
            assert_eq!(forbidden(address.parse().unwrap()), None, "{address}");
        }
    }
}
