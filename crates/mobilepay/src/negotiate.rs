//! In which format an answer is written (mobilepay.md §2.1).
//!
//! What `Accept` wishes for counts, by quality, then by how exactly it is said, then by the server's own order; without a
//! wish the request's own format; without that the default. Nobody is refused for wishing for something else.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use serde::{Deserialize, Serialize};

/// More wishes than any client has.
const MAX_WISHES: usize = 64;

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Xml,
    Json,
}

/// A format under one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Media {
    pub format: Format,
    /// As it stands in `Content-Type`.
    pub label: &'static str,
    name: &'static str,
}

const fn media(format: Format, name: &'static str, label: &'static str) -> Media {
    Media { format, label, name }
}

const XML: [Media; 2] = [
    media(Format::Xml, "application/xml", "application/xml; charset=utf-8"),
    media(Format::Xml, "text/xml", "text/xml; charset=utf-8"),
];
const JSON: [Media; 2] = [
    media(Format::Json, "application/json", "application/json; charset=utf-8"),
    media(Format::Json, "text/json", "text/json; charset=utf-8"),
];

impl Media {
    /// The names of both formats, those of the preferred one first.
    fn all(preferred: Format) -> [Self; 4] {
        let ([xml, text_xml], [json, text_json]) = (XML, JSON);
        match preferred {
            Format::Xml => [xml, text_xml, json, text_json],
            Format::Json => [json, text_json, xml, text_xml],
        }
    }

    /// The format of an answer that nobody has wishes for.
    #[must_use]
    pub fn default_of(preferred: Format) -> Self {
        let [first, ..] = Self::all(preferred);
        first
    }
}

/// What the request wishes for.
#[must_use]
pub fn negotiate(headers: &HeaderMap, preferred: Format) -> Media {
    wished(headers, preferred)
        .or_else(|| of_body(headers, preferred))
        .unwrap_or_else(|| Media::default_of(preferred))
}

fn wished(headers: &HeaderMap, preferred: Format) -> Option<Media> {
    let wishes = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .take(MAX_WISHES)
        .filter_map(Wish::read);
    let mut best: Option<(Rank, Media)> = None;
    for wish in wishes {
        for (place, media) in Media::all(preferred).into_iter().enumerate() {
            let Some(exactness) = wish.matches(media.name) else { continue };
            let rank = Rank { quality: wish.quality, exactness, earliness: usize::MAX - place };
            if best.is_none_or(|(known, _)| rank > known) {
                best = Some((rank, media));
            }
        }
    }
    best.map(|(_, media)| media)
}

/// What is better comes later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    quality: u16,
    exactness: u8,
    earliness: usize,
}

struct Wish<'a> {
    name: &'a str,
    /// In thousandths, never 0.
    quality: u16,
}

impl<'a> Wish<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let quality = parts.find_map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))
        });
        let quality = quality.unwrap_or(Some(1_000)).filter(|quality| *quality > 0)?;
        Some(Self { name, quality })
    }

    /// How exactly the wish says this name: 3 for the whole, 2 for the type, 1 for anything.
    fn matches(&self, name: &str) -> Option<u8> {
        if self.name == "*/*" {
            return Some(1);
        }
        let (kind, rest) = self.name.split_once('/')?;
        let (known_kind, known_rest) = name.split_once('/')?;
        match kind.eq_ignore_ascii_case(known_kind) {
            true if rest == "*" => Some(2),
            true if rest.eq_ignore_ascii_case(known_rest) => Some(3),
            _ => None,
        }
    }
}

/// `0.8` as 800; nothing for what is no quality.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction = format!("{fraction:0<3}").parse::<u16>().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1_000),
        _ => None,
    }
}

fn of_body(headers: &HeaderMap, preferred: Format) -> Option<Media> {
    let sent = essence(headers)?;
    Media::all(preferred).into_iter().find(|media| sent.eq_ignore_ascii_case(media.name))
}

/// The content type of the body without its parameters.
pub(crate) fn essence(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let name = value.split(';').next().unwrap_or_default().trim();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(accept: &[&str], sent: Option<&str>, preferred: Format) -> &'static str {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(ACCEPT, value.parse().unwrap());
        }
        if let Some(sent) = sent {
            headers.insert(CONTENT_TYPE, sent.parse().unwrap());
        }
        negotiate(&headers, preferred).name
    }

    #[test]
    fn wishes_are_weighed() {
        let (form, json) =
            (Some("application/x-www-form-urlencoded"), Some("application/json; charset=utf-8"));
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        for (accept, sent, expected) in [
            (&[][..], None, "application/xml"),
            (&["*/*"], None, "application/xml"),
            (&["application/json"], None, "application/json"),
            (&["application/json"], Some("text/xml"), "application/json"),
            (&["APPLICATION/JSON"], None, "application/json"),
            (&["text/json"], None, "text/json"),
            (&["text/xml"], None, "text/xml"),
            (&["application/json, text/plain, */*"], None, "application/json"),
            (&[browser], None, "application/xml"),
            (&["text/html"], None, "application/xml"),
            (&["text/html"], json, "application/json"),
            (&[], json, "application/json"),
            (&[], Some("text/json"), "text/json"),
            (&[], form, "application/xml"),
            (&["application/*"], None, "application/xml"),
            (&["text/*"], None, "text/xml"),
            (&["application/xml;q=0.5, application/json"], None, "application/json"),
            (&["application/xml;q=0.5", "application/json;q=0.7"], None, "application/json"),
            (&["application/json;q=0.5, */*;q=0.5"], None, "application/json"),
            (&["application/json;q=0.5, */*"], None, "application/xml"),
            (&["application/json;q=0, */*"], None, "application/xml"),
            (&["application/json;q=0"], json, "application/json"),
            (&["application/json; Q=0.001"], None, "application/json"),
            (&["application/json;charset=utf-16;q=1.000"], None, "application/json"),
            (&["application/json;q=2, text/xml;q=0.1"], None, "text/xml"),
            (&["application/json;q=0.1234"], None, "application/xml"),
            (&[",;q=1, ,json"], None, "application/xml"),
            (&["text/json, application/json"], None, "application/json"),
        ] {
            assert_eq!(answered(accept, sent, Format::Xml), expected, "{accept:?} {sent:?}");
        }
        for (accept, sent, expected) in [
            (&[][..], None, "application/json"),
            (&["*/*"], None, "application/json"),
            (&["text/html"], None, "application/json"),
            (&["application/xml"], None, "application/xml"),
            (&[], Some("application/xml"), "application/xml"),
        ] {
            assert_eq!(answered(accept, sent, Format::Json), expected, "{accept:?} {sent:?}");
        }
    }
}
