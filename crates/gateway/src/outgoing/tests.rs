//! What may be called and what may not, and how receivers behave. Nothing here leaves the machine: a name resolves to what
//! the test says, and where a test needs an "internet" address, one of loopback's other addresses is listed as allowed.

use std::{
    collections::{HashMap, VecDeque},
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header::USER_AGENT};
use parking_lot::Mutex;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use self::hostile::HOSTILE;
use super::*;

mod hostile;

const SHORT: Duration = Duration::from_millis(50);
/// Longer than any test.
const LONG: Duration = Duration::from_secs(600);
const PATIENT: Timeouts = Timeouts { connect: LONG, answer: LONG };
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Answers a name with the next of its lists of addresses, and with the last one for ever.
#[derive(Debug, Default)]
struct Names(Mutex<HashMap<&'static str, VecDeque<Vec<&'static str>>>>);

impl Names {
    fn of(names: &[(&'static str, &[&[&'static str]])]) -> Arc<Self> {
        let names =
            names.iter().map(|(name, answers)| (*name, answers.iter().map(|one| one.to_vec()).collect()));
        Arc::new(Self(Mutex::new(names.collect())))
    }
}

#[async_trait]
impl Resolver for Names {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let mut names = self.0.lock();
        let answers = names.get_mut(host).ok_or(io::ErrorKind::NotFound)?;
        let addresses = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Ok(addresses.unwrap().into_iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), port)).collect())
    }
}

fn outgoing(policy: Policy, timeouts: Timeouts, names: Arc<Names>) -> Outgoing {
    Outgoing::with(OutgoingOptions { resolver: names, ..OutgoingOptions::new(policy, timeouts) }).unwrap()
}

fn sandbox() -> Outgoing {
    outgoing(Policy::sandbox(), PATIENT, Names::of(&[]))
}

fn only(net: &str) -> Policy {
    Policy { allow_private: false, allowed: vec![net.parse().unwrap()] }
}

async fn get(outgoing: &Outgoing, url: impl Into<String>) -> Result<u16, SendError> {
    let delivered = outgoing.send(OutgoingRequest::get(url, HeaderMap::new())).await?;
    Ok(delivered.status.as_u16())
}

async fn listen(address: Ipv4Addr) -> (TcpListener, u16) {
    let listener = TcpListener::bind((address, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// Whether no connection waits to be accepted. Asks the kernel, which knows of a connection before its client does.
fn was_never_dialled(listener: TcpListener) -> bool {
    let accepted = listener.into_std().unwrap().accept();
    accepted.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

/// Answers one request on each connection with what is given, and hands the heads it read back when it is joined.
fn answer_each(listener: TcpListener, answers: &[&str]) -> JoinHandle<Vec<String>> {
    let answers: Vec<_> = answers.iter().map(ToString::to_string).collect();
    tokio::spawn(async move {
        let mut heads = Vec::new();
        for answer in answers {
            let (stream, _) = listener.accept().await.unwrap();
            heads.push(answer_once(stream, &answer).await);
        }
        heads
    })
}

async fn answer_once(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) -> String {
    let head = read_head(&mut stream).await;
    // The client may have seen enough before the end.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
    head
}

async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(stream.read_u8().await.unwrap()));
    }
    head
}

#[tokio::test]
async fn hostile_urls_are_refused_each_for_its_reason() {
    let names = Names::of(&[
        ("localhost", &[&["::1", "127.0.0.1"]]),
        ("localhost.", &[&["127.0.0.1"]]),
        ("127.0.0.1.nip.test", &[&["127.0.0.1"]]),
        ("metadata.google.internal", &[&["169.254.169.254"]]),
        ("db.intranet.test", &[&["10.1.2.3"]]),
        ("v6.intranet.test", &[&["fd00::5"]]),
        ("all-bad.test", &[&["192.168.0.1", "::1", "169.254.1.1"]]),
    ]);
    let outgoing = outgoing(Policy::default(), PATIENT, names);
    for (url, reason) in HOSTILE {
        match get(&outgoing, *url).await {
            Err(SendError::Refused(why) | SendError::BadUrl(why)) => assert_eq!(why, *reason, "{url:?}"),
            other => panic!("{url:?} was not refused but {other:?}"),
        }
    }
}

#[test]
fn ordinary_urls_pass_and_are_put_into_normal_form() {
    let check = |url: &str| Policy::default().check_url(url).map(|url| url.to_string());
    for (url, normal) in [
        ("https://shop.example", "https://shop.example/"),
        ("HTTP://Shop.Example:80/a/../b?x=1&y=2#frag", "http://shop.example/b?x=1&y=2"),
        ("http://93.184.216.34:8080/", "http://93.184.216.34:8080/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
        ("https://obchůdek.example/", "https://xn--obchdek-0tb.example/"),
    ] {
        assert_eq!(check(url).as_deref(), Ok(normal));
    }
    assert_eq!(
        check(&format!("http://shop.example/{}", "x".repeat(5_000))),
        Err(SendError::BadUrl("it is too long"))
    );
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_checked_again() {
    let (public, port) = listen(Ipv4Addr::new(127, 0, 0, 2)).await;
    let secret = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    let names = Names::of(&[("rebind.test", &[&["127.0.0.2"], &["127.0.0.1"]])]);
    let outgoing = outgoing(only("127.0.0.2/32"), PATIENT, names);
    let served = answer_each(public, &["HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"]);
    let url = format!("http://rebind.test:{port}/notify");

    assert_eq!(get(&outgoing, &url).await, Ok(200));
    served.await.unwrap();
    assert_eq!(get(&outgoing, &url).await, Err(SendError::Refused("loopback")));
    assert!(was_never_dialled(secret));
}

#[tokio::test]
async fn of_several_addresses_only_admitted_ones_are_dialled() {
    let (public, port) = listen(Ipv4Addr::new(127, 0, 0, 2)).await;
    let secret = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    let names = Names::of(&[("mixed.test", &[&["127.0.0.1", "::1", "127.0.0.2"]])]);
    let served = answer_each(public, &[OK]);
    assert_eq!(
        get(&outgoing(only("127.0.0.2/32"), PATIENT, names), format!("http://mixed.test:{port}/")).await,
        Ok(200)
    );
    served.await.unwrap();
    assert!(was_never_dialled(secret));
}

#[tokio::test]
async fn the_list_allows_what_it_names_and_nothing_beside_it() {
    let (listener, port) = listen(Ipv4Addr::LOCALHOST).await;
    let served = answer_each(listener, &[OK]);
    let outgoing = outgoing(only("127.0.0.1/32"), PATIENT, Names::of(&[]));
    assert_eq!(get(&outgoing, format!("http://[::ffff:127.0.0.1]:{port}/")).await, Ok(200));
    assert_eq!(
        get(&outgoing, format!("http://127.0.0.2:{port}/")).await,
        Err(SendError::Refused("loopback"))
    );
    assert_eq!(get(&outgoing, "http://10.0.0.1/").await, Err(SendError::Refused("private")));
    served.await.unwrap();
}

#[tokio::test]
async fn a_sandbox_calls_its_own_machine_but_not_the_clouds_metadata() {
    let (listener, port) = listen(Ipv4Addr::LOCALHOST).await;
    let served = answer_each(listener, &[OK]);
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static("GoPay/1.0"));
    let request = OutgoingRequest {
        method: Method::POST,
        url: format!("http://127.0.0.1:{port}/notify?order=7&id=3001#x"),
        headers,
        body: Bytes::from_static(b"paid"),
    };
    let delivered = sandbox().send(request).await.unwrap();
    assert_eq!(delivered.status, 200);

    let heads = served.await.unwrap();
    let head = heads.first().unwrap().to_ascii_lowercase();
    assert!(head.starts_with("post /notify?order=7&id=3001 http/1.1\r\n"), "{head}");
    for line in
        [format!("host: 127.0.0.1:{port}"), "user-agent: gopay/1.0".into(), "content-length: 4".into()]
    {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{head}");
    }

    for (url, reason) in [
        ("http://169.254.169.254/", "link-local"),
        ("http://0.0.0.0/", "this network"),
        ("http://[fe80::1]/", "link-local"),
        ("http://[64:ff9b::1]/", "NAT64"),
        ("http://224.0.0.1/", "multicast"),
    ] {
        assert_eq!(get(&sandbox(), url).await, Err(SendError::Refused(reason)));
    }
    for own in ["10.0.0.1", "192.168.0.1", "172.16.0.1", "100.64.0.1", "::1", "fd00::1", "::ffff:127.0.0.1"] {
        assert_eq!(Policy::sandbox().check_address(own.parse().unwrap()), Ok(()), "{own}");
    }
}

#[tokio::test]
async fn redirects_are_a_status_and_not_followed() {
    let (target, target_port) = listen(Ipv4Addr::LOCALHOST).await;
    for status in [301, 302, 303, 307, 308] {
        let (listener, port) = listen(Ipv4Addr::LOCALHOST).await;
        let answer = format!(
            "HTTP/1.1 {status} Elsewhere\r\nlocation: http://127.0.0.1:{target_port}/\r\ncontent-length: 0\r\n\r\n"
        );
        let served = answer_each(listener, &[&answer]);
        assert_eq!(get(&sandbox(), format!("http://127.0.0.1:{port}/")).await, Ok(status));
        served.await.unwrap();
    }
    assert!(was_never_dialled(target));
}

#[tokio::test]
async fn an_answers_head_is_bounded() {
    let (listener, port) = listen(Ipv4Addr::LOCALHOST).await;
    let large = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(200_000));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(1_000));
    answer_each(listener, &[&large, &many, "SSH-2.0-OpenSSH_9.2\r\n", ""]);
    for what in ["large", "many", "not HTTP", "nothing"] {
        assert_eq!(
            get(&sandbox(), format!("http://127.0.0.1:{port}/")).await,
            Err(SendError::Broken),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_body_without_end_is_cut_off_and_the_status_counts() {
    let (listener, port) = listen(Ipv4Addr::LOCALHOST).await;
    let sent = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        // Ends only because the client closes.
        while stream.write_all(&[b'x'; 1_000]).await.is_ok() {}
    });
    assert_eq!(get(&sandbox(), format!("http://127.0.0.1:{port}/")).await, Ok(200));
    sent.await.unwrap();
}

#[tokio::test]
async fn a_body_that_stalls_or_breaks_does_not_undo_the_status() {
    let (listener, port) = listen(Ipv4Addr::LOCALHOST).await;
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nxx";
    let outgoing = outgoing(
        Policy::sandbox(),
        Timeouts { connect: LONG, answer: Duration::from_secs(1) },
        Names::of(&[]),
    );
    let stalling = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_head(&mut stream).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        // Until the client has gone.
        let _ = stream.read_u8().await;
        listener
    });
    assert_eq!(get(&outgoing, format!("http://127.0.0.1:{port}/")).await, Ok(200));
    answer_each(stalling.await.unwrap(), &[head]);
    assert_eq!(get(&sandbox(), format!("http://127.0.0.1:{port}/")).await, Ok(200));
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let (listener, port) = listen(Ipv4Addr::LOCALHOST).await;
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..3 {
            read_head(&mut stream).await;
            stream.write_all(OK.as_bytes()).await.unwrap();
        }
    });
    let outgoing = sandbox();
    for _ in 0..3 {
        assert_eq!(get(&outgoing, format!("http://127.0.0.1:{port}/")).await, Ok(200));
    }
    served.await.unwrap();
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_given_up() {
    let (listener, port) = listen(Ipv4Addr::LOCALHOST).await;
    let answer_late = outgoing(Policy::sandbox(), Timeouts { connect: LONG, answer: SHORT }, Names::of(&[]));
    let expected = Err(SendError::Timeout(Stage::Answer));
    assert_eq!(get(&answer_late, format!("http://127.0.0.1:{port}/")).await, expected);
    // A TLS handshake that is not taken up belongs to connecting.
    let connect_late = outgoing(Policy::sandbox(), Timeouts { connect: SHORT, answer: LONG }, Names::of(&[]));
    let expected = Err(SendError::Timeout(Stage::Connect));
    assert_eq!(get(&connect_late, format!("https://127.0.0.1:{port}/")).await, expected);
    drop(listener);
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let (listener, port) = listen(Ipv4Addr::LOCALHOST).await;
    drop(listener);
    let refused = Err(SendError::Connect(io::ErrorKind::ConnectionRefused));
    assert_eq!(get(&sandbox(), format!("http://127.0.0.1:{port}/")).await, refused);
    assert_eq!(get(&sandbox(), "http://unknown.test/").await, Err(SendError::Resolve));
}

#[tokio::test]
async fn certificates_are_checked() {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("testdata/one.cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("testdata/one.key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(server));
    let (listener, port) = listen(Ipv4Addr::LOCALHOST).await;
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(stream) = acceptor.accept(stream).await {
                answer_once(stream, OK).await;
            }
        }
    });
    let names = || Names::of(&[("shop.test.", &[&["127.0.0.1"]]), ("other.test", &[&["127.0.0.1"]])]);

    let public = outgoing(Policy::sandbox(), PATIENT, names());
    assert!(matches!(get(&public, format!("https://shop.test.:{port}/")).await, Err(SendError::Tls(_))));

    let mut options =
        OutgoingOptions { resolver: names(), ..OutgoingOptions::new(Policy::sandbox(), PATIENT) };
    options.roots.add(certificate).unwrap();
    let trusting = Outgoing::with(options).unwrap();
    assert_eq!(get(&trusting, format!("https://shop.test.:{port}/")).await, Ok(200));
    assert_eq!(get(&trusting, format!("https://127.0.0.1:{port}/")).await, Ok(200));
    assert!(matches!(get(&trusting, format!("https://other.test:{port}/")).await, Err(SendError::Tls(_))));
}

#[test]
fn errors_name_no_address() {
    let error = Policy::default().check_url("http://10.0.0.1/notify?token=hush").unwrap_err();
    assert_eq!(error.to_string(), "the address may not be called: private");
}
