//! Tolerant reading of what GoPay's clients send (§6.1, §15).
//!
//! Numbers may be strings or floats, null and a blank text are absent, an object may stand for an
//! array. What cannot be read is noted under its dotted path and reading goes on, so that the client learns
//! of everything that is wrong at once. Errors come in the order in which the reader asks.

use serde_json::{Map, Value};

use crate::error::{Code, Failure, Fault};

/// What was found to be wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn note(&mut self, field: String, code: Code, description: &'static str) {
        self.0.push(Fault { field: Some(field), code, description: Some(description) });
    }

    /// Nothing was wrong, or the failure that says all of it.
    pub(crate) fn verdict(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::fields(self.0)) }
    }
}

/// An object at a path.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    members: &'a Map<String, Value>,
    path: String,
}

impl<'a> Object<'a> {
    pub(crate) fn root(members: &'a Map<String, Value>) -> Self {
        Self { members, path: String::new() }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A member that says something: not null and not a blank text.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        match self.members.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if text.trim().is_empty() => None,
            Some(value) => Some(value),
        }
    }

    /// Whether an object member is left out: absent, or the empty array that PHP makes of an empty map.
    pub(crate) fn lacks(&self, name: &str) -> bool {
        self.get(name).is_none_or(|value| value.as_array().is_some_and(Vec::is_empty))
    }

    /// An object member; anything else is wrong.
    pub(crate) fn object(&self, name: &str, faults: &mut Faults) -> Option<Object<'a>> {
        match self.get(name)? {
            Value::Object(members) => Some(Object { members, path: self.path(name) }),
            Value::Array(_) if self.lacks(name) => None,
            _ => {
                faults.note(self.path(name), Code::INVALID, "An object is expected.");
                None
            }
        }
    }

    /// An array's objects. A single object is an array of one, a map of objects the array of its values
    /// (§15 no. 37).
    pub(crate) fn objects(&self, name: &str, single: &str, faults: &mut Faults) -> Option<Vec<Object<'a>>> {
        let values: Vec<&Value> = match self.get(name)? {
            Value::Array(values) => values.iter().collect(),
            value @ Value::Object(members) if members.contains_key(single) => vec![value],
            Value::Object(members) => members.values().collect(),
            _ => {
                faults.note(self.path(name), Code::INVALID, "An array is expected.");
                return None;
            }
        };
        let mut objects = Vec::with_capacity(values.len());
        for (place, value) in values.into_iter().enumerate() {
            let path = format!("{}[{place}]", self.path(name));
            match value {
                Value::Object(members) => objects.push(Object { members, path }),
                _ => faults.note(path, Code::INVALID, "An object is expected."),
            }
        }
        Some(objects)
    }

    /// An array of texts; an empty one counts as absent (§5.2).
    pub(crate) fn texts(&self, name: &str, longest: usize, faults: &mut Faults) -> Option<Vec<String>> {
        let values: Vec<&Value> = match self.get(name)? {
            Value::Array(values) => values.iter().collect(),
            Value::Object(members) => members.values().collect(),
            single @ Value::String(_) => vec![single],
            _ => {
                faults.note(self.path(name), Code::INVALID, "An array is expected.");
                return None;
            }
        };
        let mut texts = Vec::with_capacity(values.len());
        for (place, value) in values.into_iter().enumerate() {
            match value {
                Value::String(text) if text.chars().count() <= longest => texts.push(text.clone()),
                _ => {
                    let path = format!("{}[{place}]", self.path(name));
                    faults.note(path, Code::INVALID, "A text is expected.");
                }
            }
        }
        (!texts.is_empty()).then_some(texts)
    }

    /// A text of at most this many characters, without the blanks around it. A number is its digits.
    pub(crate) fn text(&self, name: &str, longest: usize, faults: &mut Faults) -> Option<String> {
        let text = match self.get(name)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                faults.note(self.path(name), Code::INVALID, "A text is expected.");
                return None;
            }
        };
        if text.chars().count() > longest {
            faults.note(self.path(name), Code::INVALID, "The value is too long.");
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    /// An integer: a number, a text of digits, or a float, which is rounded (§6.1).
    pub(crate) fn integer(&self, name: &str, faults: &mut Faults) -> Option<i64> {
        let value = self.get(name)?;
        let number = integer(value);
        if number.is_none() {
            let why = if value.is_number() { "The number is too large." } else { "A number is expected." };
            faults.note(self.path(name), Code::INVALID, why);
        }
        number
    }

    /// A truth value; also as a text (§15 no. 15).
    pub(crate) fn truth(&self, name: &str, faults: &mut Faults) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(truth) => Some(*truth),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Value::Number(number) if number.as_i64() == Some(0) => Some(false),
            Value::Number(number) if number.as_i64() == Some(1) => Some(true),
            _ => {
                faults.note(self.path(name), Code::INVALID, "true or false is expected.");
                None
            }
        }
    }

    pub(crate) fn missing(&self, name: &str, faults: &mut Faults) {
        faults.note(self.path(name), Code::MANDATORY, "The value is missing.");
    }
}

/// The integer a client means.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| rounded(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| plain_decimal(text).then(|| text.parse().ok().and_then(rounded))?)
        }
        _ => None,
    }
}

/// Digits, a sign and one point: what `parse` takes as a float and people would too.
fn plain_decimal(text: &str) -> bool {
    text.len() <= 32 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'))
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be far inside the exact range")]
fn rounded(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.is_finite() && number.abs() < EXACT).then(|| number.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_left_out() {
        let body = json!({"none": null, "blank": " ", "empty": [], "map": {}, "text": "a", "list": [1]});
        let request = Object::root(body.as_object().unwrap());
        for (name, expected) in [
            ("other", true),
            ("none", true),
            ("blank", true),
            ("empty", true),
            ("map", false),
            ("list", false),
        ] {
            assert_eq!(request.lacks(name), expected, "{name}");
        }
        assert_eq!(request.text("blank", 9, &mut Faults::default()), None);
    }

    #[test]
    fn integers_as_clients_send_them() {
        for (value, expected) in [
            (json!(1900), Some(1_900)),
            (json!("1900"), Some(1_900)),
            (json!(" 1900 "), Some(1_900)),
            (json!(119990.0), Some(119_990)),
            (json!(113_999.999_999_999_99), Some(114_000)),
            (json!("1900.0"), Some(1_900)),
            (json!(-5), Some(-5)),
            (json!("12a"), None),
            (json!("NaN"), None),
            (json!("inf"), None),
            (json!(1e300), None),
            (json!(true), None),
            (json!([1]), None),
        ] {
            assert_eq!(integer(&value), expected, "{value}");
        }
    }
}
