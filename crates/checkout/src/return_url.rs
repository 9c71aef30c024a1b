//! Where the payer goes when the payment page is done.
//!
//! Holds the shop's `return_url` with the payment's id appended as the protocol says (gopay.md §10), and the origin
//! that may hear about the payment when it is shown in a frame. Only `http` and `https` addresses become one, so a
//! page can put it into a link without asking again.

use polytill_http::query;
use url::Url;

/// The shop's return address, complete with `id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnUrl {
    address: String,
    origin: String,
}

impl ReturnUrl {
    /// Appends `id=<payment_id>` to the shop's `return_url`: after `?`, or after `&` if there is a query already, and
    /// before a fragment. Nothing else in the address changes. `None` if it is not an absolute http(s) address.
    #[must_use]
    pub fn new(return_url: &str, payment_id: &str) -> Option<Self> {
        let return_url = return_url.trim();
        let parsed = Url::parse(return_url).ok()?;
        let plain = !return_url.chars().any(|c| c.is_control() || c.is_whitespace());
        if !plain || !matches!(parsed.scheme(), "http" | "https") {
            return None;
        }
        Some(Self {
            address: query::append(return_url, "id", payment_id),
            origin: parsed.origin().ascii_serialization(),
        })
    }

    /// The complete address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// Scheme, host and port of the shop, as a browser spells them in `event.origin`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

#[cfg(test)]
mod tests {
    use super::ReturnUrl;

    #[test]
    fn the_id_is_appended_where_a_query_belongs() {
        for (given, expected) in [
            ("https://shop.example/back", "https://shop.example/back?id=3000000001"),
            ("https://shop.example", "https://shop.example?id=3000000001"),
            ("https://shop.example/?order=42", "https://shop.example/?order=42&id=3000000001"),
            ("https://shop.example/a?", "https://shop.example/a?id=3000000001"),
            ("https://shop.example/a?x=1&", "https://shop.example/a?x=1&id=3000000001"),
            ("https://shop.example/a#done", "https://shop.example/a?id=3000000001#done"),
            ("https://shop.example/a?x=1#a?b", "https://shop.example/a?x=1&id=3000000001#a?b"),
        ] {
            assert_eq!(ReturnUrl::new(given, "3000000001").unwrap().as_str(), expected);
        }
    }

    #[test]
    fn the_origin_is_spelt_as_browsers_spell_it() {
        for (given, expected) in [
            ("https://Shop.Example:443/back", "https://shop.example"),
            ("http://localhost:8000/x?y", "http://localhost:8000"),
            ("https://žluťoučký.example/", "https://xn--"),
        ] {
            let origin = ReturnUrl::new(given, "1").unwrap().origin().to_owned();
            if given.is_ascii() {
                assert_eq!(origin, expected);
            } else {
                assert!(origin.is_ascii() && origin.starts_with("https://xn--"), "{origin}");
            }
        }
    }

    #[test]
    fn only_web_addresses_are_returned_to() {
        for given in ["javascript:alert(1)", "data:text/html,x", "ftp://a/", "/relative", "", "https://"] {
            assert_eq!(ReturnUrl::new(given, "1"), None, "{given}");
        }
    }
}
