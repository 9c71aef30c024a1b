//! The files a payment page asks for besides itself, compiled into the binary.
//!
//! The page's own files carry a hash of their content in their name and may be kept for ever; the script that shops
//! load has a fixed address (gopay.md §10) and is asked for again after five minutes, so a fix reaches every shop.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

const FOREVER: &str = "public, max-age=31536000, immutable";
const FIVE_MINUTES: &str = "public, max-age=300";

/// Path of the script that shops put into their pages.
pub const EMBED_PATH: &str = "/gp-gw/js/embed.js";

/// A file and how to serve it.
#[derive(Debug)]
pub struct Asset {
    /// Absolute path below the gateway's origin.
    pub path: String,
    pub bytes: &'static [u8],
    pub content_type: &'static str,
    pub cache_control: &'static str,
    /// Strong validator, quotes included, for `ETag` and `If-None-Match`.
    pub etag: String,
}

struct Assets {
    stylesheet: Asset,
    script: Asset,
    icon: Asset,
    embed: Asset,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    stylesheet: hashed(
        "checkout",
        "css",
        "text/css; charset=utf-8",
        include_bytes!("../assets/checkout.css"),
    ),
    script: hashed("checkout", "js", "application/javascript", include_bytes!("../assets/checkout.js")),
    icon: hashed("icon", "svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
    embed: embed(include_bytes!("../assets/embed.js")),
});

/// The file at `path`, if there is one.
#[must_use]
pub fn find(path: &str) -> Option<&'static Asset> {
    let Assets { stylesheet, script, icon, embed } = &*ASSETS;
    [stylesheet, script, icon, embed].into_iter().find(|asset| asset.path == path)
}

/// Path of the style sheet of every page.
#[must_use]
pub fn stylesheet_path() -> &'static str {
    &ASSETS.stylesheet.path
}

/// Path of the script of every page.
#[must_use]
pub fn script_path() -> &'static str {
    &ASSETS.script.path
}

/// Path of the icon shown in the browser's tab.
#[must_use]
pub fn icon_path() -> &'static str {
    &ASSETS.icon.path
}

fn hashed(name: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let hash = hash(bytes);
    let path = format!("/gp-gw/assets/{name}.{hash}.{extension}");
    Asset { path, bytes, content_type, cache_control: FOREVER, etag: format!("\"{hash}\"") }
}

fn embed(bytes: &'static [u8]) -> Asset {
    let etag = format!("\"{}\"", hash(bytes));
    let content_type = "application/javascript";
    Asset { path: EMBED_PATH.to_owned(), bytes, content_type, cache_control: FIVE_MINUTES, etag }
}

/// 64 bits of SHA-256 in hex: enough to tell versions of one file apart.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{EMBED_PATH, FIVE_MINUTES, FOREVER, find, icon_path, script_path, stylesheet_path};

    #[test]
    fn a_page_finds_its_files_and_may_keep_them_for_ever() {
        for path in [stylesheet_path(), script_path(), icon_path()] {
            let asset = find(path).unwrap();
            assert_eq!(asset.cache_control, FOREVER);
            assert!(path.contains(asset.etag.trim_matches('"')), "{path} does not carry its hash");
            assert!(!asset.bytes.is_empty());
        }
    }

    #[test]
    fn the_shops_script_is_asked_for_again() {
        let asset = find(EMBED_PATH).unwrap();
        assert_eq!((asset.cache_control, asset.content_type), (FIVE_MINUTES, "application/javascript"));
        assert!(find("/gp-gw/assets/checkout.js").is_none());
        assert!(find("/gp-gw/assets/../js/embed.js").is_none());
    }

    #[test]
    fn no_file_names_another_host() {
        for path in [stylesheet_path(), script_path(), icon_path(), EMBED_PATH] {
            let text = std::str::from_utf8(find(path).unwrap().bytes).unwrap();
            let elsewhere = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!elsewhere.contains("//www.") && !elsewhere.contains("https://"), "{path}");
            assert!(!text.contains("@import") && !text.contains("eval("), "{path}");
        }
    }
}
