//! What people wrote is cleaned before it stands in a file: no control or invisible characters, no line ends, a
//! bounded length, and nothing a spreadsheet would run as a formula. Amounts never come this way.

use unicode_normalization::UnicodeNormalization;

/// How many characters of a text are kept in a cell.
pub const MAX_TEXT: usize = 256;

/// A client takes a statement that holds these words for a refusal (gopay.md §6.10). They say the same in capitals.
const WORDS_OF_A_REFUSAL: [&str; 2] = ["errors", "error_code"];

/// Characters that begin a formula in some spreadsheet, full-width forms included.
const FORMULA_STARTS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// One line of visible text in composed characters, at most [`MAX_TEXT`] of them.
pub(crate) fn clean(text: &str) -> String {
    if is_clean(text) {
        return text.to_owned();
    }
    let mut cleaned = String::with_capacity(text.len().min(4 * MAX_TEXT));
    let mut length = 0;
    for letter in text.nfc() {
        let letter = if letter.is_whitespace() || is_line_break(letter) { ' ' } else { letter };
        let doubled = letter == ' ' && (cleaned.is_empty() || cleaned.ends_with(' '));
        if doubled || is_invisible(letter) {
            continue;
        }
        if length == MAX_TEXT {
            break;
        }
        cleaned.push(letter);
        length += 1;
    }
    cleaned.truncate(cleaned.trim_end().len());
    for word in WORDS_OF_A_REFUSAL {
        if cleaned.contains(word) {
            cleaned = cleaned.replace(word, &word.to_uppercase());
        }
    }
    cleaned
}

/// Most texts are numbers and plain words, and need no second look.
fn is_clean(text: &str) -> bool {
    text.len() <= MAX_TEXT
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'@' | b'*' | b'/'))
        && !text.contains("error")
}

/// The cell's text with an apostrophe before what would be a formula.
pub(crate) fn guarded(cell: &str) -> String {
    if cell.trim_start().starts_with(FORMULA_STARTS) { format!("'{cell}") } else { cell.to_owned() }
}

/// At most so many characters.
pub(crate) fn clipped(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

fn is_line_break(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}')
}

/// Control characters, those that turn or join what stands beside them, and what is no character at all: XML has
/// no place for some of them, and a reader does not see any.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..)
        || u32::from(letter) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_line_of_visible_characters() {
        assert_eq!(clean(" a\r\n\tb\0c \u{202e}d\u{feff} "), "a bc d");
        assert_eq!(clean("c\u{30c}aj"), "čaj");
        assert_eq!(clean("a\u{a0}\u{2009}b"), "a b");
        assert_eq!(clean(&"x".repeat(1_000)).len(), MAX_TEXT);
        assert_eq!(clean("two errors, one error_code"), "two ERRORS, one ERROR_CODE");
    }

    #[test]
    fn a_formula_becomes_a_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", " =1"] {
            assert!(guarded(formula).starts_with('\''), "{formula}");
        }
        for plain in ["", "a=1", "1-1", "'=1"] {
            assert_eq!(guarded(plain), plain);
        }
    }

    #[test]
    fn nothing_xml_forbids_is_left() {
        let everything: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        for letter in everything.chars() {
            let xml = matches!(u32::from(letter), 0x20..=0xd7ff | 0xe000..=0xfffd | 0x1_0000..);
            assert!(xml || clean(&letter.to_string()).is_empty(), "{letter:?}");
        }
    }
}
