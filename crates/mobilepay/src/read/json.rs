//! A JSON object's members as inputs. Numbers and booleans count as the text they are written in, so that an amount is
//! never a floating-point number; `null` is nothing; nested values are passed over, down to eight levels as in XML.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{MAX_DEPTH, Unreadable};
use crate::inputs::Inputs;

/// Reads one object and nothing after it.
///
/// # Errors
/// [`Unreadable`].
pub fn json(body: &[u8]) -> Result<Inputs, Unreadable> {
    let mut parser = serde_json::Deserializer::from_slice(body);
    let inputs = parser.deserialize_map(Members).map_err(|_| Unreadable)?;
    parser.end().map_err(|_| Unreadable)?;
    Ok(inputs)
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Inputs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Inputs, A::Error> {
        let mut inputs = Inputs::default();
        while let Some((name, value)) = members.next_entry::<String, &RawValue>()? {
            let value = value.get();
            // The object that holds it is a level too.
            if depth(value) >= MAX_DEPTH {
                return Err(A::Error::custom("too many levels"));
            }
            if let Some(text) = text(value).map_err(A::Error::custom)? {
                inputs.push(name, &text);
            }
        }
        Ok(inputs)
    }
}

/// How many levels of arrays and objects a value has. It is known to be well formed.
fn depth(value: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for byte in value.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn text(value: &str) -> Result<Option<String>, serde_json::Error> {
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str(value).map(Some),
        Some(b'{' | b'[' | b'n') | None => Ok(None),
        Some(_) => Ok(Some(value.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str, name: &str) -> Option<String> {
        json(body.as_bytes()).ok()?.get(name).map(str::to_owned)
    }

    #[test]
    fn values_are_the_text_they_are_written_in() {
        for (body, expected) in [
            (r#"{"amount":"27.00"}"#, Some("27.00")),
            (r#"{"amount":27.00}"#, Some("27.00")),
            (r#"{"AMOUNT":27.10}"#, Some("27.10")),
            (r#"{"amount":1e2}"#, Some("1e2")),
            (r#"{"amount":99999999999999999999.01}"#, Some("99999999999999999999.01")),
            (r#"{"amount":true}"#, Some("true")),
            (r#"{"amount":null}"#, None),
            (r#"{"amount":null,"Amount":"5"}"#, Some("5")),
            (r#"{"amount":"4","amount":"5"}"#, Some("4")),
            (r#"{"amount":{"amount":"5"}}"#, None),
            (r#"{"amount":["5"]}"#, None),
            (r#"{"x":[[[{"a":[]}]]],"amount":" 5\t"}"#, Some("5")),
            (r#"{"amount":"\u0035\n"}"#, Some("5")),
            (" {\n} ", None),
        ] {
            assert_eq!(read(body, "amount").as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn what_is_no_object_is_unreadable() {
        for body in [
            "[]",
            "null",
            "5",
            "\"x\"",
            "{",
            "{}{}",
            "{} x",
            "{'a':1}",
            r#"{"a":1,}"#,
            r#"{"a":01}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a"}"#,
            "{\"a\":\"\u{1}\"}",
        ] {
            assert_eq!(json(body.as_bytes()), Err(Unreadable), "{body}");
        }
        assert_eq!(json(b"{\"a\":\"\xFF\"}"), Err(Unreadable));
    }

    #[test]
    fn nesting_has_a_bound() {
        for (open, close) in [("[", "]"), ("{\"b\":", "}")] {
            // The object itself is the first level.
            let deep = |depth: usize| {
                let (open, close) = (open.repeat(depth - 1), close.repeat(depth - 1));
                format!("{{\"x\":{open}1{close},\"a\":\"[[[[[[[[[\\\"[[{{{{\"}}")
            };
            assert_eq!(read(&deep(MAX_DEPTH), "a").as_deref(), Some("[[[[[[[[[\"[[{{"));
            for depth in [MAX_DEPTH + 1, 127, 128, 129, 30_000] {
                assert_eq!(json(deep(depth).as_bytes()), Err(Unreadable), "{depth}");
            }
        }
    }
}
