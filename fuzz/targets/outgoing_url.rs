//! Addresses that merchants want called: what passes is a plain web address, passes again, and is public in production.
#![no_main]

use gateway::outgoing::Policy;
use libfuzzer_sys::fuzz_target;
use url::Host;

fuzz_target!(|text: &str| {
    // Escaping makes an address up to three times as long, and there is a limit.
    if text.len() > 1_000 {
        return;
    }
    let (production, sandbox) = (Policy::default(), Policy::sandbox());
    let strict = production.check_url(text);
    if let Ok(url) = &strict {
        assert!(matches!(url.scheme(), "http" | "https") && url.fragment().is_none());
        assert!(url.username().is_empty() && url.password().is_none() && url.port() != Some(0));
        assert_eq!(production.check_url(url.as_str()).as_ref().ok(), Some(url));
        match url.host() {
            Some(Host::Ipv4(address)) => {
                assert!(!(address.is_loopback() || address.is_private() || address.is_link_local()));
                assert!(!(address.is_unspecified() || address.is_broadcast() || address.is_multicast()));
            }
            Some(Host::Ipv6(address)) => {
                assert!(!(address.is_loopback() || address.is_unspecified() || address.is_multicast()));
                assert!(!(address.is_unique_local() || address.is_unicast_link_local()));
                assert!(
                    address.to_ipv4_mapped().is_none_or(|inner| !inner.is_loopback() && !inner.is_private())
                );
            }
            Some(Host::Domain(name)) => assert!(!name.is_empty()),
            None => panic!("an address without a host passed"),
        }
    }
    // A sandbox refuses nothing that production allows.
    assert!(strict.is_err() || sandbox.check_url(text).is_ok());
});
