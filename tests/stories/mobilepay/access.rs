//! §4: no operation does anything without the merchant's credentials, and nothing of one merchant's is another's.

use super::captured;
use http::Method;
use testkit::prelude::*;

/// Every operation with inputs that would do for the demo cinemas.
fn operations(things: &Things) -> Vec<(&'static str, Vec<(&'static str, &str)>)> {
    let (terminal, pos) = (("terminalId", "1"), ("posId", things.pos.as_str()));
    let (payment, refund) = (("paymentId", things.payment.as_str()), ("refundId", things.refund.as_str()));
    let (order, amount) = (("orderId", "A-1"), ("amount", "1.00"));
    vec![
        ("terminal/qrcode", vec![terminal]),
        ("payment/start", vec![order, amount, terminal]),
        ("payment/start/byPosId", vec![order, amount, pos]),
        ("payment/prepare", vec![order, terminal]),
        ("payment/ready", vec![order, amount, terminal, payment]),
        ("payment/status", vec![payment]),
        ("payment/details", vec![payment]),
        ("payment/capture", vec![payment]),
        ("payment/cancel", vec![payment]),
        ("payments", vec![terminal]),
        ("payment/id/retrieve/bystate", vec![order, ("state", "Captured")]),
        ("payment/id/retrieve/byterminal", vec![order, terminal, ("paymentState", "Captured")]),
        ("payment/id/retrieve/byposId", vec![order, pos, ("paymentState", "Captured")]),
        ("refund/create", vec![amount, payment, ("refundOrderId", "R-2")]),
        ("refund/details", vec![refund]),
        ("refunds", vec![payment]),
        ("refund/capture", vec![refund]),
        ("refund/cancel", vec![refund]),
        ("manage/create", vec![terminal]),
        ("manage/delete", vec![terminal]),
        ("manage/terminal/information", vec![terminal]),
        ("manage/stores", vec![]),
        ("manage/store", vec![("storeId", "5b1c0c5e-0d3a-4c4e-9f6e-7a1f6d2b8c01")]),
        ("manage/checkInStatus/byposId", vec![pos]),
        ("manage/checkInStatus/byterminalId", vec![terminal]),
    ]
}

struct Things {
    pos: String,
    payment: String,
    refund: String,
}

async fn things(till: &Till, cinema: &Cinema, beacon: &str) -> Things {
    let payment = captured(till, cinema, beacon, "A-1").await;
    let refund = cinema.refund(&payment, "R-1", "1.00").await;
    let pos = cinema.information("1").await["posId"].as_str().unwrap().to_owned();
    Things { pos, payment, refund }
}

#[tokio::test]
async fn missing_and_wrong_credentials_open_nothing() {
    let (till, cinema, beacon) = super::cinema().await;
    let things = things(&till, &cinema, &beacon).await;
    let operations = operations(&things);
    let methods = |operation: &str| match operation {
        "payment/start"
        | "payment/start/byPosId"
        | "payment/prepare"
        | "payment/ready"
        | "refund/create"
        | "manage/create" => vec![Method::GET, Method::POST],
        "manage/delete" => vec![Method::GET, Method::DELETE],
        _ => vec![Method::GET],
    };
    // With the three ways to ask for tokens these are all 35.
    let ways: usize = operations.iter().map(|(operation, _)| methods(operation).len()).sum();
    assert_eq!(ways + 3, 35);
    for (operation, inputs) in &operations {
        for (credentials, sentence) in [
            ("", json!(["bioCode is required", "accessToken is required"])),
            ("&bioCode=DEMO", json!(["accessToken is required"])),
            ("&accessToken=demo-access-token-of-the-demo-cinemas", json!(["bioCode is required"])),
            ("&bioCode=DEMO&accessToken=", json!(["accessToken is required"])),
        ] {
            let query: Vec<String> = inputs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let path = format!("/api/pos/{operation}?{}{credentials}", query.join("&"));
            for method in methods(operation) {
                let headers = [("Accept", "application/json")];
                let told = till.client().send(method.clone(), &path, &headers, "").await;
                assert_eq!(told.json()["errors"], sentence, "{method} {path}");
            }
        }
    }
    // Wrong ones, each operation from another bioCode so that nobody is slowed down in between.
    for (number, (operation, inputs)) in operations.iter().enumerate() {
        let stranger =
            Cinema::new(till.client().clone(), &format!("NOBODY-{number}"), "wrong-token-wrong-token");
        assert_eq!(
            stranger.refused(operation, inputs).await,
            "Invalid bioCode or accessToken",
            "{operation}"
        );
    }
    for (operation, inputs) in operations.iter().take(5) {
        let wrong = Cinema::new(till.client().clone(), "DEMO", "demo-access-token-of-the-other-cinema");
        assert_eq!(wrong.refused(operation, inputs).await, "Invalid bioCode or accessToken", "{operation}");
    }
    assert_eq!(cinema.status(&things.payment).await, "Captured");
    assert_eq!(cinema.refund_status(&things.refund).await, "Reserved");
    let logged = till.output();
    assert!(
        !logged
            .replace("AUTH=\"bioCode=DEMO&accessToken=demo-access-token-of-the-demo-cinemas\"", "")
            .replace("bioCode DEMO, accessToken demo-access-token-of-the-demo-cinemas", "")
            .contains("demo-access-token"),
        "a token was logged"
    );
}

#[tokio::test]
async fn another_merchants_things_do_not_exist() {
    let (till, cinema, beacon) = super::cinema().await;
    let things = things(&till, &cinema, &beacon).await;
    let other = Cinema::other(till.client().clone());
    for (operation, inputs) in operations(&things) {
        // Its own terminal has the same name; it has no point of sale yet, and stays so here.
        let sentence = match operation {
            "manage/create" | "manage/stores" => continue,
            "payment/start/byPosId" => "Point of sale not found (1000)",
            "payment/id/retrieve/byposId" | "manage/checkInStatus/byposId" => "Point of sale not found",
            "payment/status"
            | "payment/details"
            | "payment/capture"
            | "payment/cancel"
            | "refunds"
            | "payment/id/retrieve/bystate" => "Payment not found",
            "refund/create" => "Payment not found (1001)",
            "refund/details" | "refund/capture" | "refund/cancel" => "Refund not found (1004)",
            "manage/store" => "Store not found",
            _ => "Terminal has no point of sale; create it first",
        };
        assert_eq!(other.refused(operation, &inputs).await, sentence, "{operation}");
    }
    assert_eq!(
        other.done("manage/stores", &[]).await["storesIds"],
        json!(["5b1c0c5e-0d3a-4c4e-9f6e-7a1f6d2b8c02"])
    );
    let foreign =
        other.refused("payment/start", &[("orderId", "A"), ("amount", "1"), ("terminalId", "2")]).await;
    assert_eq!(foreign, "Terminal not found");
    assert_eq!(cinema.status(&things.payment).await, "Captured");
    assert_eq!(cinema.refund_status(&things.refund).await, "Reserved");
    // The usual currency is the merchant's own.
    other.open("1").await;
    let payment = other.start("1", "A-1", "3").await;
    assert_eq!(other.details(&payment).await["currencyCode"], "EUR");
}

#[tokio::test]
async fn a_token_is_exchanged_and_the_old_one_is_void() {
    let (till, cinema, _) = super::cinema().await;
    let old = "demo-access-token-of-the-demo-cinemas";
    for path in ["/api/pos/manage/token?bioCode=DEMO", "/api/pos/manage/token?bioCode=NOBODY"] {
        let told = till.client().send(Method::GET, path, &[("Accept", "application/json")], "").await.json();
        assert_eq!(told["errors"], json!(["An access token cannot be created for this bioCode"]));
    }
    let path = format!("/api/pos/manage/token/reset?bioCode=DEMO&previousAccessToken={old}");
    let told = till.client().send(Method::GET, &path, &[("Accept", "application/json")], "").await.json();
    let new = told["message"].as_str().unwrap();
    assert_eq!(cinema.refused("manage/stores", &[]).await, "Invalid bioCode or accessToken");
    Cinema::new(till.client().clone(), "DEMO", new).done("manage/stores", &[]).await;
    let again = till.client().send(Method::GET, &path, &[("Accept", "application/json")], "").await.json();
    assert_eq!(again["errors"], json!(["Invalid bioCode or accessToken"]));
    // Neither is kept anywhere.
    assert!(!till.output().contains(new), "a token was logged");
    for file in std::fs::read_dir(till.data()).unwrap() {
        let path = file.unwrap().path();
        let kept = if path.is_file() { std::fs::read(&path).unwrap() } else { vec![] };
        for token in [old, new] {
            let found = kept.windows(token.len()).any(|part| part == token.as_bytes());
            assert!(!found, "a token is in {}", path.display());
        }
    }
}
