//! The app's files: one page, one style sheet, a handful of plain JavaScript modules, words in each language, pictures.
//!
//! Files live below a folder named after all their contents, so that browsers may keep them for ever and a page never
//! gets a file of another version. Somebody who asks below an older name gets today's file, and is told not to keep it.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderName, StatusCode};
use sha2::{Digest, Sha256};

/// The policy: what this origin serves and nothing else; nobody puts the phone into a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The camera is for reading codes; nothing else of the device is used.
const PERMISSIONS: &str = "camera=(self), microphone=(), geolocation=(), payment=()";
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

const PAGE: &str = include_str!("../assets/index.html");

const JS: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

/// Name, content type, content.
type File = (&'static str, &'static str, &'static [u8]);

macro_rules! file {
    ($name:literal, $kind:expr) => {
        ($name, $kind, include_bytes!(concat!("../assets/", $name)).as_slice())
    };
}

static FILES: &[File] = &[
    file!("phone.css", "text/css; charset=utf-8"),
    file!("app.js", JS),
    file!("server.js", JS),
    file!("dom.js", JS),
    file!("words.js", JS),
    file!("home.js", JS),
    file!("scan.js", JS),
    file!("visit.js", JS),
    file!("receipt.js", JS),
    file!("sheets.js", JS),
    file!("swipe.js", JS),
    file!("icons.js", JS),
    file!("icon.svg", "image/svg+xml"),
    file!("icon-180.png", "image/png"),
    file!("icon-512.png", "image/png"),
    file!("manifest.json", "application/manifest+json"),
    file!("words/da.json", JSON),
    file!("words/en.json", JSON),
    file!("words/fi.json", JSON),
    file!("words/nb.json", JSON),
    file!("words/sv.json", JSON),
];

/// The languages the app speaks.
pub const LANGUAGES: [&str; 5] = ["da", "en", "fi", "nb", "sv"];

/// What the app says in a language, as JSON.
#[must_use]
pub fn words(language: &str) -> Option<&'static str> {
    let name = format!("words/{language}.json");
    let (_, _, bytes) = FILES.iter().find(|(known, ..)| *known == name)?;
    std::str::from_utf8(bytes).ok()
}

/// 64 bits over all files and the page: enough to tell versions apart.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    hash.update(PAGE);
    for (name, _, bytes) in FILES {
        hash.update(name);
        hash.update(bytes);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
});

static SHOWN: LazyLock<String> =
    LazyLock::new(|| PAGE.replace("{files}", &format!("/phone/files/{}", *VERSION)));

pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/phone", get(page))
        .route("/phone/", get(page))
        .route("/phone/files/{version}/{*name}", get(file))
        .route("/phone/{*rest}", get(|| async { StatusCode::NOT_FOUND }))
}

async fn page() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (PERMISSIONS_POLICY, PERMISSIONS),
        (CACHE_CONTROL, ASK_AGAIN),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ];
    (headers, SHOWN.as_str()).into_response()
}

async fn file(Path((version, name)): Path<(String, String)>) -> Response {
    let Some((_, kind, bytes)) = FILES.iter().find(|(known, ..)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if version == *VERSION { FOREVER } else { ASK_AGAIN };
    ([(CONTENT_TYPE, *kind), (CACHE_CONTROL, keep), (X_CONTENT_TYPE_OPTIONS, "nosniff")], *bytes)
        .into_response()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;

    fn spoken(language: &str) -> Map<String, Value> {
        serde_json::from_str(words(language).unwrap()).unwrap()
    }

    /// The places in a text that are filled in.
    fn blanks(text: &Value) -> Vec<&str> {
        let mut blanks: Vec<&str> =
            text.as_str().unwrap().split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect();
        blanks.sort_unstable();
        blanks
    }

    #[test]
    fn every_language_says_everything() {
        let english = spoken("en");
        for language in LANGUAGES {
            let words = spoken(language);
            assert!(words.keys().eq(english.keys()), "{language} has other keys than en");
            for (key, text) in &words {
                assert!(!text.as_str().unwrap().trim().is_empty(), "{language} {key}");
                assert_eq!(blanks(text), blanks(&english[key]), "{language} {key}");
            }
        }
    }

    #[test]
    fn the_app_says_nothing_that_no_language_has_and_has_no_word_it_never_says() {
        let english = spoken("en");
        let scripts: String = FILES
            .iter()
            .filter(|(name, ..)| name.ends_with(".js"))
            .map(|(_, _, bytes)| std::str::from_utf8(bytes).unwrap())
            .collect();
        let said: Vec<&str> = scripts
            .split("say(\"")
            .skip(1)
            .chain(scripts.split("key: \"").skip(1))
            .map(|rest| rest.split_once('"').unwrap().0)
            .collect();
        for key in &said {
            assert!(english.contains_key(*key), "nobody knows {key:?}");
        }
        for key in english.keys() {
            assert!(said.contains(&key.as_str()), "nobody says {key:?}");
        }
    }

    #[test]
    fn no_file_names_another_host_or_needs_more_than_the_policy_gives() {
        for (name, kind, bytes) in FILES {
            if kind.starts_with("image/png") {
                continue;
            }
            let text = std::str::from_utf8(bytes).unwrap().replace("http://www.w3.org/", "");
            for banned in ["http://", "https://", "@import", "eval(", "innerHTML", "new Function", "style=\""]
            {
                assert!(!text.contains(banned), "{name} has {banned}");
            }
        }
        assert!(!PAGE.contains("<style") && !PAGE.contains("style=") && !PAGE.contains("onclick"));
        assert!(!POLICY.contains("unsafe") && !POLICY.contains('*'));
    }

    #[test]
    fn every_file_that_a_file_asks_for_is_there() {
        let known: Vec<&str> = FILES.iter().map(|(name, ..)| *name).collect();
        for (name, kind, bytes) in FILES {
            if *kind != JS {
                continue;
            }
            let text = std::str::from_utf8(bytes).unwrap();
            for asked in text.split("from \"./").skip(1) {
                let asked = asked.split_once('"').unwrap().0;
                assert!(known.contains(&asked), "{name} asks for {asked}");
            }
        }
        for asked in PAGE.split("{files}/").skip(1) {
            let asked = asked.split_once('"').unwrap().0;
            assert!(known.contains(&asked), "the page asks for {asked}");
        }
    }
}
