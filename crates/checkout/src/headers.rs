//! Response headers of every page of this door.
//!
//! The policy lets a page use what its own origin serves and nothing else: no inline script or style, no other
//! host. Forms post to this origin only. Browsers apply `form-action` to the redirects that follow a post as well,
//! so no post of this door ever answers with a redirect to the shop: it answers with a page that leads there
//! ([`crate::view::ReturningPage`]).
//!
//! Deliberately absent: `X-Frame-Options` and `frame-ancestors`. In inline mode the shop's page shows this one in a
//! frame (gopay.md §2, §10), and any shop may.

/// Value of `Content-Security-Policy`.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'";

/// Headers of every HTML answer, names in lower case.
///
/// The address of a page is a secret between the gateway and the payer, hence `same-origin` for referrers; forms
/// need the origin to stay visible to this server, hence not `no-referrer`.
pub const PAGE_HEADERS: [(&str, &str); 5] = [
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("cache-control", "no-store"),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
];

#[cfg(test)]
mod tests {
    use super::{CONTENT_SECURITY_POLICY, PAGE_HEADERS};

    #[test]
    fn the_policy_names_no_unsafe_source_and_no_other_host() {
        for banned in ["unsafe", "http:", "https:", "*", "frame-ancestors"] {
            assert!(!CONTENT_SECURITY_POLICY.contains(banned), "{banned}");
        }
        assert!(PAGE_HEADERS.iter().all(|(name, _)| *name != "x-frame-options"));
    }
}
