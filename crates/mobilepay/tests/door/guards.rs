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

const HERE: &str = "203.0.113.9";
const THERE: &str = "198.51.100.7";

/// A poll with this bioCode and token.
fn status(bio_code: &str, token: &str) -> String {
    format!("/api/pos/payment/status?paymentId=p&bioCode={bio_code}&accessToken={token}")
}

async fn told(door: &axum::Router, address: &str, uri: &str) -> u16 {
    ask(door, from(address, uri)).await.status.as_u16()
}

#[tokio::test]
async fn guessing_is_slowed_by_address_whatever_is_guessed_at() {
    let door = door(Settings::default());
    for number in 0..10 {
        assert_eq!(told(&door, HERE, &status(&format!("BIO-9{number}"), "guess")).await, 200);
    }
    let slowed = ask(&door, from(HERE, &status("BIO-99", "guess"))).await;
    assert_eq!(slowed.status, 429);
    has_headers(&slowed);
    let wait = slowed.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap();
    assert!((1..=5).contains(&wait), "{wait}");
    assert_eq!(told(&door, HERE, &status(BIO_CODE, TOKEN)).await, 429, "a right guess is not told apart");
    assert_eq!(told(&door, THERE, &status(BIO_CODE, TOKEN)).await, 200);
    // Who asks for a first token has not guessed at any.
    assert_eq!(told(&door, HERE, "/api/pos/manage/token?bioCode=BIO-4").await, 200);
}

#[tokio::test]
async fn guessing_at_one_till_is_slowed_from_wherever() {
    let door = door(Settings::default());
    assert_eq!(told(&door, HERE, &status(BIO_CODE, TOKEN)).await, 200);
    for host in 1..=10 {
        assert_eq!(told(&door, &format!("192.0.2.{host}"), &status(BIO_CODE, "guess")).await, 200);
    }
    assert_eq!(told(&door, THERE, &status(BIO_CODE, "guess")).await, 429);
    assert_eq!(told(&door, THERE, &status("BIO-3", "guess")).await, 200);
    // The till itself goes on.
    assert_eq!(told(&door, HERE, &status(BIO_CODE, TOKEN)).await, 200);
}

#[tokio::test]
async fn a_till_set_up_wrongly_harms_no_other_at_its_address() {
    let door = door(Settings::default());
    assert_eq!(told(&door, HERE, &status(BIO_CODE, TOKEN)).await, 200);
    for _ in 0..10 {
        assert_eq!(told(&door, HERE, &status(BIO_CODE, "former-token")).await, 200);
    }
    assert_eq!(told(&door, HERE, &status(BIO_CODE, "former-token")).await, 429);
    assert_eq!(told(&door, HERE, &status(BIO_CODE, TOKEN)).await, 200);
    // A token that was just handed out there is as good as one that was shown there.
    let reset = format!("/api/pos/manage/token/reset?bioCode={BIO_CODE}&previousAccessToken={TOKEN}");
    assert_eq!(told(&door, HERE, &reset).await, 200);
    let next = ask(&door, from(HERE, &status(BIO_CODE, "next-token"))).await;
    assert_eq!(next.status, 200, "it was looked at");
}

#[tokio::test]
async fn asking_for_first_tokens_slows_nothing_else() {
    let door = door(Settings::default());
    let first = |bio_code: &str| format!("/api/pos/manage/token?bioCode={bio_code}");
    for number in 0..10 {
        assert_eq!(told(&door, HERE, &first(&format!("BIO-9{number}"))).await, 200);
    }
    assert_eq!(told(&door, HERE, &first("BIO-99")).await, 429);
    assert_eq!(told(&door, HERE, &first(BIO_CODE)).await, 429);
    assert_eq!(told(&door, THERE, &first("BIO-99")).await, 200);
    assert_eq!(told(&door, HERE, &status(BIO_CODE, TOKEN)).await, 200);
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
