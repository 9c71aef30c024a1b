//! XML as a data contract serializer writes it: no declaration, base members first, the others in ordinal order.
//!
//! Nested content is prefixed `d2p1`, after the depth it is declared at; lists are of strings in their own namespace.

use super::Layout;
use crate::fault::Problem;
use crate::reply::Value;
use crate::types::{Field, Kind, NS_ARR, NS_I, NS_MP, NS_VM};

pub(super) fn write(out: &mut String, layout: &Layout, values: &[Value], problems: &[Problem]) {
    let root = layout.root;
    push(out, &["<", root, " xmlns:i=\"", NS_I, "\" xmlns=\"", NS_VM, "\">"]);
    let errors: Vec<String> = problems.iter().map(ToString::to_string).collect();
    list(out, Name { prefix: "", local: "errors" }, AT_TOP, Some(&errors));
    push(out, &["<success>", if problems.is_empty() { "true" } else { "false" }, "</success>"]);
    for member in layout.sorted() {
        let name = Name { prefix: "", local: member.field.name };
        value(out, name, AT_TOP, member.field.kind, member.value(values));
    }
    push(out, &["</", root, ">"]);
}

/// The prefix that is declared on an element, by the element's depth.
#[derive(Clone, Copy)]
struct Depth {
    declares: &'static str,
    /// Whether the namespace of nested objects is declared further out.
    nested: bool,
}

const AT_TOP: Depth = Depth { declares: "d2p1", nested: false };
const NESTED: Depth = Depth { declares: "d3p1", nested: true };

/// An element's name with its prefix, `d2p1:` for what is nested.
#[derive(Clone, Copy)]
struct Name {
    prefix: &'static str,
    local: &'static str,
}

fn value(out: &mut String, name: Name, depth: Depth, kind: Kind, value: &Value) {
    match (kind, value) {
        (Kind::Text, Value::Text(content)) if content.is_empty() => {
            push(out, &["<", name.prefix, name.local, " />"]);
        }
        (Kind::Text, Value::Text(content)) => {
            push(out, &["<", name.prefix, name.local, ">"]);
            text(out, content);
            push(out, &["</", name.prefix, name.local, ">"]);
        }
        (Kind::Text, _) => push(out, &["<", name.prefix, name.local, " i:nil=\"true\" />"]),
        (Kind::List, Value::List(items)) => list(out, name, depth, Some(items)),
        (Kind::List, _) => list(out, name, depth, None),
        (Kind::Object(of), value) => object(out, name, depth, of.fields, value),
    }
}

fn list(out: &mut String, name: Name, depth: Depth, items: Option<&[String]>) {
    let prefix = depth.declares;
    push(out, &["<", name.prefix, name.local, " xmlns:", prefix, "=\"", NS_ARR, "\""]);
    match items {
        None => out.push_str(" i:nil=\"true\" />"),
        Some([]) => out.push_str(" />"),
        Some(items) => {
            out.push('>');
            for item in items {
                push(out, &["<", prefix, ":string>"]);
                text(out, item);
                push(out, &["</", prefix, ":string>"]);
            }
            push(out, &["</", name.prefix, name.local, ">"]);
        }
    }
}

fn object(out: &mut String, name: Name, depth: Depth, fields: &'static [Field], value: &Value) {
    push(out, &["<", name.prefix, name.local]);
    if !depth.nested {
        push(out, &[" xmlns:", AT_TOP.declares, "=\"", NS_MP, "\""]);
    }
    let Value::Object(members) = value else {
        out.push_str(" i:nil=\"true\" />");
        return;
    };
    out.push('>');
    let mut sorted: Vec<(&Field, &Value)> = fields.iter().zip(members).collect();
    sorted.sort_by_key(|(field, _)| field.name);
    for (field, member) in sorted {
        self::value(out, Name { prefix: "d2p1:", local: field.name }, NESTED, field.kind, member);
    }
    push(out, &["</", name.prefix, name.local, ">"]);
}

fn push(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}

pub(super) fn text(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            // What XML cannot hold at all.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push('\u{fffd}');
            }
            other => out.push(other),
        }
    }
}
