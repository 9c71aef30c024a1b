//! JSON: compact, nothing left out, own members first, then `success`, then `errors`.

use super::Layout;
use crate::fault::Problem;
use crate::reply::Value;
use crate::types::{Field, Kind};

pub(super) fn write(out: &mut String, layout: &Layout, values: &[Value], problems: &[Problem]) {
    out.push('{');
    for member in layout.members() {
        name(out, member.field.name);
        value(out, member.field.kind, member.value(values));
        out.push(',');
    }
    out.push_str(if problems.is_empty() { "\"success\":true" } else { "\"success\":false" });
    out.push_str(",\"errors\":");
    list(out, problems.iter().map(ToString::to_string));
    out.push('}');
}

fn name(out: &mut String, name: &str) {
    // Names are ours and need no escape.
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}

fn value(out: &mut String, kind: Kind, value: &Value) {
    match (value, kind) {
        (Value::Text(content), _) => text(out, content),
        (Value::List(items), _) => list(out, items),
        (Value::Object(members), Kind::Object(of)) => object(out, of.fields, members),
        (Value::Null | Value::Object(_), _) => out.push_str("null"),
    }
}

fn object(out: &mut String, fields: &[Field], members: &[Value]) {
    out.push('{');
    for (place, (field, member)) in fields.iter().zip(members).enumerate() {
        if place > 0 {
            out.push(',');
        }
        name(out, field.name);
        value(out, field.kind, member);
    }
    out.push('}');
}

fn list(out: &mut String, items: impl IntoIterator<Item = impl AsRef<str>>) {
    out.push('[');
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        text(out, item.as_ref());
    }
    out.push(']');
}

pub(super) fn text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // The three line ends that are no control characters are escaped as the original's library does.
            '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
