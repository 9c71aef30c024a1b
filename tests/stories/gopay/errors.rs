//! §2, §8, §14: what is wrong, in GoPay's own form, in two languages; and bad input loses nothing.

use super::{refusal, sandbox};
use testkit::prelude::*;

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn post(till: &Till, shop: &Shop, body: Vec<u8>) -> Answer {
    let bearer = format!("Bearer {}", shop.bearer().await.unwrap());
    let headers = [("Authorization", bearer.as_str()), JSON];
    till.client().send(http::Method::POST, "/api/payments/payment", &headers, body).await
}

#[tokio::test]
async fn an_error_has_the_recorded_form() {
    let (_till, shop, _) = sandbox().await;
    let answer = shop.status(100).await;
    let text = answer.text();
    let issued = answer.json()["date_issued"].as_str().unwrap().to_owned();
    let form: String = issued.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    assert!(matches!(form.as_str(), "9999-99-99T99:99:99.999+9999"), "{issued}");
    assert!(issued.ends_with("+0100") || issued.ends_with("+0200"), "{issued} is not Prague time");
    assert_eq!(
        text.replace(&issued, "<now>"),
        r#"{"date_issued":"<now>","errors":[{"scope":"G","error_code":304,"error_name":"PAYMENT_NOT_FOUND","message":"Payment not found."}]}"#
    );
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn messages_speak_czech_to_czechs_and_slovaks() {
    let (till, shop, _) = sandbox().await;
    let bearer = format!("Bearer {}", shop.bearer().await.unwrap());
    for (language, message) in [
        ("cs-CZ", "Platba nebyla nalezena."),
        ("sk", "Platba nebyla nalezena."),
        ("en-US", "Payment not found."),
        ("de", "Payment not found."),
    ] {
        let headers = [("Authorization", bearer.as_str()), ("Accept-Language", language)];
        let answer = till.client().send(http::Method::GET, "/api/payments/payment/100", &headers, "").await;
        assert_eq!(answer.json()["errors"][0]["message"], message, "{language}");
    }
}

#[tokio::test]
async fn what_is_not_json_is_an_invalid_request() {
    let (till, shop, _) = sandbox().await;
    let bodies: [&[u8]; 9] = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\"text\"",
        b"{\"amount\":1,}",
        b"{\"a\":\xff\xfe",
        b"amount=5",
        b"{}{}",
    ];
    for body in bodies {
        let answer = post(&till, &shop, body.to_vec()).await;
        assert_eq!(refusal(&answer), "409 G 116 INVALID_REQUEST", "{:?}", String::from_utf8_lossy(body));
    }
    let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    assert_eq!(refusal(&post(&till, &shop, deep.into_bytes()).await), "409 G 116 INVALID_REQUEST");
}

#[tokio::test]
async fn a_body_over_64_kib_is_refused_and_the_server_lives() {
    let (till, shop, _) = sandbox().await;
    let body = format!("{{\"order_description\":\"{}\"}}", "x".repeat(70_000));
    assert_eq!(refusal(&post(&till, &shop, body.into_bytes()).await), "413 G 116 INVALID_REQUEST");
    shop.create(&json!({})).await.expect_status(200);
}

#[tokio::test]
async fn unknown_services_and_methods_are_told_in_the_doors_form() {
    let (till, shop, _) = sandbox().await;
    let id = shop.created(&json!({})).await;
    let bearer = format!("Bearer {}", shop.bearer().await.unwrap());
    let headers = [("Authorization", bearer.as_str())];
    for (method, path) in [
        (http::Method::GET, "/api/nothing".to_owned()),
        (http::Method::DELETE, format!("/api/payments/payment/{id}")),
        (http::Method::GET, format!("/api/payments/payment/{id}/refund")),
        (http::Method::PUT, "/api/payments/payment".to_owned()),
        (http::Method::GET, "/api/oauth2/token".to_owned()),
        (http::Method::GET, "/api".to_owned()),
    ] {
        let answer = till.client().send(method.clone(), &path, &headers, "").await;
        assert_eq!(refusal(&answer), "404 G 116 INVALID_REQUEST", "{method} {path}");
    }
}

#[tokio::test]
async fn ids_that_are_no_ids_are_unknown() {
    let (till, shop, _) = sandbox().await;
    let bearer = format!("Bearer {}", shop.bearer().await.unwrap());
    let headers = [("Authorization", bearer.as_str())];
    for id in ["-1", "abc", "0", "99999999999999999999", "3000000001x", "%00", "%F0%9F%92%B3"] {
        let path = format!("/api/payments/payment/{id}");
        let answer = till.client().send(http::Method::GET, &path, &headers, "").await;
        assert_eq!(refusal(&answer), "404 G 304 PAYMENT_NOT_FOUND", "{id}");
    }
}
