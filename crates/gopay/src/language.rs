//! The language of error messages (§14): Czech for `cs` and `sk`, English for everybody else.

use axum::http::HeaderValue;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Czech,
}

impl Language {
    /// The first supported language of an `Accept-Language` header, by its weight.
    pub(crate) fn accepted(header: Option<&HeaderValue>) -> Self {
        let text = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (0, Self::English);
        for part in text.split(',').take(16) {
            let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
            let language = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("cs" | "sk") => Self::Czech,
                Some("en") => Self::English,
                _ => continue,
            };
            let weight = thousandths(parameters);
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// `q=0.8` as 800; no weight is 1000, nonsense is 0.
fn thousandths(parameters: &str) -> u32 {
    let Some(weight) = parameters.trim().strip_prefix("q=") else { return 1_000 };
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), digits.parse::<u32>()) {
        (Ok(whole), Ok(fraction)) => whole.min(1).saturating_mul(1_000).saturating_add(fraction),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_supported_language_by_weight() {
        for (header, expected) in [
            ("cs-CZ", Language::Czech),
            ("sk", Language::Czech),
            ("en-US", Language::English),
            ("de-DE,cs;q=0.5", Language::Czech),
            ("cs;q=0.3, en;q=0.8", Language::English),
            ("", Language::English),
            ("fr", Language::English),
            ("č;q=x", Language::English),
        ] {
            let header = HeaderValue::from_bytes(header.as_bytes()).unwrap();
            assert_eq!(Language::accepted(Some(&header)), expected, "{header:?}");
        }
    }
}
