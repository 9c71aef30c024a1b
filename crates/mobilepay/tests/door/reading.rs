//! Paths, queries, bodies and what cannot be read.

use axum::body::Body;
use futures_util::stream;
use mobilepay::{ErrorStatus, Settings};

use crate::echo::{BIO_CODE, TOKEN, ask, credentials, door, get, request};

const JSON: (&str, &str) = ("accept", "application/json");

#[tokio::test]
async fn paths_and_names_count_in_any_case() {
    let door = door(Settings::default());
    let expected = r#"{"paymentId":"orderId=17;amount=27.00;posId=x","success":true,"errors":[]}"#;
    for path in [
        "/api/pos/payment/start/byPosId",
        "/API/pos/Payment/start/byposid",
        "/Api/Pos/PAYMENT/START/BYPOSID",
        "/api/pOS/payment/start/byPosId/",
        "/aPi/PoS/payment/start/byPosId//",
    ] {
        let inputs = "ORDERID=17&Amount=27.00&posid=x&BIOCODE=BIO-1&ACCESStoken=right-token&unknown=1";
        let answered = get(&door, &format!("{path}?{inputs}"), &[JSON]).await;
        assert_eq!(answered.body, expected, "{path}");
    }
}

#[tokio::test]
async fn queries_are_read_like_forms() {
    let door = door(Settings::default());
    for (query, expected) in [
        ("orderId=a+b&terminalId=%C3%A6", "orderId=a b;terminalId=æ"),
        ("orderId=1&orderId=2&ORDERID=3&terminalId=T", "orderId=1;terminalId=T"),
        ("terminalId=T&orderId=%20x%20", "orderId=x;terminalId=T"),
    ] {
        let uri = format!("/api/pos/payment/prepare?{query}&{}", credentials());
        let answered = get(&door, &uri, &[JSON]).await;
        assert_eq!(answered.body, format!(r#"{{"paymentId":"{expected}","success":true,"errors":[]}}"#));
    }
    let empty = format!("/api/pos/payment/prepare?orderId=&orderId=2&terminalId&{}", credentials());
    insta::assert_snapshot!(get(&door, &empty, &[JSON]).await.body, @r#"{"paymentId":null,"success":false,"errors":["orderId is required (1113)","terminalId is required"]}"#);
    let many = format!("/api/pos/payment/status?{}&{}", "a=1&".repeat(250), credentials());
    insta::assert_snapshot!(get(&door, &many, &[JSON]).await.body, @r#"{"status":null,"paymentStatus":null,"message":null,"success":false,"errors":["The query has too many parameters"]}"#);
}

#[tokio::test]
async fn credentials_of_a_post_may_be_in_the_query_or_the_headers_and_nothing_else_may() {
    let door = door(Settings::default());
    let own = r#"{"orderId":"17","terminalId":"T"}"#;
    let kind = ("content-type", "application/json");
    let good = r#"{"paymentId":"orderId=17;terminalId=T","success":true,"errors":[]}"#;
    let in_query = format!("/api/pos/payment/prepare?{}", credentials());
    assert_eq!(ask(&door, request("POST", &in_query, &[kind], own)).await.body, good);
    let path = "/api/pos/payment/prepare";
    let in_headers = [kind, ("X-Access-Token", TOKEN), ("X-Bio-Code", BIO_CODE)];
    assert_eq!(ask(&door, request("POST", path, &in_headers, own)).await.body, good);
    let query = format!("{path}?orderId=17&terminalId=T");
    assert_eq!(get(&door, &query, &[JSON, in_headers[1], in_headers[2]]).await.body, good);
    // What the body says comes first.
    let both = r#"{"orderId":"17","terminalId":"T","accessToken":"wrong","bioCode":"BIO-1"}"#;
    let refused = ask(&door, request("POST", &in_query, &in_headers, both)).await.body;
    assert!(refused.contains("Invalid bioCode or accessToken"), "{refused}");
    // Only credentials are looked for elsewhere.
    let elsewhere = format!("{path}?orderId=17&terminalId=T&{}", credentials());
    let missing = ask(&door, request("POST", &elsewhere, &[kind], "{}")).await.body;
    insta::assert_snapshot!(missing, @r#"{"paymentId":null,"success":false,"errors":["orderId is required (1113)","terminalId is required"]}"#);
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_answered_in_the_operations_form() {
    let door = door(Settings::default());
    let uri = format!("/api/pos/refund/create?{}", credentials());
    for (kind, body) in [
        ("application/json", "{"),
        ("application/json", "[]"),
        ("text/json", "nonsense"),
        ("application/json", r#"{"a":[[[[[[[[]]]]]]]]}"#),
        ("application/xml", "<x>"),
        ("application/xml", "<x><a><a><a><a><a><a><a><a/></a></a></a></a></a></a></a></x>"),
        ("text/xml", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x><amount>&e;</amount></x>"),
        ("application/x-www-form-urlencoded", &"a=1&".repeat(201)),
    ] {
        let answered =
            ask(&door, request("POST", &uri, &[JSON, ("content-type", kind)], body.to_owned())).await;
        assert_eq!(answered.status, 200);
        assert_eq!(
            answered.body,
            r#"{"refundId":null,"success":false,"errors":["The request body cannot be read"]}"#,
            "{kind} {body}"
        );
    }
    let empty = ask(&door, request("POST", &uri, &[JSON], "")).await.body;
    assert!(empty.contains("amount is required (1102)"), "an empty body needs no type: {empty}");
}

#[tokio::test]
async fn bodies_are_bounded_and_of_a_known_type() {
    let door = door(Settings::default());
    let uri = format!("/api/pos/payment/start?{}", credentials());
    let large = format!("{{\"orderId\":\"{}\"}}", "x".repeat(64 * 1_024));
    for (kind, body, status) in [
        ("application/json", large.as_str(), 413),
        ("text/plain", "orderId=17", 415),
        ("multipart/form-data; boundary=x", "--x--", 415),
        ("application/json; charset=utf-16", "{}", 415),
        ("application/octet-stream", "{}", 415),
    ] {
        for (accept, media) in [("application/json", "application/json"), ("text/xml", "text/xml")] {
            let headers = [("accept", accept), ("content-type", kind)];
            let answered = ask(&door, request("POST", &uri, &headers, body.to_owned())).await;
            assert_eq!(answered.status, status, "{kind}");
            assert_eq!(answered.kind(), format!("{media}; charset=utf-8"));
        }
    }
    let untyped = ask(&door, request("POST", &uri, &[JSON], "{}")).await;
    insta::assert_snapshot!(untyped.body, @r#"{"Message":"The request body's media type is not supported. Send application/json, application/xml or application/x-www-form-urlencoded in UTF-8."}"#);
}

#[tokio::test]
async fn the_operator_may_choose_other_habits() {
    let settings = Settings {
        path_prefix: "/mobilepay".to_owned(),
        default_format: mobilepay::negotiate::Format::Json,
        error_status: ErrorStatus::Mapped,
        np_aliases: false,
    };
    let door = door(settings);
    let status = format!("/MobilePay/api/POS/payment/status?paymentId=p&{}", credentials());
    insta::assert_snapshot!(get(&door, &status, &[]).await.body, @r#"{"status":"paymentId=p","success":true,"errors":[]}"#);
    for (path, query, status) in [
        ("payment/status", credentials(), 400),
        ("payment/status", "accessToken=wrong&bioCode=BIO-1&paymentId=p".to_owned(), 401),
        ("payment/status", String::new(), 400),
        ("payment/status", format!("paymentId=p&{}", credentials()), 200),
        ("manage/token", "bioCode=BIO-2".to_owned(), 401),
    ] {
        let answered = get(&door, &format!("/mobilepay/api/pos/{path}?{query}"), &[]).await;
        assert_eq!(answered.status, status, "{path} {query}");
        assert!(answered.body.contains("\"success\":"), "{}", answered.body);
    }
    let outside = get(&door, "/api/pos/payment/status", &[]).await;
    assert_eq!(outside.status, 404, "only below the prefix");
}

#[tokio::test(start_paused = true)]
async fn bodies_that_do_not_come_to_an_end_are_given_up() {
    let door = door(Settings::default());
    let uri = format!("/api/pos/payment/start?{}", credentials());
    let broken = Body::from_stream(stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("gone")) }));
    let endless = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    for (body, status, message) in [
        (broken, 400, "The request body ended early."),
        (endless, 408, "The request body did not arrive in time."),
    ] {
        let headers = [JSON, ("content-type", "application/json")];
        let answered = ask(&door, request("POST", &uri, &headers, body)).await;
        assert_eq!(answered.status, status);
        assert_eq!(answered.body, format!(r#"{{"Message":"{message}"}}"#));
    }
}
