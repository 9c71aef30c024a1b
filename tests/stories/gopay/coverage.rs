//! Every operation of the OpenAPI document, asked by those who may not or not that; and every code of §8 in both
//! languages. An operation that is new in the document and not in the table here fails the story.

use super::{paid, refusal};
use std::collections::BTreeMap;
use testkit::prelude::*;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// An operation: how it is asked about something of the demo shop, what another client is told, and what the holder of a
/// token for creating payments is told under strict scopes.
struct Row {
    operation: &'static str,
    body: Option<(&'static str, String)>,
    foreign: &'static str,
    narrow: &'static str,
}

const FINE: &str = "200";
const NARROW: &str = "403 G 200 AUTH_UNAUTHORIZED";
const UNKNOWN: &str = "404 G 304 PAYMENT_NOT_FOUND";

fn rows(shop: &Shop) -> Vec<Row> {
    let row = |operation, body, foreign, narrow| Row { operation, body, foreign, narrow };
    let form = |body: &str| Some((FORM, body.to_owned()));
    let json = |body: &Value| Some((JSON, body.to_string()));
    let again = json!({ "amount": 100, "currency": "CZK", "order_number": "1", "order_description": "x",
        "items": [{ "type": "ITEM", "name": "x", "amount": 100, "count": 1 }] });
    let token = "grant_type=client_credentials&scope=payment-all";
    let payment = "/api/payments/payment";
    let of = |method: &str, rest: &str| -> &'static str {
        Box::leak(format!("{method} {payment}/{{id}}{rest}").into_boxed_str())
    };
    vec![
        // The token's request names nobody but its own client.
        row(
            "POST /api/oauth2/token",
            form(token),
            "403 G 202 AUTH_WRONG_CREDENTIALS",
            "403 G 202 AUTH_WRONG_CREDENTIALS",
        ),
        row(
            "POST /api/payments/payment",
            json(&shop.payment(&json!({}))),
            "409 F target.goid 111 INVALID",
            FINE,
        ),
        row(of("GET", ""), None, UNKNOWN, FINE),
        row(of("GET", "/refunds"), None, UNKNOWN, FINE),
        row(of("GET", "/qr-payment"), None, UNKNOWN, "409"),
        row(of("POST", "/refund"), form("amount=1"), "409 F id 111 INVALID", NARROW),
        row(of("POST", "/capture"), None, "409 G 350 PAYMENT_CAPTURE_FAILED", NARROW),
        row(of("POST", "/void-authorization"), None, "409 G 352 PAYMENT_AUTH_VOID_FAILED", NARROW),
        row(
            of("POST", "/create-recurrence"),
            json(&again),
            "409 G 340 PAYMENT_RECURRENCE_FAILED",
            "409 G 341 PAYMENT_RECURRENCE_NOT_SUPPORTED",
        ),
        row(of("POST", "/void-recurrence"), None, "409 G 340 PAYMENT_RECURRENCE_FAILED", "409"),
        row(of("GET", "/eet-receipts"), None, UNKNOWN, FINE),
        row(
            "POST /api/eet-receipts",
            json(&json!({ "date_from": "2026-03-01", "date_to": "2026-03-02" })),
            // Its own, of which there are none.
            FINE,
            FINE,
        ),
        row("GET /api/payments/cards/{card_id}", None, "404", "404"),
        row("DELETE /api/payments/cards/{card_id}", None, "404", NARROW),
        row("GET /api/eshops/eshop/{goid}/payment-instruments", None, "409 F goid 111 INVALID", FINE),
        row(
            "GET /api/eshops/eshop/{goid}/payment-instruments/{currency}",
            None,
            "409 F goid 111 INVALID",
            FINE,
        ),
        row(
            "POST /api/accounts/account-statement",
            json(&json!({ "date_from": "2020-01-01", "date_to": "2020-01-31", "goid": 8_123_456_789_u64,
                "currency": "CZK", "format": "CSV_A" })),
            "409 F goid 111 INVALID",
            FINE,
        ),
    ]
}

/// The operations of the document, `POST /api/oauth2/token`.
fn documented() -> Vec<String> {
    let document: Value = serde_json::from_str(&gopay::openapi().to_json().unwrap()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        operations.extend(
            methods.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())),
        );
    }
    operations.sort();
    operations
}

/// What one caller is told, operation by operation.
async fn told(
    client: &Client,
    bearer: &str,
    rows: &[Row],
    filled: &BTreeMap<&str, String>,
) -> Vec<(String, Answer)> {
    let authorization = format!("Bearer {bearer}");
    let mut answers = Vec::new();
    for row in rows {
        let (method, path) = row.operation.split_once(' ').unwrap();
        let path = filled
            .iter()
            .fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
        let mut headers = vec![("Authorization", authorization.as_str())];
        headers.extend(row.body.as_ref().map(|(kind, _)| ("Content-Type", *kind)));
        let body = row.body.as_ref().map_or_else(String::new, |(_, body)| body.clone());
        answers.push((
            row.operation.to_owned(),
            client.send(method.parse().unwrap(), &path, &headers, body).await,
        ));
    }
    answers
}

/// An answer as the table has it: in full, or its status alone.
fn in_short(answer: &Answer, expected: &str) -> String {
    if expected.len() == 3 { answer.status.as_u16().to_string() } else { refusal(answer) }
}

#[test]
fn no_operation_is_forgotten() {
    let till = Client::new(([127, 0, 0, 1], 9).into());
    let shop = Shop::new(till, DEMO_SHOP);
    let mut listed: Vec<String> = rows(&shop).iter().map(|row| row.operation.to_owned()).collect();
    listed.sort();
    assert_eq!(listed, documented());
}

#[tokio::test]
async fn another_clients_things_are_out_of_reach_in_every_operation() {
    let data = tempfile::tempdir().unwrap();
    let fixtures = json!({
        "merchants": [{"id": 2, "name": "Somebody else"}],
        "shops": [{"id": 8_000_000_002_u64, "merchant": 2, "name": "Other", "active": true, "currencies": ["CZK"],
            "language": "cs"}],
        "clients": [{"id": 2, "merchant": 2, "secret": "another secret"}],
    });
    let mut till = Till::builder().data(data.path()).start().await;
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    let id = paid(
        &shop,
        &buttons,
        &json!({ "payer": { "request_card_token": true, "default_payment_instrument": "PAYMENT_CARD",
        "allowed_payment_instruments": ["PAYMENT_CARD"], "contact": { "email": "a@example.org" } } }),
    )
    .await;
    let card =
        shop.status(id).await.json()["payer"]["payment_card"]["card_id"].as_u64().map_or(1, |card| card);
    till.terminate().await;
    let file = data.path().join("other.json");
    std::fs::write(&file, fixtures.to_string()).unwrap();
    let output = testkit::server::run(&[
        "import",
        "--data",
        &till.data().display().to_string(),
        &file.display().to_string(),
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    till.restart().await;
    let keys =
        testkit::gopay::ShopKeys { goid: 8_000_000_002, client_id: "2", client_secret: "another secret" };
    let other = Shop::new(till.client().clone(), keys);
    let (shop, before) = (till.shop(), till.shop().status(id).await.json());
    let filled = BTreeMap::from([
        ("id", id.to_string()),
        ("card_id", card.to_string()),
        ("goid", "8123456789".to_owned()),
        ("currency", "CZK".to_owned()),
    ]);
    let rows = rows(&shop);
    let answers = told(till.client(), other.bearer().await.unwrap(), &rows, &filled).await;
    for (row, (operation, answer)) in rows.iter().zip(&answers) {
        assert_eq!(in_short(answer, row.foreign), row.foreign, "{operation}: {}", answer.text());
    }
    assert_eq!(till.shop().status(id).await.json(), before, "nothing has changed");
}

#[tokio::test]
async fn a_token_for_creating_does_what_its_scope_says_in_every_operation() {
    let till = Till::builder().env("POLYTILL_GOPAY_STRICT_SCOPES", "true").start().await;
    let id = paid(&till.shop(), &till.sandbox_api(), &json!({})).await;
    let token = till.shop().token("payment-create").await.json();
    let filled = BTreeMap::from([
        ("id", id.to_string()),
        ("card_id", "1".to_owned()),
        ("goid", "8123456789".to_owned()),
        ("currency", "CZK".to_owned()),
    ]);
    let rows = rows(&till.shop());
    let answers = told(till.client(), token["access_token"].as_str().unwrap(), &rows, &filled).await;
    for (row, (operation, answer)) in rows.iter().zip(&answers) {
        assert_eq!(in_short(answer, row.narrow), row.narrow, "{operation}: {}", answer.text());
    }
    assert_eq!(till.shop().state(id).await, "PAID");
}

#[tokio::test]
async fn every_code_is_said_in_english_and_in_czech() {
    let (till, shop, _) = super::sandbox().await;
    let bearer = format!("Bearer {}", shop.bearer().await.unwrap());
    let mut said = Vec::new();
    for code in CODES {
        let ask = json!({ "code": code, "times": 2 });
        till.client().post_json("/_sandbox/gopay/next-error", &ask).await.expect_status(200);
        let mut messages = Vec::new();
        for language in ["en-US", "cs-CZ"] {
            let headers = [("Authorization", bearer.as_str()), ("Accept-Language", language)];
            let answer = till.client().send(http::Method::GET, "/api/payments/payment/1", &headers, "").await;
            assert_eq!(answer.json()["errors"][0]["error_code"], code);
            messages.push(answer.json()["errors"][0]["message"].as_str().unwrap().to_owned());
            if language == "en-US" {
                messages.insert(0, refusal(&answer));
            }
        }
        said.push(messages.join(" | "));
    }
    insta::assert_snapshot!(said.join("\n"));
    assert_eq!(refusal(&shop.status(1).await), UNKNOWN, "none waits any more");
}

/// The numbers of §8.
const CODES: [u16; 32] = [
    100, 110, 111, 112, 113, 114, 115, 116, 200, 201, 202, 203, 301, 302, 303, 304, 305, 321, 330, 331, 332,
    333, 340, 341, 342, 343, 350, 351, 352, 353, 360, 394,
];

#[tokio::test]
async fn a_scripted_refusal_waits_for_its_request_and_nothing_is_done() {
    let (till, shop, buttons) = super::sandbox().await;
    let id = paid(&shop, &buttons, &json!({})).await;
    let script = "/_sandbox/gopay/next-error";
    let lack = json!({ "code": 333, "path": "/refund", "field": "amount" });
    till.client().post_json(script, &lack).await.expect_status(200);
    // A token can be had, and other operations do not care.
    let again = till.shop();
    assert_eq!(again.state(id).await, "PAID");
    assert_eq!(refusal(&again.refund(id, 100).await), "409 F amount 333 PAYMENT_REFUND_LACK_OF_FUNDS");
    assert_eq!(again.status(id).await.json()["state"], "PAID");
    again.refund(id, 100).await.expect_status(200);
    for wrong in
        [json!({ "code": 1 }), json!({ "code": 100, "times": 101 }), json!({ "codes": 100 }), json!([])]
    {
        till.client().post_json(script, &wrong).await.expect_status(400);
    }
    till.client().post_json(script, &json!({ "code": 100, "times": 100 })).await.expect_status(200);
    till.client().send(http::Method::DELETE, script, &[], "").await.expect_status(200);
    again.status(id).await.expect_status(200);
}
