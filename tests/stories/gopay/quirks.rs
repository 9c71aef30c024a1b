//! §15: what clients really send. Each story cites the number of the quirk.

use super::{paid, sandbox};
use testkit::prelude::*;

async fn raw(till: &Till, shop: &Shop, path: &str, content_type: Option<&str>, body: &[u8]) -> Answer {
    let bearer = format!("Bearer {}", shop.bearer().await.unwrap());
    let mut headers = vec![("Authorization", bearer.as_str())];
    headers.extend(content_type.map(|value| ("Content-Type", value)));
    till.client().send(http::Method::POST, path, &headers, body.to_vec()).await
}

#[tokio::test]
async fn full_captures_come_in_many_bodies() {
    let (till, shop, buttons) = sandbox().await;
    let bodies: [(Option<&str>, &[u8]); 5] = [
        (Some("application/x-www-from-urlencoded"), b""), // no. 7, misspelt in the document itself
        (None, b""),                                      // no. 8
        (Some("application/json"), b"null"),              // no. 9
        (Some("application/x-www-form-urlencoded"), b""),
        (Some("application/json"), b"{}"),
    ];
    for (content_type, body) in bodies {
        let id = paid(&shop, &buttons, &json!({"preauthorization": true})).await;
        let path = format!("/api/payments/payment/{id}/capture");
        raw(&till, &shop, &path, content_type, body).await.expect_status(200);
        assert_eq!(shop.state(id).await, "PAID", "{content_type:?}");
    }
}

#[tokio::test]
async fn a_void_ignores_its_body() {
    let (till, shop, buttons) = sandbox().await;
    for body in [&b""[..], b"\"3000000001\"", b"{broken", b"a=b"] {
        let id = paid(&shop, &buttons, &json!({"preauthorization": true})).await;
        let path = format!("/api/payments/payment/{id}/void-authorization");
        raw(&till, &shop, &path, Some("application/x-www-form-urlencoded"), body).await.expect_status(200);
    }
}

#[tokio::test]
async fn a_status_request_may_have_a_content_type() {
    // no. 11
    let (till, shop, _) = sandbox().await;
    let id = shop.created(&json!({})).await;
    let bearer = format!("bearer {}", shop.bearer().await.unwrap()); // no. 38
    let path = format!("/api/payments/payment/{id}");
    for content_type in ["application/x-www-form-urlencoded", "application/json", ""] {
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", content_type)];
        till.client().send(http::Method::GET, &path, &headers, "").await.expect_status(200);
    }
}

#[tokio::test]
async fn numbers_come_as_strings_floats_and_zero_defaults() {
    // nos. 12, 13, 14, 16 (every member that is not set is null), 17 (.NET: zeros, integers for words, indentation)
    let (_till, shop, _) = sandbox().await;
    let answer = shop
        .create(&json!({
            "target": {"type": "ACCOUNT", "goid": "8123456789"},
            "amount": "119990.0",
            "order_number": 42,
            "items": [
                {"name": "a", "amount": "60000", "count": "1", "vat_rate": "21", "ean": 1_234_567_890_123_i64},
                {"type": null, "name": "b", "amount": 59_989.999_999_9, "count": 0, "vat_rate": 0, "product_url": null},
            ],
            "payer": {"allowed_swifts": [], "allowed_payment_instruments": [],
                "contact": {"country_code": null, "phone_number": "", "email": "a@example.com"}}, // nos. 19, 21
            "additional_params": [{"name": "id", "value": 7}],
            "recurrence": null, "eet": null, "preauthorization": null,
        }))
        .await
        .expect_status(200);
    let body = answer.json();
    assert_eq!((&body["amount"], &body["order_number"]), (&json!(119_990), &json!("42")));
    assert_eq!(body["additional_params"], json!([{"name": "id", "value": "7"}]));
    assert_eq!(body["payer"], json!({"contact": {"email": "a@example.com"}}));
}

#[tokio::test]
async fn dotnet_indents_and_writes_words_as_numbers() {
    // no. 17
    let (till, shop, _) = sandbox().await;
    let body = json!({"amount": 100, "currency": "CZK", "order_number": "1", "preauthorization": false,
        "items": [{"name": "a", "amount": 100, "count": 0, "vat_rate": 0}]});
    let indented = serde_json::to_string_pretty(&body).unwrap().replace('\n', "\r\n");
    let path = "/api/payments/payment";
    raw(&till, &shop, path, Some("application/json"), indented.as_bytes()).await.expect_status(200);
    let cycle = json!({"recurrence": {"recurrence_cycle": 0, "recurrence_period": 0, "recurrence_date_to": "2099-12-31"}});
    let recurring = shop.create(&cycle).await.expect_status(200).json();
    assert_eq!(
        recurring["recurrence"],
        json!({"recurrence_cycle": "MONTH", "recurrence_period": 1, "recurrence_date_to": "2099-12-31",
            "recurrence_state": "REQUESTED"})
    );
}

#[tokio::test]
async fn a_token_for_creating_also_reads() {
    // no. 5, and no. 3: no `Accept` on the way to the token; no. 4: what is sent when there is none.
    let (till, shop, _) = sandbox().await;
    let id = shop.created(&json!({})).await;
    let token = shop.token("payment-create").await.expect_status(200).json();
    let narrow = shop.with_bearer(token["access_token"].as_str().unwrap());
    narrow.status(id).await.expect_status(200);
    narrow.refunds(id).await.expect_status(200);
    let headers = [("Authorization", "Bearer None")];
    let path = format!("/api/payments/payment/{id}");
    let refused = till.client().send(http::Method::GET, &path, &headers, "").await;
    assert_eq!(super::refusal(&refused), "403 G 200 AUTH_UNAUTHORIZED");
}

#[tokio::test]
async fn invalid_json_is_not_repaired() {
    // no. 36: samples of the documentation with commas too many or missing.
    let (till, shop, _) = sandbox().await;
    for body in [&br#"{"amount":100,"currency":"CZK",}"#[..], br#"{"amount":100 "currency":"CZK"}"#] {
        let answer = raw(&till, &shop, "/api/payments/payment", Some("application/json"), body).await;
        assert_eq!(super::refusal(&answer), "409 G 116 INVALID_REQUEST");
    }
}

#[tokio::test]
async fn a_payment_needs_neither_payer_nor_items_nor_target() {
    // no. 22, §5.7
    let (_till, shop, _) = sandbox().await;
    let body =
        shop.create(&json!({"payer": null, "items": null, "target": null})).await.expect_status(200).json();
    assert_eq!((&body["payer"], &body["target"]["goid"]), (&json!({}), &json!(8_123_456_789_u64)));
}

#[tokio::test]
async fn text_may_be_latin_1_raw_or_escaped() {
    // nos. 23, 24
    let (till, shop, _) = sandbox().await;
    let body = |name: &[u8]| {
        let start =
            br#"{"amount":100,"currency":"CZK","order_number":"1","payer":{"contact":{"first_name":""#;
        [start, name, br#""}}}"#].concat()
    };
    for name in ["Zbyněk".as_bytes(), br"Zbyn\u011bk"] {
        let answer = raw(&till, &shop, "/api/payments/payment", None, &body(name)).await.expect_status(200);
        assert_eq!(answer.json()["payer"]["contact"]["first_name"], "Zbyněk");
    }
    let answer = raw(&till, &shop, "/api/payments/payment", None, &body(b"Ren\xe9")).await.expect_status(200);
    assert_eq!(answer.json()["payer"]["contact"]["first_name"], "René");
}

#[tokio::test]
async fn a_map_stands_for_an_array() {
    // no. 37
    let (_till, shop, _) = sandbox().await;
    for items in [
        json!({"0": {"name": "a", "amount": 1}, "1": {"name": "b", "amount": 2}}),
        json!({"name": "a", "amount": 1}),
    ] {
        shop.create(&json!({ "items": items })).await.expect_status(200);
    }
    let too_much = json!({"0": {"name": "a", "amount": 9_000}, "1": {"name": "b", "amount": 2_000}});
    shop.create(&json!({ "items": too_much })).await.expect_status(409);
}

#[tokio::test]
async fn slashes_may_be_doubled_or_trail() {
    // §2
    let (till, shop, _) = sandbox().await;
    let id = shop.created(&json!({})).await;
    let bearer = format!("Bearer {}", shop.bearer().await.unwrap());
    let headers = [("Authorization", bearer.as_str())];
    for path in [
        format!("/api//payments/payment/{id}"),
        format!("/api/payments/payment/{id}/"),
        format!("//api/payments/payment/{id}"),
    ] {
        till.client().send(http::Method::GET, &path, &headers, "").await.expect_status(200);
    }
    let lost = till.client().send(http::Method::GET, "//api/nowhere", &headers, "").await;
    assert_eq!(super::refusal(&lost), "404 G 116 INVALID_REQUEST");
}

#[tokio::test]
async fn a_success_never_looks_like_an_error() {
    // nos. 25, 26 (a JSON body that is not empty), 27 (no null anywhere), 33 (gw_url in every status)
    let (_till, shop, buttons) = sandbox().await;
    let id = paid(&shop, &buttons, &json!({})).await;
    for answer in [shop.status(id).await, shop.refund(id, 100).await, shop.refunds(id).await] {
        let answer = answer.expect_status(200);
        let text = answer.text();
        for marker in ["errors", "date_issued", "error_code", "null"] {
            assert!(!text.contains(marker), "{text}");
        }
        assert!(!text.is_empty() && answer.header("content-type") == "application/json");
    }
    assert!(shop.status(id).await.json()["gw_url"].is_string());
    // no. 31: a plugin takes nothing but this word for a refund that was made.
    assert_eq!(shop.refund(id, 100).await.json()["result"], "FINISHED");
}
