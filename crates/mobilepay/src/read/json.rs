//! A JSON object's members as inputs. Numbers and booleans count as the text they are written in, so that an amount is
//! never a floating-point number; `null` is nothing; nested values are passed over.

use std::fmt;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Unreadable;
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
            if let Some(text) = text(value.get()).map_err(serde::de::Error::custom)? {
                inputs.push(name, &text);
            }
        }
        Ok(inputs)
    }
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
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(30_000), "]".repeat(30_000));
        assert!(
            json(deep.as_bytes()).is_ok_and(|inputs| inputs.get("a").is_none())
                || json(deep.as_bytes()).is_err()
        );
    }
}
