//! The files of the page, compiled into the binary. Their addresses carry one hash of them all, so that modules may ask for each
//! other by relative names and a browser may keep them for ever.

use std::fmt::Write;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

pub(crate) struct Asset {
    pub(crate) name: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: &'static [u8],
}

macro_rules! assets {
    ($kind:literal: $($name:literal),* $(,)?) => {
        &[$(Asset { name: $name, content_type: $kind, bytes: include_bytes!(concat!("../assets/", $name)) }),*]
    };
}

const SCRIPTS: &[Asset] = assets!("text/javascript; charset=utf-8":
    "main.js", "app.js", "connection.js", "device.js", "dom.js", "entry.js", "format.js", "icons.js", "keypad.js",
    "operator.js", "payment.js", "receipt.js", "result.js", "signature.js", "sound.js", "totals.js", "wallet.js", "words.js",
    "lang/cs.js", "lang/de.js", "lang/en.js", "lang/pl.js", "lang/sk.js",
);
const STYLES: &[Asset] = assets!("text/css; charset=utf-8": "terminal.css", "frame.css", "screens.css", "payment.css", "cards.css", "receipt.css");
const PICTURES: &[Asset] = assets!("image/svg+xml": "icon.svg");

pub(crate) struct Assets {
    /// 64 bits of a hash of everything, in hex.
    pub(crate) version: String,
}

pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in all() {
        hash.update(asset.name);
        hash.update(asset.bytes);
    }
    let mut version = String::new();
    for byte in hash.finalize().iter().take(8) {
        let _ = write!(version, "{byte:02x}");
    }
    Assets { version }
});

fn all() -> impl Iterator<Item = &'static Asset> {
    [SCRIPTS, STYLES, PICTURES].into_iter().flatten()
}

pub(crate) fn find(name: &str) -> Option<&'static Asset> {
    all().find(|asset| asset.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Asset, all};

    const LONGEST_FILE: usize = 500;

    fn text(asset: &Asset) -> &'static str {
        std::str::from_utf8(asset.bytes).unwrap()
    }

    fn words(language: &str) -> BTreeMap<String, String> {
        let name = format!("lang/{language}.js");
        let file = text(super::find(&name).unwrap());
        let (_, words) = file.split_once("export default ").unwrap();
        let words = words.trim_end().strip_suffix(';').unwrap();
        serde_json::from_str(words).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// What stands in braces: the parts of a text that are filled in.
    fn holes(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(hole, _)| hole).collect()
    }

    #[test]
    fn every_language_has_every_text_with_the_same_holes() {
        let english = words("en");
        assert!(english.len() > 100, "{}", english.len());
        for language in ["cs", "sk", "de", "pl"] {
            let other = words(language);
            let (ours, theirs): (BTreeSet<_>, BTreeSet<_>) =
                (english.keys().collect(), other.keys().collect());
            assert_eq!(
                ours.symmetric_difference(&theirs).collect::<Vec<_>>(),
                [] as [&&String; 0],
                "{language}"
            );
            for (key, text) in &other {
                assert!(!text.trim().is_empty(), "{language}: {key}");
                assert_eq!(holes(text), holes(&english[key]), "{language}: {key}");
            }
        }
    }

    #[test]
    fn every_text_that_is_asked_for_is_there_and_none_is_left_over() {
        let english = words("en");
        let scripts: String = all().filter(|asset| !asset.name.starts_with("lang/")).map(text).collect();
        let families: BTreeSet<&str> =
            english.keys().filter_map(|key| key.split_once('.')).map(|it| it.0).collect();
        let asked: BTreeSet<&str> = scripts
            .split('\'')
            .filter(|text| text.split_once('.').is_some_and(|(family, _)| families.contains(family)))
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte)))
            .collect();
        assert!(asked.len() > 100, "{}", asked.len());
        let missing: Vec<_> = asked.iter().filter(|key| !english.contains_key(**key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        // Made of a first half and a word of the protocol.
        let made = [
            "reason.",
            "advice.",
            "state.",
            "error.",
            "refused.",
            "kind.",
            "entry.",
            "verification.",
            "row.",
            "card.",
        ];
        let idle: Vec<_> = english
            .keys()
            .filter(|key| !asked.contains(key.as_str()) && !made.iter().any(|it| key.starts_with(it)))
            .collect();
        assert!(idle.is_empty(), "{idle:?}");
    }

    #[test]
    fn every_reason_of_the_protocol_has_words() {
        let english = words("en");
        let document = include_str!("../../../docs/terminal-protocol.md");
        let (_, codes) = document.split_once("## Codes").unwrap();
        let (codes, _) = codes.split_once("## Times").unwrap();
        let (tables, reasons) = codes.split_once("### Decline reasons").unwrap();
        for word in
            reasons.split('`').skip(1).step_by(2).filter(|word| word.contains('_') || *word == "refused")
        {
            if !["wrong_cvc", "three_d_secure_failed", "settle_ms"].contains(&word) {
                assert!(english.contains_key(&format!("reason.{word}")), "{word}");
                assert!(english.contains_key(&format!("advice.{word}")), "{word}");
            }
        }
        let (refused, errors) = tables.split_once("`error`:").unwrap();
        for (table, family) in [(refused, "refused"), (errors, "error")] {
            for line in table.lines().filter(|line| line.starts_with("| `")) {
                let code = line.split('`').nth(1).unwrap();
                assert!(english.contains_key(&format!("{family}.{code}")), "{family}.{code}");
            }
        }
        for card in gateway::TERMINAL_CARDS {
            assert!(english.contains_key(&format!("card.{}", card.number)), "{}", card.number);
        }
    }

    #[test]
    fn no_file_is_long_or_names_another_host() {
        for asset in all() {
            let text = text(asset);
            assert!(text.lines().count() <= LONGEST_FILE, "{}", asset.name);
            let elsewhere = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!elsewhere.contains("http://") && !elsewhere.contains("https://"), "{}", asset.name);
            for banned in ["@import", "eval(", "innerHTML", "localStorage.setItem('pan", ".style."] {
                assert!(!text.contains(banned), "{}: {banned}", asset.name);
            }
        }
    }
}
