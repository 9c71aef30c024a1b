//! The terminal in the browser: one page, `GET /terminal`, and the files it asks for. In a sandbox only: a browser is no place
//! for anybody's real card.
//!
//! What always holds: the page says nothing that the protocol does not, except which test cards there are and the keys of
//! the demo terminals while they are the published ones. No other host is asked for anything.
//!
//! Deliberately absent: every rule about payments. The page is a device like any other and comes in by `/terminal/v1`.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::Tid;
use gateway::{Gateway, RIGHT_PIN, TERMINAL_CARDS, Trait};
use serde_json::{Value, json};

use crate::page_assets::{ASSETS, find};
use crate::{Door, session::Place};

/// Terminals of an empty sandbox and the keys that its documents print.
const PUBLISHED: [(&str, &str); 2] = [("10012345", "demo-device-key"), ("10012346", "demo-device-key-2")];

const FOREVER: &str = "public, max-age=31536000, immutable";
const NOSNIFF: (HeaderName, &str) = (HeaderName::from_static("x-content-type-options"), "nosniff");
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn router(door: &Door) -> axum::Router<Door> {
    if door.gateway.sandbox().is_none() {
        return axum::Router::new();
    }
    axum::Router::new().route("/terminal", get(page)).route("/terminal/assets/{version}/{*file}", get(asset))
}

#[derive(Template)]
#[template(path = "terminal.html")]
struct Page<'a> {
    version: &'a str,
    facts: String,
}

async fn page(State(door): State<Door>) -> Response {
    let page = Page { version: &ASSETS.version, facts: facts(&door.gateway).to_string() };
    let Ok(html) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (HeaderName::from_static("content-security-policy"), POLICY),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        NOSNIFF,
    ];
    (headers, html).into_response()
}

/// What the page is told: the cards a tester can hold to it and the terminals it may be.
fn facts(gateway: &std::sync::Arc<Gateway>) -> Value {
    let cards: Vec<Value> = TERMINAL_CARDS
        .iter()
        .map(|card| {
            json!({ "number": card.number, "brand": card.brand, "effect": card.effect,
                "special": special(card.special) })
        })
        .collect();
    let demo: Vec<Value> = PUBLISHED.iter().filter_map(|(tid, key)| demo(gateway, tid, key)).collect();
    json!({ "cards": cards, "pin": RIGHT_PIN, "demo": demo })
}

const fn special(special: Trait) -> &'static str {
    match special {
        Trait::Usual => "usual",
        Trait::InsertAboveLimit => "insert_above_limit",
        Trait::OfflinePin => "offline_pin",
        Trait::Signature => "signature",
        Trait::Device => "device",
        Trait::AsDescribed => "as_described",
    }
}

/// A demo terminal, while its key is the one that everybody knows.
fn demo(gateway: &std::sync::Arc<Gateway>, tid: &str, key: &str) -> Option<Value> {
    let terminal = gateway.admit_device(&tid.parse::<Tid>().ok()?, key)?;
    let place = Place::of(gateway, terminal);
    let assisted = place.terminal.mode == domain::Mode::Assisted;
    Some(json!({ "tid": tid, "key": key, "name": place.terminal.name, "shop": place.shop,
        "assisted": assisted, "tips": place.terminal.tips }))
}

async fn asset(Path((version, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    // A page that is open while the server is replaced asks for its own version, which is gone.
    let Some(asset) = find(&file).filter(|_| version == ASSETS.version) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = format!("\"{version}\"");
    let known = headers.get(IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == tag.as_bytes());
    let cached = [(CACHE_CONTROL, FOREVER.to_owned()), (ETAG, tag)];
    if known {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    (cached, [(CONTENT_TYPE, asset.content_type), NOSNIFF], asset.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::POLICY;

    #[test]
    fn the_policy_names_no_unsafe_source_and_no_other_host() {
        for banned in ["unsafe", "http:", "https:", "*", "data:"] {
            assert!(!POLICY.contains(banned), "{banned}");
        }
    }
}
