//! Reading what was sent into [`Inputs`]: queries, forms, JSON and XML (mobilepay.md §2.2–2.4).
//!
//! All four are read the same way: names in any case, values as texts, what is not known is passed over, and of a name
//! that comes twice the first counts. Which of the readers reads a body is said by its content type.

mod json;
mod xml;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use polytill_http::form;

pub use json::json;
pub use xml::xml;

use crate::inputs::Inputs;
use crate::negotiate::essence;

/// Levels that a document may have, its outermost included.
const MAX_DEPTH: usize = 8;

/// The text could not be read; what is wrong with it is nobody's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was sent cannot be read")]
pub struct Unreadable;

/// What a body is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Form,
    Json,
    Xml,
}

const LANGUAGES: [(&str, Language); 5] = [
    ("application/x-www-form-urlencoded", Language::Form),
    ("application/json", Language::Json),
    ("text/json", Language::Json),
    ("application/xml", Language::Xml),
    ("text/xml", Language::Xml),
];

/// The languages of bodies are all spelled in these.
const CHARSETS: [&str; 4] = ["utf-8", "utf8", "us-ascii", "ascii"];

impl Language {
    /// What the headers say; nothing when it is no language spoken here.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let name = essence(headers)?;
        let known = LANGUAGES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        known.map(|(_, language)| *language).filter(|_| is_utf8(headers))
    }

    /// Reads a body; an empty one has no inputs.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(self, body: &[u8]) -> Result<Inputs, Unreadable> {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        if body.trim_ascii().is_empty() {
            return Ok(Inputs::default());
        }
        match self {
            Self::Form => pairs(body),
            Self::Json => json(body),
            Self::Xml => xml(body),
        }
    }
}

/// Reads a query, or a form.
///
/// # Errors
/// [`Unreadable`] when there are too many pairs.
pub fn pairs(text: &[u8]) -> Result<Inputs, Unreadable> {
    let pairs = form::parse(text).map_err(|_| Unreadable)?;
    Ok(pairs.into_iter().collect())
}

fn is_utf8(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let charset = value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    charset.is_none_or(|name| CHARSETS.iter().any(|known| name.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_type_says_the_language() {
        for (header, language) in [
            ("application/json", Some(Language::Json)),
            ("Application/JSON; charset=UTF-8", Some(Language::Json)),
            ("text/json;charset=\"utf-8\"", Some(Language::Json)),
            ("text/xml; charset=us-ascii", Some(Language::Xml)),
            ("application/x-www-form-urlencoded; x=y", Some(Language::Form)),
            ("application/json; charset=utf-16", None),
            ("text/plain", None),
            ("multipart/form-data; boundary=x", None),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, header.parse().unwrap())]);
            assert_eq!(Language::of(&headers), language, "{header}");
        }
        assert_eq!(Language::of(&HeaderMap::new()), None);
    }

    #[test]
    fn every_language_says_the_same() {
        let expected: Inputs = [("orderId", "17 ü&<")].into_iter().collect();
        for (language, body) in [
            (Language::Form, "orderId=17+%C3%BC%26%3C"),
            (Language::Json, r#"{"orderId":"17 \u00fc&<"}"#),
            (Language::Xml, "<x><orderId>17 &#xFC;&amp;&lt;</orderId></x>"),
        ] {
            assert_eq!(language.read(body.as_bytes()), Ok(expected.clone()));
            assert_eq!(language.read(b"\xEF\xBB\xBF  \r\n"), Ok(Inputs::default()));
        }
    }
}
