//! GoPay's door, whole: a method, a path and the language on the first line, the body below. Whatever comes, the
//! answer is one of the door's own, in its form, and never an internal error.
#![no_main]

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use gopay::Settings;
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::BodyExt;
use libfuzzer_sys::fuzz_target;
use polytill_fuzz::{GATEWAY, RUNTIME, token};
use serde_json::Value;
use tower::ServiceExt;

static DOOR: LazyLock<Router> = LazyLock::new(|| {
    let settings = Settings { public_url: "https://pay.example".to_owned(), strict_scopes: false };
    gopay::router(Arc::clone(&GATEWAY), settings)
});
static BEARER: LazyLock<String> = LazyLock::new(|| format!("Bearer {}", token()));
/// The one client of the fuzzed gateway.
const BASIC: &str = "Basic MTA2MTM5OTE2MzpzZWNyZXQ=";

/// The first line is `METHOD path language`; without a path it is a request to create a payment.
fn request(input: &[u8]) -> Option<Request<Body>> {
    let line_end = input.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (line, body) = input.split_at(line_end);
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let method = words.next().filter(|word| !word.is_empty()).unwrap_or("POST");
    let path = words.next().unwrap_or("/api/payments/payment");
    let language = HeaderValue::from_str(words.next().unwrap_or_default()).ok()?;
    let authorization = if path.contains("/token") { BASIC } else { BEARER.as_str() };
    Request::builder()
        .method(method)
        .uri(path)
        .header(AUTHORIZATION, authorization)
        .header(ACCEPT_LANGUAGE, language)
        .body(Body::from(body.to_vec()))
        .ok()
}

async fn check(response: Response<Body>) {
    let status = response.status();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    // A HEAD has no body to look at.
    if body.is_empty() {
        return;
    }
    let body: Value = serde_json::from_slice(&body).expect("every body is JSON");
    let errors = body["errors"].as_array().map(Vec::len);
    match status {
        StatusCode::OK => assert_eq!(errors, None),
        StatusCode::FORBIDDEN
        | StatusCode::NOT_FOUND
        | StatusCode::CONFLICT
        | StatusCode::PAYLOAD_TOO_LARGE => {
            assert!(errors.is_some_and(|count| count > 0) && body["date_issued"].is_string());
        }
        other => panic!("{other}: {body}"),
    }
}

fuzz_target!(|input: &[u8]| {
    let Some(request) = request(input) else { return };
    RUNTIME.block_on(async {
        let response = DOOR.clone().oneshot(request).await.expect("infallible");
        check(response).await;
    });
});
