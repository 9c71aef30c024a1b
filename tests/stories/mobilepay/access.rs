//! §4: no operation does anything without the merchant's credentials, and nothing of one merchant's is another's.
//!
//! Every operation is asked for in every way it has. Guesses are forgotten in between, by the sandbox's clock.

use super::captured;
use http::Method;
use testkit::prelude::*;

const TOKEN: &str = "demo-access-token-of-the-demo-cinemas";
const OTHER_TOKEN: &str = "demo-access-token-of-the-other-cinema";
/// A terminal of the demo cinemas that has a point of sale; the other cinema has none of this name.
const FOREIGN: &str = "2";

type Inputs<'a> = Vec<(&'a str, &'a str)>;

/// An operation, inputs that would do for the demo cinemas, and what the other cinema is told about them.
type Asked<'a> = (&'static str, Inputs<'a>, &'static str);

/// Every operation with full credentials.
fn operations<'a>(things: &'a Things, terminal: &'a str) -> Vec<Asked<'a>> {
    let (terminal, pos) = (("terminalId", terminal), ("posId", things.pos.as_str()));
    let (payment, refund) = (("paymentId", things.payment.as_str()), ("refundId", things.refund.as_str()));
    let (order, amount) = (("orderId", "A-1"), ("amount", "1.00"));
    let (no_terminal, no_pos) = ("Terminal not found", "Point of sale not found");
    let (no_payment, no_refund) = ("Payment not found", "Refund not found");
    let captured = ("paymentState", "Captured");
    vec![
        ("terminal/qrcode", vec![terminal], no_terminal),
        ("payment/start", vec![order, amount, terminal], no_terminal),
        ("payment/start/byPosId", vec![order, amount, pos], "Point of sale not found (1000)"),
        ("payment/prepare", vec![order, terminal], no_terminal),
        ("payment/ready", vec![order, amount, terminal, payment], no_terminal),
        ("payment/status", vec![payment], no_payment),
        ("payment/details", vec![payment], no_payment),
        ("payment/capture", vec![payment], no_payment),
        ("payment/cancel", vec![payment], no_payment),
        ("payments", vec![terminal], no_terminal),
        ("payment/id/retrieve/bystate", vec![order, ("state", "Captured")], no_payment),
        ("payment/id/retrieve/byterminal", vec![order, terminal, captured], no_terminal),
        ("payment/id/retrieve/byposId", vec![order, pos, captured], no_pos),
        ("refund/create", vec![amount, payment, ("refundOrderId", "R-2")], "Payment not found (1001)"),
        ("refund/details", vec![refund], no_refund),
        ("refunds", vec![payment], no_payment),
        ("refund/capture", vec![refund], "Refund not found (1004)"),
        ("refund/cancel", vec![refund], no_refund),
        ("manage/create", vec![terminal], no_terminal),
        ("manage/delete", vec![terminal], no_terminal),
        ("manage/terminal/information", vec![terminal], no_terminal),
        ("manage/stores", vec![], ""),
        ("manage/store", vec![("storeId", "5b1c0c5e-0d3a-4c4e-9f6e-7a1f6d2b8c01")], "Store not found"),
        ("manage/checkInStatus/byposId", vec![pos], no_pos),
        ("manage/checkInStatus/byterminalId", vec![terminal], no_terminal),
    ]
}

fn methods(operation: &str) -> Vec<Method> {
    match operation {
        "payment/start"
        | "payment/start/byPosId"
        | "payment/prepare"
        | "payment/ready"
        | "refund/create"
        | "manage/token"
        | "manage/create" => vec![Method::GET, Method::POST],
        "manage/delete" => vec![Method::GET, Method::DELETE],
        _ => vec![Method::GET],
    }
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
    cinema.open(FOREIGN).await;
    Things { pos, payment, refund }
}

/// Asks for an operation: by POST with everything in the body, otherwise in the query.
async fn ask(till: &Till, method: &Method, operation: &str, inputs: &[(&str, &str)]) -> Value {
    let mut headers = vec![("Accept", "application/json")];
    let (mut path, mut body) = (format!("/api/pos/{operation}"), testkit::http::form(inputs));
    if method == Method::POST {
        headers.push(("Content-Type", "application/x-www-form-urlencoded"));
    } else {
        path = format!("{path}?{}", std::mem::take(&mut body));
    }
    till.client().send(method.clone(), &path, &headers, body).await.expect_status(200).json()
}

/// A quarter of an hour after the last of a few failures, nobody is suspected any more.
async fn forget(till: &Till) {
    till.sandbox_api().advance("PT17M").await.expect_status(200);
}

#[tokio::test]
async fn missing_and_wrong_credentials_open_nothing() {
    let (till, cinema, beacon) = super::cinema().await;
    let things = things(&till, &cinema, &beacon).await;
    let (no_code, no_token) = ("bioCode is required", "accessToken is required");
    let wrong = "Invalid bioCode or accessToken";
    let full: Vec<(Inputs<'_>, Vec<&str>)> = vec![
        (vec![], vec![no_code, no_token]),
        (vec![("bioCode", "DEMO")], vec![no_token]),
        (vec![("accessToken", TOKEN)], vec![no_code]),
        (vec![("bioCode", "DEMO"), ("accessToken", "")], vec![no_token]),
        (vec![("bioCode", "DEMO"), ("accessToken", OTHER_TOKEN)], vec![wrong]),
        (vec![("bioCode", "DEMO-2"), ("accessToken", TOKEN)], vec![wrong]),
        (vec![("bioCode", "demo"), ("accessToken", TOKEN)], vec![wrong]),
        (vec![("bioCode", "NOBODY"), ("accessToken", TOKEN)], vec![wrong]),
    ];
    let first = vec![
        (vec![], vec![no_code]),
        (vec![("bioCode", "DEMO")], vec!["An access token cannot be created for this bioCode"]),
        (vec![("bioCode", "NOBODY")], vec!["An access token cannot be created for this bioCode"]),
    ];
    let no_previous = "previousAccessToken is required";
    let reset = vec![
        (vec![], vec![no_code, no_previous]),
        (vec![("bioCode", "DEMO"), ("accessToken", TOKEN)], vec![no_previous]),
        (vec![("previousAccessToken", TOKEN)], vec![no_code]),
        (vec![("bioCode", "DEMO"), ("previousAccessToken", OTHER_TOKEN)], vec![wrong]),
        (vec![("bioCode", "NOBODY"), ("previousAccessToken", TOKEN)], vec![wrong]),
    ];
    let mut cases: Vec<_> = operations(&things, "1")
        .into_iter()
        .map(|(operation, inputs, _)| (operation, inputs, &full))
        .collect();
    cases.extend([("manage/token", vec![], &first), ("manage/token/reset", vec![], &reset)]);
    let ways: usize = cases.iter().map(|(operation, ..)| methods(operation).len()).sum();
    assert_eq!(ways, 35);
    for (operation, inputs, credentials) in cases {
        for method in methods(operation) {
            for (shown, sentences) in credentials {
                let told = ask(&till, &method, operation, &[&inputs[..], shown].concat()).await;
                assert_eq!(told["errors"], json!(sentences), "{method} {operation} {shown:?}");
            }
            forget(&till).await;
        }
    }
    assert_eq!(cinema.status(&things.payment).await, "Captured");
    assert_eq!(cinema.refund_status(&things.refund).await, "Reserved");
    let nothing: [String; 0] = [];
    assert_eq!(cinema.done("payments", &[("terminalId", "1")]).await["paymentsIds"], json!(nothing));
    assert_eq!(cinema.information("1").await["posId"], things.pos.as_str());
}

#[tokio::test]
async fn another_merchants_things_do_not_exist() {
    let (till, cinema, beacon) = super::cinema().await;
    let things = things(&till, &cinema, &beacon).await;
    let other = Cinema::other(till.client().clone());
    let credentials = [("bioCode", "DEMO-2"), ("accessToken", OTHER_TOKEN)];
    let own_store = json!(["5b1c0c5e-0d3a-4c4e-9f6e-7a1f6d2b8c02"]);
    for (operation, inputs, sentence) in operations(&things, FOREIGN) {
        for method in methods(operation) {
            let told = ask(&till, &method, operation, &[&inputs[..], &credentials].concat()).await;
            match operation {
                "manage/stores" => assert_eq!(told["storesIds"], own_store),
                _ => assert_eq!(told["errors"], json!([sentence]), "{method} {operation}"),
            }
        }
    }
    // At its own terminal, which has the same name as another's, nothing of the other's is found either.
    other.open("1").await;
    for (operation, inputs, _) in operations(&things, "1") {
        let sentence = match operation {
            "payment/ready" | "payment/id/retrieve/byterminal" => "Payment not found",
            "payments" => {
                let nothing: [String; 0] = [];
                let inputs = [("terminalId", "1"), ("state", "Captured"), ("orderId", "A-1")];
                assert_eq!(other.done(operation, &inputs).await["paymentsIds"], json!(nothing));
                continue;
            }
            _ => continue,
        };
        assert_eq!(other.refused(operation, &inputs).await, sentence, "{operation}");
    }
    assert_eq!(cinema.status(&things.payment).await, "Captured");
    assert_eq!(cinema.refund_status(&things.refund).await, "Reserved");
    for terminal in ["1", FOREIGN] {
        assert_eq!(cinema.done("payments", &[("terminalId", terminal)]).await["paymentsIds"], json!([]));
    }
    // The usual currency is the merchant's own.
    let payment = other.start("1", "A-1", "3").await;
    assert_eq!(other.details(&payment).await["currencyCode"], "EUR");
}

#[tokio::test]
async fn no_log_has_a_token_whatever_it_was_sent_as() {
    let till = Till::builder().env("POLYTILL_LOG", "trace").start().await;
    let reset = [("bioCode", "DEMO"), ("previousAccessToken", TOKEN)];
    let told = ask(&till, &Method::GET, "manage/token/reset", &reset).await;
    let token = told["message"].as_str().unwrap();
    let swapped = [("bioCode", token), ("accessToken", "DEMO"), ("previousAccessToken", "DEMO")];
    for (method, operation) in [
        (Method::GET, "manage/stores"),
        (Method::POST, "manage/create"),
        (Method::DELETE, "manage/delete"),
        (Method::GET, "manage/token"),
        (Method::POST, "manage/token"),
        (Method::GET, "manage/token/reset"),
    ] {
        let told = ask(&till, &method, operation, &swapped).await;
        assert_eq!(told["success"], false, "{method} {operation}");
    }
    let headers = [("X-Bio-Code", token), ("X-Access-Token", "DEMO")];
    till.client().send(Method::GET, "/api/pos/manage/stores", &headers, "").await.expect_status(200);
    // A bioCode that is somebody's is what an operator looks for.
    Cinema::new(till.client().clone(), "DEMO", TOKEN).refused("manage/stores", &[]).await;
    Cinema::new(till.client().clone(), "DEMO", token).done("manage/stores", &[]).await;
    let logged = till.output();
    assert_eq!(logged.matches("credentials were refused").count(), 8, "{logged}");
    assert!(logged.contains("bio_code=\"DEMO\""), "{logged}");
    for end in 0..=token.len() - 8 {
        let part = &token[end..end + 8];
        assert!(!logged.contains(part), "a part of a token was logged: {part}");
    }
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
