//! Small sets of response headers that several doors send.
//!
//! What a page may be framed by or may load is its own door's policy and not decided here.

use std::time::Duration;

use axum::http::{
    HeaderMap, HeaderValue,
    header::{CACHE_CONTROL, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS},
};

/// Nobody may keep this answer: it is about one payer, one client, one moment.
pub fn no_store(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store, must-revalidate"));
}

/// The content type we state is the content type; browsers must not guess.
pub fn nosniff(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// The three headers of an API answer (gopay.md §2). Not for the payment page, which lives in an iframe in inline mode.
pub fn api(headers: &mut HeaderMap) {
    no_store(headers);
    nosniff(headers);
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
}

/// `Retry-After` in whole seconds, rounded up and at least 1, so that a client that obeys is not refused again.
pub fn retry_after(headers: &mut HeaderMap, wait: Duration) {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_answer_has_the_three_headers() {
        let mut headers = HeaderMap::new();
        api(&mut headers);
        assert_eq!(headers["cache-control"], "no-cache, no-store, must-revalidate");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["x-frame-options"], "SAMEORIGIN");
    }

    #[test]
    fn the_wait_is_rounded_up() {
        for (millis, seconds) in [(0, "1"), (1, "1"), (1_000, "1"), (1_001, "2"), (59_999, "60")] {
            let mut headers = HeaderMap::new();
            retry_after(&mut headers, Duration::from_millis(millis));
            assert_eq!(headers["retry-after"], seconds);
        }
    }
}
