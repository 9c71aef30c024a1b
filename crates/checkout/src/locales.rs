//! The texts of the payment page, one Fluent file a language, compiled into the binary.
//!
//! Loaded once at start-up and then only read, from any thread. Every language has exactly the keys and placeables
//! of English; a test holds them to it, and another that every key asked for exists. A key that is missing all the
//! same is shown as its own name rather than failing a page on which somebody is paying.
//!
//! Isolation marks around placeables are switched off: every language here is written from left to right.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::lang::Lang;

type Bundle = FluentBundle<FluentResource>;

/// A locale file in the binary does not parse, or defines a key twice.
#[derive(Debug, thiserror::Error)]
#[error("the texts of language {lang:?} cannot be loaded: {problem}")]
pub struct LocaleError {
    lang: Lang,
    problem: String,
}

/// All texts in all languages.
pub struct Locales {
    bundles: Vec<(Lang, Bundle)>,
    /// What a page speaks if its language should ever be missing above: nothing but keys.
    wordless: Bundle,
}

impl std::fmt::Debug for Locales {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Locales").field("languages", &self.bundles.len()).finish_non_exhaustive()
    }
}

impl Locales {
    /// Parses all locale files.
    ///
    /// # Errors
    /// When a file in the binary is not valid Fluent; never because of anything outside the binary.
    pub fn load() -> Result<Self, LocaleError> {
        let bundles = Lang::ALL
            .into_iter()
            .map(|lang| Ok((lang, bundle(lang, source(lang))?)))
            .collect::<Result<_, LocaleError>>()?;
        Ok(Self { bundles, wordless: Bundle::new_concurrent(Vec::new()) })
    }

    /// The texts of one language.
    #[must_use]
    pub fn texts(&self, lang: Lang) -> Texts<'_> {
        let bundle = self.bundles.iter().find(|(own, _)| *own == lang).map_or(&self.wordless, |(_, b)| b);
        Texts { bundle }
    }
}

/// The texts of one language, ready to be asked.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    bundle: &'a Bundle,
}

impl Texts<'_> {
    /// The text of `key` (`decline-refused`) or of an attribute (`decline-refused.advice`).
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The text of `key` with its placeables filled in. The result is text, not HTML: it is escaped where it is shown.
    #[must_use]
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(*name, FluentValue::from(*value));
        }
        self.format(key, Some(&args))
    }

    /// The text of `key` in the plural form that fits `count`, its placeable `$count`.
    #[must_use]
    pub fn count(&self, key: &str, count: u32) -> String {
        let mut args = FluentArgs::with_capacity(1);
        args.set("count", FluentValue::from(count));
        self.format(key, Some(&args))
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let (id, attribute) = key.split_once('.').map_or((key, None), |(id, attr)| (id, Some(attr)));
        let message = self.bundle.get_message(id);
        let pattern = match attribute {
            None => message.as_ref().and_then(fluent_bundle::FluentMessage::value),
            Some(name) => message.as_ref().and_then(|m| m.get_attribute(name)).map(|a| a.value()),
        };
        match pattern {
            // A placeable without a value shows its own name; there is nothing better to do with the error here.
            Some(pattern) => self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned(),
            None => key.to_owned(),
        }
    }
}

fn bundle(lang: Lang, source: &str) -> Result<Bundle, LocaleError> {
    let failed = |problem: String| LocaleError { lang, problem };
    let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, e)| failed(format!("{e:?}")))?;
    let id: unic_langid::LanguageIdentifier = lang.code().parse().map_err(|e| failed(format!("{e:?}")))?;
    let mut bundle = Bundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).map_err(|e| failed(format!("{e:?}")))?;
    Ok(bundle)
}

const fn source(lang: Lang) -> &'static str {
    match lang {
        Lang::Cs => include_str!("../locales/cs.ftl"),
        Lang::Sk => include_str!("../locales/sk.ftl"),
        Lang::En => include_str!("../locales/en.ftl"),
        Lang::De => include_str!("../locales/de.ftl"),
        Lang::Ru => include_str!("../locales/ru.ftl"),
        Lang::Pl => include_str!("../locales/pl.ftl"),
        Lang::Hu => include_str!("../locales/hu.ftl"),
        Lang::Ro => include_str!("../locales/ro.ftl"),
        Lang::Bg => include_str!("../locales/bg.ftl"),
        Lang::Hr => include_str!("../locales/hr.ftl"),
        Lang::It => include_str!("../locales/it.ftl"),
        Lang::Fr => include_str!("../locales/fr.ftl"),
        Lang::Es => include_str!("../locales/es.ftl"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Locales, source};
    use crate::lang::Lang;

    /// Values that are the same word in English and in the named languages.
    const SAME_AS_ENGLISH: &[(&str, &[&str])] = &[
        ("sandbox-badge", &["cs", "sk", "de", "pl", "hu", "ro", "bg", "hr", "it", "fr", "es"]),
        ("challenge-card", &["ro"]),
    ];

    /// Key (with attribute) → its text as written, continuation lines joined.
    fn entries(source: &str) -> BTreeMap<String, String> {
        let mut entries: BTreeMap<String, String> = BTreeMap::new();
        let (mut id, mut current) = (String::new(), String::new());
        for line in source.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            if let Some(rest) = line.strip_prefix("    .") {
                let (name, value) = rest.split_once(" = ").unwrap();
                current = format!("{id}.{name}");
                assert!(entries.insert(current.clone(), value.to_owned()).is_none(), "{current} twice");
            } else if line.starts_with(' ') {
                entries.get_mut(&current).unwrap().push_str(line.trim());
            } else {
                let (name, value) = line.split_once(" =").unwrap();
                (id, current) = (name.to_owned(), name.to_owned());
                let first = value.trim_start_matches(' ').to_owned();
                assert!(entries.insert(current.clone(), first).is_none(), "{current} twice");
            }
        }
        entries
    }

    fn placeables(text: &str) -> BTreeSet<String> {
        let name = |rest: &str| rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        text.split('$').skip(1).map(name).collect()
    }

    #[test]
    fn every_language_has_the_keys_and_placeables_of_english() {
        let english = entries(source(Lang::En));
        assert!(english.len() > 100);
        for lang in Lang::ALL {
            let own = entries(source(lang));
            let keys = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(&own), keys(&english), "keys of {lang:?}");
            for (key, text) in &own {
                assert!(!text.is_empty(), "{lang:?} {key} is empty");
                assert_eq!(placeables(text), placeables(&english[key]), "{lang:?} {key}");
            }
        }
    }

    #[test]
    fn nothing_was_left_in_english() {
        let english = entries(source(Lang::En));
        let excused = |lang: Lang, key: &str| {
            SAME_AS_ENGLISH.iter().any(|(same, langs)| *same == key && langs.contains(&lang.code()))
        };
        let mut left = Vec::new();
        for lang in Lang::ALL.into_iter().filter(|lang| *lang != Lang::En) {
            for (key, text) in entries(source(lang)) {
                if text == english[&key] && !excused(lang, &key) {
                    left.push(format!("{}: {key}", lang.code()));
                }
            }
        }
        assert!(left.is_empty(), "{left:?}");
    }

    /// The keys that templates and sources name, found by reading them.
    #[test]
    fn every_key_asked_for_exists_and_every_key_is_asked_for() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
        let mut text = String::new();
        for folder in ["templates", "src", "src/view"] {
            for file in std::fs::read_dir(format!("{root}{folder}")).unwrap() {
                let path = file.unwrap().path();
                if path.is_file() && !path.ends_with("locales.rs") {
                    text.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let english = entries(source(Lang::En));
        let quoted: BTreeSet<&str> = text.split('"').collect();
        let unused: Vec<_> =
            english.keys().filter(|key| !key.contains('.') && !quoted.contains(key.as_str())).collect();
        assert!(unused.is_empty(), "no page shows {unused:?}");
        for call in ["page.t(\"", "page.tx(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                assert!(english.contains_key(key), "{key} has no text");
            }
        }
    }

    #[test]
    fn plural_forms_follow_the_language() {
        let locales = Locales::load().unwrap();
        for (lang, count, expected) in [
            (Lang::En, 1, "You have one attempt left."),
            (Lang::En, 2, "You have 2 attempts left."),
            (Lang::Cs, 2, "Zbývají vám 2 pokusy."),
            (Lang::Cs, 5, "Zbývá vám 5 pokusů."),
            (Lang::Pl, 3, "Pozostały 3 próby."),
            (Lang::Pl, 12, "Pozostało 12 prób."),
            (Lang::Ru, 2, "Осталось 2 попытки."),
            (Lang::Ro, 2, "Mai aveți 2 încercări."),
        ] {
            assert_eq!(locales.texts(lang).count("attempts-left", count), expected);
        }
    }

    #[test]
    fn attributes_and_placeables_are_found_and_a_missing_key_shows_its_name() {
        let locales = Locales::load().unwrap();
        let texts = locales.texts(Lang::En);
        assert_eq!(texts.get("decline-card-not-supported.advice"), "Use another card.");
        assert_eq!(texts.with("pay-button", &[("amount", "€1.00")]), "Pay €1.00");
        assert_eq!(texts.get("no-such-key"), "no-such-key");
    }

    #[test]
    fn locales_are_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Locales>();
    }
}
