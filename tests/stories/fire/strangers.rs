//! Strangers at the door: slow, idle, oversized, malformed. Others are served, memory stays bounded.

use std::net::SocketAddr;

use testkit::http::connect;
use testkit::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn ten_thousand_idle_connections_disturb_nobody() {
    let till = Till::sandbox().await;
    let shop = till.shop();
    shop.create(&json!({})).await.expect_status(200);
    let before = till.resident_kb();
    let mut idle = Vec::with_capacity(10_000);
    for _ in 0..10_000 {
        idle.push(connect(till.address()).await.expect("a connection is accepted"));
    }
    // One request on the last of them shows that all were accepted.
    let last = idle.last_mut().unwrap();
    last.write_all(b"GET /healthz HTTP/1.1\r\nHost: till\r\n\r\n").await.unwrap();
    let mut answer = [0; 12];
    last.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    shop.create(&json!({})).await.expect_status(200);
    let grown = till.resident_kb().saturating_sub(before);
    assert!(grown < 400 * 1_024, "10 000 idle connections took {grown} kB");
}

#[tokio::test]
async fn headers_that_never_end_are_given_up() {
    let till = Till::sandbox().await;
    let mut slow = connect(till.address()).await.unwrap();
    slow.write_all(b"GET /api/payments/payment/1 HTTP/1.1\r\nHost: till\r\nX-Slow: ").await.unwrap();
    till.shop().create(&json!({})).await.expect_status(200);
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(testkit::PATIENCE, slow.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "a connection with half a request stays open for ever");
}

async fn answer(address: SocketAddr, request: &[u8]) -> String {
    let mut stream: TcpStream = connect(address).await.unwrap();
    // The server may have hung up while we were still sending.
    let _ = stream.write_all(request).await;
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(testkit::PATIENCE, stream.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn rubbish_is_answered_or_closed_cleanly() {
    let till = Till::sandbox().await;
    let huge_header = [b"GET / HTTP/1.1\r\nX: ".to_vec(), vec![b'a'; 100_000], b"\r\n\r\n".to_vec()].concat();
    let many_headers = [b"GET / HTTP/1.1\r\n".to_vec(), b"A: b\r\n".repeat(5_000), b"\r\n".to_vec()].concat();
    let rubbish: Vec<Vec<u8>> = vec![
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"HELO mail\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"POST /api/payments/payment HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n".to_vec(),
        b"POST /api/payments/payment HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef".to_vec(),
        b"POST /api/payments/payment HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n".to_vec(),
        huge_header,
        many_headers,
        vec![0; 4_096],
    ];
    for request in rubbish {
        let answer = answer(till.address(), &request).await;
        let refused =
            answer.is_empty() || answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.0 4");
        assert!(
            refused,
            "{:?} was answered {answer}",
            String::from_utf8_lossy(&request[..request.len().min(60)])
        );
    }
    till.shop().create(&json!({})).await.expect_status(200);
}
