//! JSON bodies: what is read nests no deeper than allowed, and both encodings agree on UTF-8.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polytill_http::json::{Encoding, MAX_DEPTH, parse};
use serde_json::Value;

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fuzz_target!(|body: &[u8]| {
    let (strict, tolerant) = (parse(body, Encoding::Utf8), parse(body, Encoding::Utf8OrLatin1));
    if let Ok(value) = &tolerant {
        assert!(depth(value) <= MAX_DEPTH);
    }
    if std::str::from_utf8(body).is_ok() {
        assert_eq!(strict, tolerant);
    } else {
        assert!(strict.is_err());
    }
});
