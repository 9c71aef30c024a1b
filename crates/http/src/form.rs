//! Parsing `application/x-www-form-urlencoded`, from a body or a query string.
//!
//! Tolerant, as browsers' forms have always been read: a pair without `=` has an empty value, a `%` that begins no escape
//! stands for itself, bytes that are not UTF-8 become U+FFFD. Order and repetition are kept; which of two equal names
//! counts is the caller's rule ([`last`] is the usual one). The one error is a number of pairs beyond [`MAX_PAIRS`].

use percent_encoding::percent_decode;

/// The longest form of any door has a few dozen fields.
pub const MAX_PAIRS: usize = 200;

/// There are more than [`MAX_PAIRS`] pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the form has more than {MAX_PAIRS} fields")]
pub struct TooManyPairs;

/// Parses names and values in the order they were sent.
///
/// # Errors
/// [`TooManyPairs`].
pub fn parse(form: &[u8]) -> Result<Vec<(String, String)>, TooManyPairs> {
    let mut pairs = Vec::new();
    for pair in form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        if pairs.len() == MAX_PAIRS {
            return Err(TooManyPairs);
        }
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
        pairs.push((decode(name), decode(value)));
    }
    Ok(pairs)
}

/// The value of the last field of that name.
#[must_use]
pub fn last<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn decode(text: &[u8]) -> String {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_browsers_write_them() {
        for (form, pairs) in [
            ("", vec![]),
            ("amount=1900", vec![("amount", "1900")]),
            (
                "scope=payment-all&grant_type=client_credentials",
                vec![("scope", "payment-all"), ("grant_type", "client_credentials")],
            ),
            ("a=b+c%20d&e=%C5%BElu%C5%A5", vec![("a", "b c d"), ("e", "žluť")]),
            ("a+b=%2B", vec![("a b", "+")]),
            ("a=1&a=2&&b", vec![("a", "1"), ("a", "2"), ("b", "")]),
            ("a=b=c", vec![("a", "b=c")]),
            ("=x", vec![("", "x")]),
            ("a=100%&b=%zz&c=%4", vec![("a", "100%"), ("b", "%zz"), ("c", "%4")]),
            ("a=%FF", vec![("a", "\u{FFFD}")]),
        ] {
            let expected: Vec<_> = pairs.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            assert_eq!(parse(form.as_bytes()), Ok(expected), "{form}");
        }
    }

    #[test]
    fn the_number_of_fields_is_bounded() {
        assert_eq!(parse("a=1&".repeat(MAX_PAIRS).as_bytes()).map(|pairs| pairs.len()), Ok(MAX_PAIRS));
        assert_eq!(parse("a=1&".repeat(MAX_PAIRS + 1).as_bytes()), Err(TooManyPairs));
    }

    #[test]
    fn the_last_field_of_a_name_is_found() {
        let pairs = parse(b"a=1&b=2&a=3").unwrap();
        assert_eq!((last(&pairs, "a"), last(&pairs, "b"), last(&pairs, "c")), (Some("3"), Some("2"), None));
    }
}
