//! §1, §12: the bytes of the vendor's own client, and of others, on a plain socket.

use super::register;
use testkit::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const AUTHORIZATION: &str = "Authorization: Basic MTIzNDU2Omd4NHE4T1YzVEp0Nm5vSm5maGpxSkt5WDN6NlljaDB5";

/// Sends bytes and reads everything until the server closes.
async fn exchange(till: &Till, request: &str) -> String {
    let mut stream = testkit::http::connect(till.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_closing_without_a_body_or_its_length_is_one() {
    let (till, _) = register().await;
    let request = format!(
        "POST /v2.0/terminalClosing.json HTTP/1.1\r\nHost: x\r\n{AUTHORIZATION}\r\nAccept: */*\r\n\
         Content-Type: application/json\r\nConnection: close\r\n\r\n"
    );
    let answer = exchange(&till, &request).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "no interim answer before it: {answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"code":0,"message":"OK","batchNumber":1,"batchData":[]}"#);
    let head = head.to_ascii_lowercase();
    assert!(head.contains("content-type: application/json"), "{head}");
    for never in ["content-encoding", "location", "100 continue"] {
        assert!(!head.contains(never), "{head}");
    }
}

#[tokio::test]
async fn a_status_request_has_a_content_type_and_no_body() {
    let (till, _) = register().await;
    let request = format!(
        "GET /v2.0/terminal.json HTTP/1.1\r\nHost: x\r\n{AUTHORIZATION}\r\nContent-Type: application/json\r\n\
         CF-Access-Client-Id: a\r\nCF-Access-Client-Secret: b\r\nConnection: close\r\n\r\n"
    );
    let answer = exchange(&till, &request).await;
    assert!(answer.ends_with("\r\n\r\n{\"status\":\"ONLINE\"}"), "{answer}");
}

#[tokio::test]
async fn a_form_is_no_request() {
    let (till, register) = register().await;
    let headers = [
        ("Authorization", "Basic MTIzNDU2Omd4NHE4T1YzVEp0Nm5vSm5maGpxSkt5WDN6NlljaDB5"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    for body in ["price=1000&curr=CZK", r#"{"price":1000,"curr":"CZK"}"#] {
        let answer =
            till.client().send(http::Method::POST, "/v2.0/terminalPayment.json", &headers, body).await;
        assert_eq!(answer.expect_status(200).json()["code"], 1400, "{body}");
    }
    // Whatever else the type says, the body is JSON.
    let plain = [headers[0], ("Content-Type", "text/plain")];
    let body = r#"{"price":1000,"curr":"CZK"}"#;
    let begun = till.client().send(http::Method::POST, "/v2.0/terminalPayment.json", &plain, body).await;
    let begun = begun.expect_status(200).json();
    register.over(begun["transId"].as_str().unwrap()).await;
}
