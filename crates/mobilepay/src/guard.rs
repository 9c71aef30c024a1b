//! Requests that change something and were not meant (mobilepay.md §11).
//!
//! This interface changes things by GET, and a browser may fetch an address by itself, or because a stranger's page
//! names it. Both say so in headers that no point of sale sends.

use http::HeaderMap;

/// Header, and the word in it that gives a browser away.
const MARKS: [(&str, &str); 4] = [
    ("sec-purpose", "prefetch"),
    ("purpose", "prefetch"),
    ("x-moz", "prefetch"),
    ("sec-fetch-site", "cross-site"),
];

/// Whether a browser asks ahead of its user, or on behalf of another site.
pub(crate) fn was_not_meant(headers: &HeaderMap) -> bool {
    MARKS.iter().any(|(name, word)| {
        let values = headers.get_all(*name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split([';', ','])).any(|part| part.trim().eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_known_by_their_headers() {
        for (name, value, unmeant) in [
            ("sec-purpose", "prefetch", true),
            ("sec-purpose", "prefetch;prerender", true),
            ("sec-purpose", "prefetch; anonymous-client-ip", true),
            ("purpose", "Prefetch", true),
            ("x-moz", "prefetch", true),
            ("sec-fetch-site", "cross-site", true),
            ("sec-fetch-site", "same-origin", false),
            ("sec-fetch-site", "none", false),
            ("purpose", "payment", false),
            ("accept", "prefetch", false),
        ] {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
            assert_eq!(was_not_meant(&headers), unmeant, "{name}: {value}");
        }
        assert!(!was_not_meant(&HeaderMap::new()));
    }
}
