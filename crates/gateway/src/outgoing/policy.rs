//! What this server may call.
//!
//! Production: ordinary addresses of the internet, and what the operator lists. Sandbox: also the developer's own machine
//! and network, where the shop under development runs; but never link-local addresses, behind which clouds keep
//! their machines' credentials, unless they are listed. Plain `http` is allowed, as merchants' notification URLs use it.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use super::{SendError, ranges};

/// Longer URLs are not called.
pub const MAX_URL_BYTES: usize = 4_096;

/// Which addresses may be called. The default is production with nothing listed.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Sandbox mode: loopback, private, carrier-grade NAT and unique local addresses may be called.
    pub allow_private: bool,
    /// Networks that may be called whatever else they are.
    pub allowed: Vec<IpNet>,
}

impl Policy {
    /// For a sandbox on a developer's machine.
    #[must_use]
    pub fn sandbox() -> Self {
        Self { allow_private: true, allowed: Vec::new() }
    }

    /// Whether an address may be dialled.
    ///
    /// # Errors
    /// [`SendError::Refused`] with the name of the range.
    pub fn check_address(&self, address: IpAddr) -> Result<(), SendError> {
        let Some(range) = ranges::find(address) else { return Ok(()) };
        let listed = self.allowed.iter().any(|net| net.contains(&address.to_canonical()));
        if listed || (self.allow_private && range.own) { Ok(()) } else { Err(SendError::Refused(range.name)) }
    }

    /// Whether a URL may be called, as far as that can be said without resolving its host: syntax, and the address
    /// where it is written out, in whichever notation. Gives the URL in its normal form.
    ///
    /// # Errors
    /// [`SendError::BadUrl`] or [`SendError::Refused`].
    pub fn check_url(&self, url: &str) -> Result<Url, SendError> {
        let mut url = parse(url).map_err(SendError::BadUrl)?;
        match url.host() {
            Some(Host::Ipv4(address)) => self.check_address(address.into())?,
            Some(Host::Ipv6(address)) => self.check_address(address.into())?,
            Some(Host::Domain(_)) => {}
            None => return Err(SendError::BadUrl("it has no host")),
        }
        url.set_fragment(None);
        Ok(url)
    }
}

fn parse(text: &str) -> Result<Url, &'static str> {
    if text.len() > MAX_URL_BYTES {
        return Err("it is too long");
    }
    // Parsers disagree about these, and disagreement is what smuggling needs.
    if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f || byte == b'\\') {
        return Err("it contains white space, a control character or a backslash");
    }
    let url = Url::parse(text).map_err(|_| "it is not a URL")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https are called");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it contains a user name or password");
    }
    if url.port() == Some(0) {
        return Err("port 0 cannot be called");
    }
    Ok(url)
}
