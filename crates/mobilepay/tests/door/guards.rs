//! What is refused before an operation, and what every answer carries.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use http::Request;
use mobilepay::Settings;
use mobilepay::operation::OPERATIONS;
use polytill_http::peer::Peer;

use crate::echo::{Answered, BIO_CODE, TOKEN, ask, credentials, door, get, request};

const JSON: (&str, &str) = ("accept", "application/json");

fn has_headers(answered: &Answered) {
    for (name, value) in [
        ("cache-control", "no-store, no-cache"),
        ("pragma", "no-cache"),
        ("expires", "-1"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answered.headers[name], value);
    }
    assert_eq!(answered.headers["x-correlation-id"].len(), 13);
    for absent in ["etag", "last-modified", "location", "access-control-allow-origin", "set-cookie"] {
        assert!(!answered.headers.contains_key(absent), "{absent}");
    }
}

#[tokio::test]
async fn methods_that_do_not_belong_are_told_which_do() {
    let door = door(Settings::default());
    for spec in &OPERATIONS {
        let allowed = spec.methods.allow();
        for method in ["GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH", "TRACE", "get", "NONSENSE"]
        {
            let uri = format!("/api/pos/{}?{}", spec.path, credentials());
            let answered = ask(&door, request(method, &uri, &[JSON], "")).await;
            has_headers(&answered);
            if allowed.split(", ").any(|known| known == method) {
                assert_eq!(answered.status, 200, "{method} {}", spec.path);
                continue;
            }
            assert_eq!(answered.status, 405, "{method} {}", spec.path);
            assert_eq!(answered.headers["allow"], allowed);
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_wished_format() {
    let door = door(Settings::default());
    for path in ["/api/pos", "/api/pos/", "/api/pos/payment", "/api/pos/payment/statuses", "/API/POS/x/../y"]
    {
        let xml = get(&door, path, &[]).await;
        assert_eq!(xml.status, 404, "{path}");
        has_headers(&xml);
        assert_eq!(
            xml.body,
            "<Error><Message>No HTTP resource was found that matches the request URI.</Message></Error>"
        );
        let json = get(&door, path, &[JSON]).await;
        assert_eq!(json.body, r#"{"Message":"No HTTP resource was found that matches the request URI."}"#);
    }
}

#[tokio::test]
async fn browsers_that_ask_by_themselves_change_nothing() {
    let door = door(Settings::default());
    let marks =
        [("sec-purpose", "prefetch;prerender"), ("x-moz", "prefetch"), ("sec-fetch-site", "cross-site")];
    for spec in &OPERATIONS {
        for mark in marks {
            let uri = format!("/api/pos/{}?{}", spec.path, credentials());
            let answered = get(&door, &uri, &[JSON, mark]).await;
            let expected = if spec.changes { 403 } else { 200 };
            assert_eq!(answered.status, expected, "{} {mark:?}", spec.path);
            has_headers(&answered);
        }
        let uri = format!("/api/pos/{}?{}", spec.path, credentials());
        let own = get(&door, &uri, &[JSON, ("sec-fetch-site", "same-origin")]).await;
        assert_eq!(own.status, 200);
    }
}

#[tokio::test]
async fn trouble_inside_is_told_without_its_cause() {
    let door = door(Settings::default());
    for (order, status) in [("PANIC", 500), ("BROKEN", 500), ("WRONG%20TYPE", 500), ("OVERLOADED", 503)] {
        let uri = format!("/api/pos/payment/prepare?orderId={order}&terminalId=T&{}", credentials());
        let answered = get(&door, &uri, &[JSON]).await;
        assert_eq!(answered.status, status, "{order}");
        has_headers(&answered);
        if status == 500 {
            let id = answered.headers["x-correlation-id"].to_str().unwrap();
            let expected = format!(r#"{{"Message":"An error has occurred. Correlation id: {id}"}}"#);
            assert_eq!(answered.body, expected);
        } else {
            assert_eq!(answered.headers["retry-after"], "1");
        }
    }
}

fn from(address: &str, uri: &str) -> Request<Body> {
    let mut request = request("GET", uri, &[JSON], "");
    let ip: IpAddr = address.parse().unwrap();
    request.extensions_mut().insert(Peer { ip, socket: SocketAddr::new(ip, 4_000) });
    request
}

#[tokio::test]
async fn guessing_is_slowed_for_the_guesser_only() {
    let door = door(Settings::default());
    let wrong = format!("/api/pos/payment/status?paymentId=p&bioCode={BIO_CODE}&accessToken=guess");
    let right = format!("/api/pos/payment/status?paymentId=p&{}", credentials());
    for _ in 0..10 {
        assert_eq!(ask(&door, from("203.0.113.9", &wrong)).await.status, 200);
    }
    let slowed = ask(&door, from("203.0.113.9", &wrong)).await;
    assert_eq!(slowed.status, 429);
    has_headers(&slowed);
    assert!(slowed.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    assert_eq!(ask(&door, from("203.0.113.9", &right)).await.status, 429, "a right guess is not told apart");
    assert_eq!(ask(&door, from("203.0.113.10", &right)).await.status, 200);
    let other = "/api/pos/payment/status?paymentId=p&bioCode=BIO-3&accessToken=guess";
    assert_eq!(ask(&door, from("203.0.113.9", other)).await.status, 200);
    // Asking for a first token counts as well.
    for _ in 0..10 {
        let uri = "/api/pos/manage/token?bioCode=BIO-4";
        assert_eq!(ask(&door, from("203.0.113.9", uri)).await.status, 200);
    }
    assert_eq!(ask(&door, from("203.0.113.9", "/api/pos/manage/token?bioCode=BIO-4")).await.status, 429);
}

/// Whatever is wrong, what was shown does not come back.
#[tokio::test]
async fn no_answer_repeats_a_secret() {
    let door = door(Settings::default());
    for spec in &OPERATIONS {
        for (bio_code, secret) in
            [("", TOKEN), ("BIO-2", TOKEN), (BIO_CODE, "a-wrong-token"), (BIO_CODE, TOKEN)]
        {
            let query = format!("bioCode={bio_code}&accessToken={secret}&previousAccessToken={secret}");
            for accept in ["application/json", "application/xml"] {
                let uri = format!("/api/pos/{}?{query}", spec.path);
                let answered = get(&door, &uri, &[("accept", accept)]).await;
                assert!(!answered.body.contains(secret), "{} {}", spec.path, answered.body);
                let headers = format!("{:?}", answered.headers);
                assert!(!headers.contains(secret), "{} {headers}", spec.path);
            }
        }
    }
}
