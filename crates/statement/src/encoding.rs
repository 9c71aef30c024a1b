//! The two encodings a statement is written in. What Windows-1250 has no character for is transliterated: first to
//! the letter without its marks, then by a table, and only what is left becomes a question mark.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How the characters of a file become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    Utf8,
    Windows1250,
}

/// The upper half of Windows-1250; five places have no character.
const UPPER_HALF: &str = "€\u{fffd}‚\u{fffd}„…†‡\u{fffd}‰Š‹ŚŤŽŹ\
    \u{fffd}‘’“”•–—\u{fffd}™š›śťžź\
    \u{a0}ˇ˘Ł¤Ą¦§¨©Ş«¬\u{ad}®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľż\
    ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß\
    ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙";

/// Small letters that do not fall apart into a letter and marks.
const LETTERS: &[(&str, &[(char, &str)])] = &[
    (
        "Latin",
        &[
            ('æ', "ae"),
            ('ð', "d"),
            ('ø', "o"),
            ('þ', "th"),
            ('ħ', "h"),
            ('ı', "i"),
            ('ĸ', "k"),
            ('ŋ', "n"),
            ('œ', "oe"),
            ('ŧ', "t"),
            ('ə', "e"),
            ('ƒ', "f"),
        ],
    ),
    (
        "Cyrillic",
        &[
            ('а', "a"),
            ('б', "b"),
            ('в', "v"),
            ('г', "h"),
            ('ґ', "g"),
            ('д', "d"),
            ('ђ', "dj"),
            ('е', "e"),
            ('є', "je"),
            ('ж', "ž"),
            ('з', "z"),
            ('и', "y"),
            ('і', "i"),
            ('й', "j"),
            ('ј', "j"),
            ('к', "k"),
            ('л', "l"),
            ('љ', "lj"),
            ('м', "m"),
            ('н', "n"),
            ('њ', "nj"),
            ('о', "o"),
            ('п', "p"),
            ('р', "r"),
            ('с', "s"),
            ('т', "t"),
            ('ћ', "ć"),
            ('у', "u"),
            ('ф', "f"),
            ('х', "ch"),
            ('ц', "c"),
            ('ч', "č"),
            ('џ', "dž"),
            ('ш', "š"),
            ('щ', "šč"),
            ('ъ', ""),
            ('ы', "y"),
            ('ь', ""),
            ('э', "e"),
            ('ю', "ju"),
            ('я', "ja"),
        ],
    ),
    (
        "Greek",
        &[
            ('α', "a"),
            ('β', "v"),
            ('γ', "g"),
            ('δ', "d"),
            ('ε', "e"),
            ('ζ', "z"),
            ('η', "i"),
            ('θ', "th"),
            ('ι', "i"),
            ('κ', "k"),
            ('λ', "l"),
            ('μ', "m"),
            ('ν', "n"),
            ('ξ', "x"),
            ('ο', "o"),
            ('π', "p"),
            ('ρ', "r"),
            ('σ', "s"),
            ('ς', "s"),
            ('τ', "t"),
            ('υ', "y"),
            ('φ', "f"),
            ('χ', "ch"),
            ('ψ', "ps"),
            ('ω', "o"),
        ],
    ),
];

/// Signs that have a plain neighbour.
const SIGNS: &[(char, &str)] = &[
    ('\u{2010}', "-"),
    ('\u{2011}', "-"),
    ('\u{2012}', "-"),
    ('\u{2015}', "—"),
    ('\u{2212}', "-"),
    ('\u{2032}', "'"),
    ('\u{2033}', "\""),
    ('\u{201b}', "'"),
    ('\u{2044}', "/"),
    ('₴', "UAH"),
    ('£', "GBP"),
    ('¥', "JPY"),
    ('ˈ', "'"),
];

impl Encoding {
    /// The text in characters this encoding has. Nothing is changed for UTF-8.
    pub(crate) fn fit(self, text: &str) -> Cow<'_, str> {
        if self == Self::Utf8 || text.is_ascii() || text.chars().all(|c| byte_of(c).is_some()) {
            return Cow::Borrowed(text);
        }
        let mut fitted = String::with_capacity(text.len());
        for letter in text.chars() {
            if byte_of(letter).is_some() {
                fitted.push(letter);
            } else {
                transliterate(letter, &mut fitted);
            }
        }
        Cow::Owned(fitted)
    }

    /// Appends the text's bytes. A text that was not fitted loses what has no character.
    pub(crate) fn write(self, text: &str, out: &mut Vec<u8>) {
        match self {
            Self::Utf8 => out.extend_from_slice(text.as_bytes()),
            Self::Windows1250 if text.is_ascii() => out.extend_from_slice(text.as_bytes()),
            Self::Windows1250 => out.extend(text.chars().map(|letter| byte_of(letter).unwrap_or(b'?'))),
        }
    }
}

static BYTES: LazyLock<BTreeMap<char, u8>> = LazyLock::new(|| {
    let places = UPPER_HALF.chars().zip(0x80..=0xff);
    places.filter(|(letter, _)| *letter != '\u{fffd}').collect()
});

fn byte_of(letter: char) -> Option<u8> {
    if letter.is_ascii() { u8::try_from(letter).ok() } else { BYTES.get(&letter).copied() }
}

fn transliterate(letter: char, into: &mut String) {
    // A decimal digit of another script keeps its value by the compatibility forms; the rest goes by the tables.
    let parts = letter.nfkd().filter(|part| !is_combining_mark(*part));
    let before = into.len();
    let mut known = true;
    for part in parts {
        match spelled(part) {
            Some(spelling) => into.push_str(&spelling),
            None => known = false,
        }
    }
    if !known {
        into.truncate(before);
        into.push('?');
    }
}

/// A letter in characters that Windows-1250 has; a capital letter begins with a capital.
fn spelled(letter: char) -> Option<String> {
    if byte_of(letter).is_some() {
        return Some(letter.to_string());
    }
    if let Some((_, sign)) = SIGNS.iter().find(|(sign, _)| *sign == letter) {
        return Some((*sign).to_owned());
    }
    let mut lower = letter.to_lowercase();
    let small = lower.next()?;
    let (_, spelling) =
        LETTERS.iter().flat_map(|(_, letters)| letters.iter()).find(|(known, _)| *known == small)?;
    if small == letter {
        return Some((*spelling).to_owned());
    }
    let mut rest = spelling.chars();
    Some(rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        Encoding::Windows1250.write(&Encoding::Windows1250.fit(text), &mut out);
        out
    }

    #[test]
    fn the_upper_half_has_its_places() {
        assert_eq!(UPPER_HALF.chars().count(), 128);
        assert_eq!(bytes("Žluťoučký kůň €"), b"\x8elu\x9dou\xe8k\xfd k\xf9\xf2 \x80");
        assert_eq!(bytes("ÁŔý˙ß"), [0xc1, 0xc0, 0xfd, 0xff, 0xdf]);
    }

    #[test]
    fn what_has_no_character_is_transliterated() {
        for (text, fitted) in [
            ("Ñandú à la crème", "Nandú a la creme"),
            ("Æsir, smørrebrød", "Aesir, smorrebrod"),
            ("Щедрик і Юлія", "Ščedryk i Julija"),
            ("Αθήνα", "Athina"),
            ("ﬁ 日本 ²", "fi ?? 2"),
            ("−5", "-5"),
        ] {
            assert_eq!(Encoding::Windows1250.fit(text), fitted);
            assert_eq!(Encoding::Utf8.fit(text), text);
        }
    }

    #[test]
    fn whatever_is_fitted_has_bytes() {
        for letter in (0..=0x2_ffff).filter_map(char::from_u32) {
            let text = letter.to_string();
            let fitted = Encoding::Windows1250.fit(&text).into_owned();
            assert!(fitted.chars().all(|c| byte_of(c).is_some()), "{letter:?} became {fitted:?}");
        }
    }
}
