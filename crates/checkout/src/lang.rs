//! The languages of the payment page.
//!
//! Thirteen languages have texts (gopay.md §9, `Lang`). The newer codes that shops may send as well (`UK`, `ET`,
//! `LT`, `LV`, `SL`, `PT`) are known, but have no texts of their own: their speakers get English, the most likely
//! second language for all of them. A code nobody knows is `None`, so that the caller decides what comes next (the
//! shop's language, then the browser's, then English).

/// A language in which the payment page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    Cs,
    Sk,
    En,
    De,
    Ru,
    Pl,
    Hu,
    Ro,
    Bg,
    Hr,
    It,
    Fr,
    Es,
}

/// Codes shops may send for which there are no texts (gopay.md §9, "new").
const ANSWERED_IN_ENGLISH: [&str; 6] = ["uk", "et", "lt", "lv", "sl", "pt"];

/// How many entries of an `Accept-Language` header are looked at; browsers send fewer than ten.
const ACCEPTED_LANGUAGES_READ: usize = 16;

impl Lang {
    /// In the order in which the page's language switch lists them.
    pub const ALL: [Self; 13] = [
        Self::Cs,
        Self::Sk,
        Self::En,
        Self::De,
        Self::Pl,
        Self::Hu,
        Self::Ro,
        Self::Bg,
        Self::Hr,
        Self::It,
        Self::Fr,
        Self::Es,
        Self::Ru,
    ];

    /// The lower-case ISO 639-1 code, as used in `lang` attributes and in the page's `?lang=`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cs => "cs",
            Self::Sk => "sk",
            Self::En => "en",
            Self::De => "de",
            Self::Ru => "ru",
            Self::Pl => "pl",
            Self::Hu => "hu",
            Self::Ro => "ro",
            Self::Bg => "bg",
            Self::Hr => "hr",
            Self::It => "it",
            Self::Fr => "fr",
            Self::Es => "es",
        }
    }

    /// The language's name in the language itself.
    #[must_use]
    pub const fn autonym(self) -> &'static str {
        match self {
            Self::Cs => "Čeština",
            Self::Sk => "Slovenčina",
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Ru => "Русский",
            Self::Pl => "Polski",
            Self::Hu => "Magyar",
            Self::Ro => "Română",
            Self::Bg => "Български",
            Self::Hr => "Hrvatski",
            Self::It => "Italiano",
            Self::Fr => "Français",
            Self::Es => "Español",
        }
    }

    /// Reads `CS`, `cs` or `cs-CZ`, in any case. `None` for anything this page has never heard of.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let primary = text.trim().split(['-', '_']).next().unwrap_or_default();
        let own = Self::ALL.into_iter().find(|lang| lang.code().eq_ignore_ascii_case(primary));
        let known = || ANSWERED_IN_ENGLISH.iter().any(|code| code.eq_ignore_ascii_case(primary));
        own.or_else(|| known().then_some(Self::En))
    }

    /// The browser's first choice among the page's languages, by q-value and then by order.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for entry in header.split(',').take(ACCEPTED_LANGUAGES_READ) {
            let mut parts = entry.split(';');
            let Some(lang) = parts.next().and_then(Self::parse) else { continue };
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
            if weight > 0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }
}

/// A q-value (`0`, `0.7`, `1.000`) in thousandths; what is not one counts as 0.
fn thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let padded = format!("{fraction:0<3}");
    match (whole, padded.get(..3).and_then(|digits| digits.parse::<u16>().ok())) {
        ("1", _) => 1000,
        ("0", Some(value)) => value,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn a_code_is_read_in_any_case_and_with_a_region() {
        for (text, expected) in [
            ("CS", Some(Lang::Cs)),
            ("cs", Some(Lang::Cs)),
            (" de-AT ", Some(Lang::De)),
            ("sk_SK", Some(Lang::Sk)),
            ("UK", Some(Lang::En)),
            ("pt-BR", Some(Lang::En)),
            ("xx", None),
            ("", None),
            ("csx", None),
        ] {
            assert_eq!(Lang::parse(text), expected, "{text:?}");
        }
        for lang in Lang::ALL {
            assert_eq!(Lang::parse(lang.code()), Some(lang));
        }
    }

    #[test]
    fn the_browsers_heaviest_known_language_wins() {
        for (header, expected) in [
            ("cs-CZ,cs;q=0.9,en;q=0.8", Some(Lang::Cs)),
            ("nl,de;q=0.5,fr;q=0.7", Some(Lang::Fr)),
            ("en;q=0, it;q=0.1", Some(Lang::It)),
            ("hu;q=oops, ro;q=0.333", Some(Lang::Ro)),
            ("nl, ja", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Lang::from_accept_language(header), expected, "{header:?}");
        }
    }
}
