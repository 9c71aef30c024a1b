//! Parsing a JSON body: bounded in depth, tolerant in encoding where a door asks for it.
//!
//! Always true: of a key that occurs twice the last value counts (as in most servers' parsers); nesting deeper than
//! [`MAX_DEPTH`] is refused with an error of its own; an error says where, never what, since bodies carry card numbers.

use std::borrow::Cow;

use serde_json::Value;

/// No request of any door nests deeper than a handful; the parser's own bound of 128 would be all the stack we risk.
pub const MAX_DEPTH: usize = 32;

/// What a body that is not UTF-8 is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// An error.
    Utf8,
    /// ISO-8859-1, in which one client library writes one of its requests (gopay.md §2).
    Utf8OrLatin1,
}

/// Why a body is not a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    #[error("the body is not UTF-8")]
    NotUtf8,
    #[error("the body nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
    #[error("the body is not JSON (line {line}, column {column})")]
    Malformed { line: usize, column: usize },
}

/// Parses one JSON value and nothing after it.
///
/// # Errors
/// See [`JsonError`].
pub fn parse(body: &[u8], encoding: Encoding) -> Result<Value, JsonError> {
    let text = text(body, encoding)?;
    if depth_exceeds(text.as_bytes(), MAX_DEPTH) {
        return Err(JsonError::TooDeep);
    }
    serde_json::from_str(&text)
        .map_err(|error| JsonError::Malformed { line: error.line(), column: error.column() })
}

fn text(body: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, JsonError> {
    match (std::str::from_utf8(body), encoding) {
        (Ok(text), _) => Ok(Cow::Borrowed(text)),
        // The code points of ISO-8859-1 are Unicode's first 256.
        (Err(_), Encoding::Utf8OrLatin1) => Ok(body.iter().copied().map(char::from).collect()),
        (Err(_), Encoding::Utf8) => Err(JsonError::NotUtf8),
    }
}

/// Whether brackets outside strings nest deeper than `max`. In malformed text the answer may be either.
fn depth_exceeds(text: &[u8], max: usize) -> bool {
    // Most bodies have fewer brackets altogether than they may nest, and counting bytes is nearly free.
    if text.iter().filter(|byte| matches!(byte, b'{' | b'[')).count() <= max {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > max {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        assert_eq!(parse(br#"{"a":1,"a":2}"#, Encoding::Utf8), Ok(json!({"a": 2})));
    }

    #[test]
    fn a_body_in_latin_1_is_read_where_the_door_allows_it() {
        // gopay.md §2: the Java SDK's create-recurrence call.
        let body = b"{\"name\":\"Fran\xE7ois\"}";
        assert_eq!(parse(body, Encoding::Utf8OrLatin1), Ok(json!({"name": "François"})));
        assert_eq!(parse(body, Encoding::Utf8), Err(JsonError::NotUtf8));
        assert_eq!(
            parse("{\"name\":\"Žluť\"}".as_bytes(), Encoding::Utf8OrLatin1),
            Ok(json!({"name": "Žluť"}))
        );
        assert_eq!(parse(br#"{"name":"\u017dlu\u0165"}"#, Encoding::Utf8), Ok(json!({"name": "Žluť"})));
    }

    #[test]
    fn depth_is_bounded_and_brackets_in_strings_do_not_count() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(MAX_DEPTH).as_bytes(), Encoding::Utf8).is_ok());
        assert_eq!(parse(nested(MAX_DEPTH + 1).as_bytes(), Encoding::Utf8), Err(JsonError::TooDeep));
        assert_eq!(parse("[".repeat(60_000).as_bytes(), Encoding::Utf8), Err(JsonError::TooDeep));
        assert_eq!(
            parse(&[b"{\"a\":".repeat(10_000), b"1".to_vec()].concat(), Encoding::Utf8),
            Err(JsonError::TooDeep)
        );
        let wide = format!("[{}[]]", "[],".repeat(5_000));
        assert!(parse(wide.as_bytes(), Encoding::Utf8).is_ok());
        let quoted = format!("[\"\\\"{}\"]", "[".repeat(5_000));
        assert!(parse(quoted.as_bytes(), Encoding::Utf8).is_ok());
    }

    #[test]
    fn malformed_bodies_are_refused_without_being_quoted() {
        for body in [
            "{",
            "{}{}",
            "{\"pan\":4111111111111111",
            "[1,]",
            "1e999",
            "\"\\ud800\"",
            "{'a':1}",
            "nul",
            "01",
            "",
        ] {
            let error = parse(body.as_bytes(), Encoding::Utf8).unwrap_err();
            assert!(matches!(error, JsonError::Malformed { .. }), "{body}");
            assert!(!error.to_string().contains("4111"));
        }
    }
}
