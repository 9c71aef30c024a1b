//! Forms: bounded in pairs, and what was read survives being written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polytill_http::form::{MAX_PAIRS, last, parse};

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fuzz_target!(|body: &[u8]| {
    let Ok(pairs) = parse(body) else { return };
    assert!(pairs.len() <= MAX_PAIRS);
    if let Some((name, value)) = pairs.last() {
        assert_eq!(last(&pairs, name), Some(value.as_str()));
    }
    let again: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    assert_eq!(parse(again.join("&").as_bytes()), Ok(pairs));
});
