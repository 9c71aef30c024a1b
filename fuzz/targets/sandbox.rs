//! The tester's door, whole: a method and a path on the first line, the body below. Whatever comes, the answer is JSON
//! and never an internal error.
#![no_main]

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use libfuzzer_sys::fuzz_target;
use polytill_fuzz::{GATEWAY, RUNTIME};
use serde_json::Value;
use tower::ServiceExt;

static DOOR: LazyLock<Router> = LazyLock::new(|| sandbox::router(&Arc::clone(&GATEWAY)).expect("a sandbox"));

/// Without a path it is a step of the clock.
fn request(input: &[u8]) -> Option<Request<Body>> {
    let line_end = input.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (line, body) = input.split_at(line_end);
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let method = words.next().filter(|word| !word.is_empty()).unwrap_or("POST");
    let path = words.next().filter(|path| path.starts_with("/_sandbox")).unwrap_or("/_sandbox/clock/advance");
    Request::builder().method(method).uri(path).body(Body::from(body.to_vec())).ok()
}

fuzz_target!(|input: &[u8]| {
    let Some(request) = request(input) else { return };
    // The door is made by a runtime of its own, outside of this one.
    let door = DOOR.clone();
    RUNTIME.block_on(async {
        let response = door.oneshot(request).await.expect("infallible");
        let status = response.status();
        assert!(status.is_success() || status.is_client_error(), "{status}");
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        assert!(body.is_empty() || serde_json::from_slice::<Value>(&body).is_ok());
    });
});
