//! The server through real sockets. Time-outs are set to milliseconds where their end is waited for; nothing measures them.

use std::net::Ipv4Addr;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{Notify, oneshot},
    task::JoinHandle,
};

use super::*;
use crate::body::{self, BodyError, BodyLimits};

const SHORT: Duration = Duration::from_millis(30);
/// Longer than any test; what must not fire in a test is set to this.
const LONG: Duration = Duration::from_secs(600);

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Ended>,
}

fn patient() -> ServerLimits {
    ServerLimits {
        head_timeout: LONG,
        idle_timeout: LONG,
        write_timeout: LONG,
        handshake_timeout: LONG,
        grace: LONG,
        ..ServerLimits::default()
    }
}

fn start(router: Router, options: ServerOptions) -> Running {
    let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(serve(vec![listener], router, options, async {
        let _ = stopped.await;
    }));
    Running { address, stop, ended }
}

fn start_with(router: Router, limits: ServerLimits) -> Running {
    start(router, ServerOptions { limits, ..ServerOptions::default() })
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

#[expect(clippy::disallowed_methods, reason = "the test is the client, and the address is its own server's")]
async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// Everything up to the end of the connection; an error is an end as well.
async fn read_to_end(mut stream: impl AsyncRead + Unpin) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).unwrap()
}

async fn read_until(stream: &mut (impl AsyncRead + Unpin), end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        text.push(char::from(stream.read_u8().await.unwrap()));
    }
    text
}

#[tokio::test]
async fn requests_are_answered_on_a_connection_that_stays() {
    let server = start_with(hello(), patient());
    let mut client = connect(server.address).await;
    for _ in 0..3 {
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(read_until(&mut client, "hello").await.starts_with("HTTP/1.1 200 OK\r\n"));
    }
    // Two at once.
    client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    read_until(&mut client, "hello").await;
    read_until(&mut client, "hello").await;
}

#[tokio::test]
async fn a_taken_port_is_an_error_to_tell() {
    let server = start_with(hello(), patient());
    assert_eq!(bind(server.address).unwrap_err().kind(), io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn several_listeners_serve_the_same() {
    let listeners: Vec<_> = (0..2).map(|_| bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap()).collect();
    let addresses: Vec<_> = listeners.iter().map(|listener| listener.local_addr().unwrap()).collect();
    let serving = tokio::spawn(serve(listeners, hello(), ServerOptions::default(), std::future::pending()));
    for address in addresses {
        let mut client = connect(address).await;
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        read_until(&mut client, "hello").await;
    }
    serving.abort();
}

#[tokio::test]
async fn a_head_that_trickles_in_is_cut_off() {
    let server = start_with(hello(), ServerLimits { head_timeout: SHORT, ..patient() });
    for beginning in ["", "GET / HTTP/1.1\r\nhost: x\r\n"] {
        let mut client = connect(server.address).await;
        client.write_all(beginning.as_bytes()).await.unwrap();
        assert_eq!(read_to_end(client).await, "");
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_idleness_is_not_a_slow_head() {
    let server = start_with(hello(), ServerLimits { idle_timeout: SHORT, ..patient() });
    let mut client = connect(server.address).await;
    client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    read_until(&mut client, "hello").await;
    assert_eq!(read_to_end(client).await, "");
}

/// A handler that says when it runs and answers when it may.
fn held() -> (Router, Arc<Notify>, Arc<Notify>) {
    let (started, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (starts, waits) = (Arc::clone(&started), Arc::clone(&release));
    let handler = async move || {
        starts.notify_one();
        waits.notified().await;
        "done"
    };
    (Router::new().route("/held", get(handler)), started, release)
}

#[tokio::test]
async fn a_handler_may_take_longer_than_any_client() {
    let (router, started, release) = held();
    let server = start_with(router, ServerLimits { head_timeout: SHORT, idle_timeout: SHORT, ..patient() });
    // On a busy machine a head may be late by itself; then it is sent again.
    let client = loop {
        let mut client = connect(server.address).await;
        let _ = client.write_all(b"GET /held HTTP/1.1\r\nhost: x\r\n\r\n").await;
        tokio::select! {
            () = started.notified() => break client,
            _closed = client.readable() => {}
        }
    };
    // Another connection's time-outs have come and gone before the handler is released.
    assert_eq!(read_to_end(connect(server.address).await).await, "");
    release.notify_one();
    assert!(read_to_end(client).await.ends_with("done"));
}

#[tokio::test]
async fn a_client_that_does_not_read_is_given_up() {
    let started = Arc::new(Notify::new());
    let starts = Arc::clone(&started);
    let handler = async move || {
        starts.notify_one();
        Body::from(vec![b'x'; 64 * 1_024 * 1_024])
    };
    let server = start_with(
        Router::new().route("/", get(handler)),
        ServerLimits { write_timeout: SHORT, ..patient() },
    );
    let mut client = connect(server.address).await;
    client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    started.notified().await;
    // The server can only end by itself when it has given this connection up.
    server.stop.send(()).unwrap();
    assert_eq!(server.ended.await.unwrap(), Ended::Drained);
}

#[tokio::test]
async fn heads_are_bounded_in_bytes_and_in_number() {
    let server = start_with(hello(), ServerLimits { max_header_bytes: 2_000, max_headers: 20, ..patient() });
    for head in
        [format!("a: {}\r\n", "x".repeat(2_000)), "a: b\r\n".repeat(21), format!("a: {}", "x".repeat(60_000))]
    {
        let mut client = connect(server.address).await;
        let _ = client.write_all(format!("GET / HTTP/1.1\r\n{head}\r\n").as_bytes()).await;
        let answer = read_to_end(client).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    let mut client = connect(server.address).await;
    client
        .write_all(format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(19)).as_bytes())
        .await
        .unwrap();
    read_until(&mut client, "hello").await;
}

#[tokio::test]
async fn one_connection_too_many_is_closed_and_its_place_comes_back() {
    let server = start_with(hello(), ServerLimits { max_connections: 1, ..patient() });
    let mut first = connect(server.address).await;
    first.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    read_until(&mut first, "hello").await;
    assert_eq!(read_to_end(connect(server.address).await).await, "");

    first.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    read_to_end(first).await;
    // The place is given back when the connection's task ends, a moment after its last byte: ask until it is.
    loop {
        let mut next = connect(server.address).await;
        let _ = next.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        if read_to_end(next).await.ends_with("hello") {
            break;
        }
    }
}

fn reads_bodies(limits: BodyLimits) -> Router {
    let handler = async move |body: Body| -> Response {
        match body::read(body, limits).await {
            Ok(bytes) => bytes.len().to_string().into_response(),
            Err(BodyError::TooLarge { .. }) => (StatusCode::PAYLOAD_TOO_LARGE, "too large").into_response(),
            Err(BodyError::Timeout) => (StatusCode::REQUEST_TIMEOUT, "too slow").into_response(),
            Err(BodyError::Broken) => (StatusCode::BAD_REQUEST, "broken").into_response(),
        }
    };
    Router::new().route("/", post(handler))
}

#[tokio::test]
async fn a_body_that_is_too_large_gets_the_doors_answer() {
    let server = start_with(reads_bodies(BodyLimits::default()), patient());
    for (bytes, expected) in [(65_536, "65536"), (65_537, "too large"), (900_000, "too large")] {
        let mut client = connect(server.address).await;
        let head =
            format!("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {bytes}\r\n\r\n");
        client.write_all(head.as_bytes()).await.unwrap();
        client.write_all(&vec![b'x'; bytes]).await.unwrap();
        assert!(read_to_end(client).await.ends_with(expected), "{bytes}");
    }
    // Chunked, so that nothing announces the size.
    let mut client = connect(server.address).await;
    client
        .write_all(b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n")
        .await
        .unwrap();
    for _ in 0..5 {
        client.write_all(format!("4000\r\n{}\r\n", "x".repeat(0x4000)).as_bytes()).await.unwrap();
    }
    client.write_all(b"0\r\n\r\n").await.unwrap();
    assert!(read_to_end(client).await.ends_with("too large"));
}

#[tokio::test]
async fn a_body_that_stops_coming_gets_the_doors_answer_and_the_connection_ends() {
    let limits = BodyLimits { timeout: SHORT, ..BodyLimits::default() };
    let server = start_with(
        reads_bodies(limits),
        ServerLimits { head_timeout: SHORT, idle_timeout: SHORT, ..patient() },
    );
    let mut client = connect(server.address).await;
    client.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nxxx").await.unwrap();
    assert!(read_to_end(client).await.ends_with("too slow"));
}

#[tokio::test]
async fn shutdown_finishes_what_runs_and_accepts_nothing_new() {
    let (router, started, release) = held();
    let router = router.merge(hello());
    let server = start_with(router, patient());
    let mut busy = connect(server.address).await;
    busy.write_all(b"GET /held HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut idle = connect(server.address).await;
    idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    read_until(&mut idle, "hello").await;
    started.notified().await;

    server.stop.send(()).unwrap();
    assert_eq!(read_to_end(idle).await, "");
    // The idle connection is closed after the listener, so the port is free by now.
    drop(bind(server.address).unwrap());
    release.notify_one();
    assert!(read_to_end(busy).await.ends_with("done"));
    assert_eq!(server.ended.await.unwrap(), Ended::Drained);
}

#[tokio::test]
async fn what_does_not_finish_in_the_grace_period_is_dropped() {
    let (router, started, _never) = held();
    let server = start_with(router, ServerLimits { grace: SHORT, ..patient() });
    let mut client = connect(server.address).await;
    client.write_all(b"GET /held HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    started.notified().await;
    server.stop.send(()).unwrap();
    assert_eq!(server.ended.await.unwrap(), Ended::Dropped(1));
    assert_eq!(read_to_end(client).await, "");
}

#[tokio::test]
async fn the_handler_knows_its_peer() {
    let router = Router::new()
        .route("/", get(|axum::Extension(peer): axum::Extension<Peer>| async move { peer.ip.to_string() }));
    let trusting = ServerOptions {
        trusted_proxies: TrustedProxies::new(vec!["127.0.0.0/8".parse().unwrap()]),
        ..Default::default()
    };
    for (options, seen) in [(ServerOptions::default(), "127.0.0.1"), (trusting, "203.0.113.9")] {
        let server = start(router.clone(), options);
        let mut client = connect(server.address).await;
        client
            .write_all(
                b"GET / HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 203.0.113.9\r\nconnection: close\r\n\r\n",
            )
            .await
            .unwrap();
        assert!(read_to_end(client).await.ends_with(seen));
    }
}

fn testdata(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

/// A TLS client that trusts one certificate only.
async fn get_over_tls(address: SocketAddr, trusted: &str) -> io::Result<String> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(testdata(trusted)).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = connector.connect(name, connect(address).await).await?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await?;
    Ok(read_to_end(stream).await)
}

#[tokio::test]
async fn tls_is_served_and_its_certificate_exchanged_while_running() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let install = |name: &str| {
        std::fs::copy(testdata(&format!("{name}.cert.pem")), &certificate).unwrap();
        std::fs::copy(testdata(&format!("{name}.key.pem")), &key).unwrap();
    };
    install("one");
    let tls = Tls::from_pem_files(&certificate, &key).unwrap();
    let options = ServerOptions { limits: patient(), tls: Some(tls.clone()), ..ServerOptions::default() };
    let server = start(hello(), options);
    assert!(get_over_tls(server.address, "one.cert.pem").await.unwrap().ends_with("hello"));
    assert!(get_over_tls(server.address, "two.cert.pem").await.is_err());

    install("two");
    tls.reload().unwrap();
    assert!(get_over_tls(server.address, "two.cert.pem").await.unwrap().ends_with("hello"));

    // A pair that does not fit together is refused, and the former stays.
    std::fs::copy(testdata("one.cert.pem"), &certificate).unwrap();
    assert!(matches!(tls.reload().unwrap_err(), crate::tls::TlsError::Unusable(_)));
    std::fs::write(&certificate, "").unwrap();
    assert!(matches!(tls.reload().unwrap_err(), crate::tls::TlsError::NoCertificate(_)));
    std::fs::remove_file(&certificate).unwrap();
    assert!(matches!(tls.reload().unwrap_err(), crate::tls::TlsError::Read { .. }));
    assert!(get_over_tls(server.address, "two.cert.pem").await.unwrap().ends_with("hello"));
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_given_up() {
    let tls = Tls::from_pem_files(testdata("one.cert.pem"), testdata("one.key.pem")).unwrap();
    let limits = ServerLimits { handshake_timeout: SHORT, ..patient() };
    let server = start(hello(), ServerOptions { limits, tls: Some(tls), ..ServerOptions::default() });
    assert_eq!(read_to_end(connect(server.address).await).await, "");
}
