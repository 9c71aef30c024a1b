//! Writing answers: one table of types, two formats, byte for byte (mobilepay.md §2.2, §2.3).
//!
//! A [`Layout`] is a type's row of the table, made ready for writing: which members there are with aliases on or off, in
//! JSON's order and in XML's. The two writers know formats and no field.

mod json;
mod layout;
mod xml;

pub(crate) use layout::Layout;

use crate::fault::Problem;
use crate::negotiate::Format;
use crate::reply::{Reply, Value};
use crate::types::{Field, Kind};

/// Room for most answers.
const USUAL_BYTES: usize = 512;

/// An answer of an operation: its values, or what was wrong.
pub(crate) fn answer(layout: &Layout, format: Format, outcome: Result<&Reply, &[Problem]>) -> String {
    let (values, problems) = match outcome {
        Ok(reply) => (reply.0.as_slice(), [].as_slice()),
        Err(problems) => (layout.nothing(), problems),
    };
    let mut out = String::with_capacity(USUAL_BYTES);
    match format {
        Format::Json => json::write(&mut out, layout, values, problems),
        Format::Xml => xml::write(&mut out, layout, values, problems),
    }
    out
}

/// The body of what is answered before there is an operation (§3).
pub(crate) fn error(format: Format, message: &str) -> String {
    let mut out = String::with_capacity(message.len() + 64);
    match format {
        Format::Json => {
            out.push_str("{\"Message\":");
            json::text(&mut out, message);
            out.push('}');
        }
        Format::Xml => {
            out.push_str("<Error><Message>");
            xml::text(&mut out, message);
            out.push_str("</Message></Error>");
        }
    }
    out
}

/// What fields hold when an operation failed: lists are empty, everything else is nothing.
fn nothing(fields: &[Field]) -> Vec<Value> {
    let of = |field: &Field| match field.kind {
        Kind::List => Value::List(vec![]),
        Kind::Text | Kind::Object(_) => Value::Null,
    };
    fields.iter().map(of).collect()
}

#[cfg(test)]
mod tests;
