//! Who a request comes from, behind proxies: without trust nothing that is forwarded counts, and an address that is
//! trusted is never the answer while there is one behind it that is not.
#![no_main]

use std::net::SocketAddr;

use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use polytill_http::peer::{Peer, TrustedProxies};

fuzz_target!(|input: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n').take(8) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append("x-forwarded-for", value);
        }
    }
    let socket = SocketAddr::from(([10, 0, 0, 1], 40_000));
    assert_eq!(Peer::of(socket, &headers, &TrustedProxies::new(vec![])).ip, socket.ip());
    let trusted = TrustedProxies::new(vec!["10.0.0.0/8".parse().expect("a network")]);
    let peer = Peer::of(socket, &headers, &trusted);
    assert_eq!(peer.socket, socket);
    assert_eq!(peer.ip, peer.ip.to_canonical());
});
