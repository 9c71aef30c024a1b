//! What a body is taken for: whatever is JSON is taken for JSON, and nothing but white space is cut off.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polytill_http::body::{Content, content};

fuzz_target!(|body: &[u8]| {
    let found = content(body);
    if serde_json::from_slice::<serde_json::Value>(body).is_ok() {
        assert!(matches!(found, Content::Json(_)));
    }
    match found {
        Content::Empty => assert!(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii().is_empty()),
        Content::Json(inner) | Content::Form(inner) => {
            assert!(!inner.is_empty() && inner == inner.trim_ascii());
            // Only the first byte order mark is one.
            assert!(inner.starts_with(b"\xEF\xBB\xBF") || content(inner) == found);
        }
    }
});
