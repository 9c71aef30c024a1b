//! §2, §10.8: the real answers byte for byte, however they are asked for. The matrix of all operations against an engine
//! that echoes is in the door's own tests.

use super::{astrid, cinema};
use http::Method;
use testkit::prelude::*;

const JSON: &str = "application/json";
const XML: &str = "application/xml";
const FORM: &str = "application/x-www-form-urlencoded";
const CREDENTIALS: [(&str, &str); 2] =
    [("accessToken", "demo-access-token-of-the-demo-cinemas"), ("bioCode", "DEMO")];

/// How a request is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Query,
    Posted(&'static str),
}

const WAYS: [Way; 4] = [Way::Query, Way::Posted(JSON), Way::Posted(XML), Way::Posted(FORM)];

async fn ask(
    till: &Till,
    operation: &str,
    inputs: &[(&str, &str)],
    way: Way,
    accept: Option<&str>,
) -> String {
    let all: Vec<(&str, &str)> = CREDENTIALS.iter().chain(inputs).copied().collect();
    let form = testkit::http::form(&all);
    let mut headers: Vec<(&str, &str)> = accept.map(|accept| ("Accept", accept)).into_iter().collect();
    let path = format!("/api/pos/{operation}");
    let answer = match way {
        Way::Query => till.client().send(Method::GET, &format!("{path}?{form}"), &headers, "").await,
        Way::Posted(kind) => {
            let body = match kind {
                JSON => Value::Object(
                    all.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect(),
                )
                .to_string(),
                XML => xml(&all),
                _ => form,
            };
            headers.push(("Content-Type", kind));
            till.client().send(Method::POST, &path, &headers, body).await
        }
    };
    let answer = answer.expect_status(200);
    let expected = match (accept, way) {
        (Some(accept), _) => accept,
        (None, Way::Posted(JSON)) => JSON,
        (None, _) => XML,
    };
    assert_eq!(answer.header("content-type"), format!("{expected}; charset=utf-8"), "{operation} {way:?}");
    answer.text()
}

/// A body as the original's clients serialise it.
fn xml(members: &[(&str, &str)]) -> String {
    let base = "http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS_ViewModels";
    let element = |(name, value): &(&str, &str)| match CREDENTIALS.iter().any(|(known, _)| known == name) {
        true => format!("<{name} xmlns=\"{base}\">{value}</{name}>"),
        false => format!("<{name}>{value}</{name}>"),
    };
    let inner: String = members.iter().map(element).collect();
    format!(
        "<Anything xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"{base}.ViewModels\">{inner}</Anything>"
    )
}

/// Replaces what is different every time, each name by its own number.
fn masked(text: &str, seen: &mut Vec<String>) -> String {
    let hex = |character: char| character.is_ascii_hexdigit() || character == '-';
    let mut masked = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(hex) {
        let (before, from) = rest.split_at(at);
        masked.push_str(before);
        let (run, after) = from.split_at(from.find(|next| !hex(next)).unwrap_or(from.len()));
        rest = after;
        if run.len() == 36 || run.len() == 32 {
            let place = seen.iter().position(|known| known == run).unwrap_or_else(|| {
                seen.push(run.to_owned());
                seen.len() - 1
            });
            masked.push_str(&format!("<{}>", place + 1));
        } else if run.len() == 10 && after.starts_with('T') {
            let end = after.find('Z').unwrap();
            rest = &after[end + 1..];
            masked.push_str("<moment>");
        } else {
            masked.push_str(run);
        }
    }
    masked + rest
}

/// The answer of a type with one text, as the help page has it.
fn expected(root: &str, name: &str, value: Option<&str>, error: Option<&str>, format: &str) -> String {
    let (array, types) = (
        "http://schemas.microsoft.com/2003/10/Serialization/Arrays",
        "http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS_ViewModels.ViewModels",
    );
    if format == JSON {
        let value = value.map_or("null".to_owned(), |value| format!("\"{value}\""));
        let error = error.map_or(String::new(), |error| format!("\"{error}\""));
        let success = error.is_empty();
        return format!("{{\"{name}\":{value},\"success\":{success},\"errors\":[{error}]}}");
    }
    let value =
        value.map_or(format!("<{name} i:nil=\"true\" />"), |value| format!("<{name}>{value}</{name}>"));
    let errors = error.map_or(format!("<errors xmlns:d2p1=\"{array}\" />"), |error| {
        format!("<errors xmlns:d2p1=\"{array}\"><d2p1:string>{error}</d2p1:string></errors>")
    });
    let success = error.is_none();
    format!(
        "<{root} xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"{types}\">{errors}<success>{success}</success>{value}</{root}>"
    )
}

#[tokio::test]
async fn every_way_of_asking_is_answered_alike() {
    let (till, cinema, _) = cinema().await;
    for way in WAYS {
        for accept in [None, Some(JSON), Some(XML)] {
            let format = accept.unwrap_or(if way == Way::Posted(JSON) { JSON } else { XML });
            let mut seen = Vec::new();
            let inputs =
                [("amount", "5.00"), ("currencyCode", "DKK"), ("orderId", "A-1"), ("terminalId", "1")];
            let started = ask(&till, "payment/start", &inputs, way, accept).await;
            let root = ("PaymentStartViewModel", "paymentId");
            let wanted = expected(root.0, root.1, Some("<1>"), None, format);
            assert_eq!(masked(&started, &mut seen), wanted, "{way:?} {accept:?}");
            let payment = seen[0].clone();
            let again = ask(&till, "payment/start", &inputs, way, accept).await;
            let active = "A payment is already active on this point of sale (1301)";
            assert_eq!(again, expected(root.0, root.1, None, Some(active), format), "{way:?} {accept:?}");
            cinema.cancel(&payment).await;

            let prepared = ask(&till, "payment/prepare", &inputs[2..], way, accept).await;
            assert_eq!(masked(&prepared, &mut seen), expected(root.0, root.1, Some("<2>"), None, format));
            let payment = seen[1].clone();
            let ready = [&inputs[..], &[("paymentId", payment.as_str())]].concat();
            let told = ask(&till, "payment/ready", &ready, way, accept).await;
            let root = ("PosPaymentReadyViewModel", "message");
            assert_eq!(told, expected(root.0, root.1, Some("The payment is ready"), None, format));
            let told = ask(&till, "payment/ready", &inputs, way, accept).await;
            assert_eq!(told, expected(root.0, root.1, None, Some("paymentId is required"), format));
            cinema.cancel(&payment).await;

            let refund = [("amount", "1"), ("paymentId", payment.as_str()), ("refundOrderId", "R")];
            let told = ask(&till, "refund/create", &refund, way, accept).await;
            let uncaptured = "Only a captured payment can be refunded (1354)";
            assert_eq!(
                told,
                expected("PosRefundCreateViewModel", "refundId", None, Some(uncaptured), format)
            );
            let told = ask(&till, "manage/create", &[("terminalId", "1")], way, accept).await;
            let twice = "Terminal already has a point of sale; delete it first (1200)";
            assert_eq!(told, expected("PosManageViewModel", "message", None, Some(twice), format));
        }
    }
}

#[tokio::test]
async fn a_whole_life_in_both_formats() {
    for (name, format) in [("json", JSON), ("xml", XML)] {
        let (till, cinema, beacon) = cinema().await;
        let (mut seen, mut walk) = (vec![beacon.clone()], String::new());
        let mut step = async |operation: &str, inputs: &[(&str, &str)]| {
            let told = ask(&till, operation, inputs, Way::Query, Some(format)).await;
            let told = masked(&told.replace(&till.url(""), "http://till"), &mut seen);
            walk.push_str(&format!("{operation}\n{told}\n\n"));
        };
        let terminal = ("terminalId", "1");
        step("manage/stores", &[]).await;
        step("manage/store", &[("storeId", "5b1c0c5e-0d3a-4c4e-9f6e-7a1f6d2b8c01")]).await;
        step("manage/terminal/information", &[terminal]).await;
        step("terminal/qrcode", &[terminal]).await;
        let pos = cinema.information("1").await["posId"].as_str().unwrap().to_owned();
        step("manage/checkInStatus/byposId", &[("posId", &pos)]).await;
        Payer::danish(till.client().clone(), "04").check_in(&beacon).await;
        step("manage/checkInStatus/byterminalId", &[terminal]).await;
        let payment = cinema.start("1", "A-1", "95.00").await;
        let asked = [("paymentId", payment.as_str())];
        step("payment/status", &asked).await;
        step("payment/details", &asked).await;
        step("payments", &[terminal]).await;
        step("payment/id/retrieve/byterminal", &[("orderId", "A-1"), terminal]).await;
        step("payment/id/retrieve/byposId", &[("orderId", "A-1"), ("posId", &pos)]).await;
        Payer::danish(till.client().clone(), "04").accept(&beacon).await;
        step("payment/details", &asked).await;
        step("payment/capture", &asked).await;
        step("payment/id/retrieve/bystate", &[("orderId", "A-1"), ("state", "Captured")]).await;
        step("refund/create", &[asked[0], ("amount", "10"), ("refundOrderId", "R-1")]).await;
        let refund = cinema.refund(&payment, "R-1", "10").await;
        step("refunds", &asked).await;
        step("refund/details", &[("refundId", &refund)]).await;
        step("refund/capture", &[("refundId", &refund)]).await;
        let second = cinema.refund(&payment, "R-2", "10").await;
        step("refund/cancel", &[("refundId", &second)]).await;
        astrid(&till).check_in(&beacon).await;
        step("payment/prepare", &[("orderId", "A-2"), terminal]).await;
        let prepared =
            cinema.done("payments", &[terminal]).await["paymentsIds"][0].as_str().unwrap().to_owned();
        step("payment/details", &[("paymentId", &prepared)]).await;
        step("payment/cancel", &[("paymentId", &prepared)]).await;
        step("manage/delete", &[terminal]).await;
        step("payments", &[terminal]).await;
        insta::assert_snapshot!(name, walk);
    }
}
