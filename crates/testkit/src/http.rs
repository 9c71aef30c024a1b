//! A small HTTP/1.1 client: connections are kept and reused, every answer is read whole.
//!
//! It sends exactly what it is told and adds nothing but `Host` and `Content-Length`, so that a story can
//! show what a door does without an `Accept` or with an odd `Content-Type`. For what is no HTTP at all there
//! is [`Client::raw`]. The `try_` forms report a broken connection instead of panicking: a story that kills
//! the server expects them.

use crate::PATIENCE;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The largest answer that is read, in bytes.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;
/// How many idle connections are kept.
const IDLE_LIMIT: usize = 64;

type Error = Box<dyn std::error::Error + Send + Sync>;
type Connection = SendRequest<Full<Bytes>>;

/// One server, and the connections to it that are free for the next request. Clones share them.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    idle: Arc<Mutex<Vec<Connection>>>,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Client {
    /// A client of the server at this address. Connects when the first request is sent.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { address, idle: Arc::default() }
    }

    /// The server's address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path of this server, by its address.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// GET without any header of its own.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    /// POST of fields as a browser's form sends them.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = [(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &headers, form(fields)).await
    }

    /// POST of JSON.
    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        let headers = [(CONTENT_TYPE.as_str(), "application/json")];
        self.send(Method::POST, path, &headers, body.to_string()).await
    }

    /// Any request.
    ///
    /// # Panics
    /// When the connection breaks or nothing is answered within [`PATIENCE`].
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let place = format!("{method} {path}");
        self.try_send(method, path, headers, body).await.unwrap_or_else(|error| panic!("{place}: {error}"))
    }

    /// Any request, to a server that may be gone.
    ///
    /// # Errors
    /// When the connection cannot be made or breaks before the whole answer came, or after [`PATIENCE`].
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer, Error> {
        let method_has_body = method == Method::POST;
        let mut request = Request::builder().method(method).uri(path).header(HOST, self.address.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.into();
        // Also for an empty body: that is what clients do, and hyper alone would leave it out.
        if method_has_body {
            request = request.header(CONTENT_LENGTH, body.len());
        }
        let request = request.body(Full::new(body))?;
        timeout(PATIENCE, self.exchange(request)).await?
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Answer, Error> {
        let mut connection = self.connection().await?;
        let (head, body) = connection.send_request(request).await?.into_parts();
        let body = Limited::new(body, ANSWER_LIMIT).collect().await?.to_bytes();
        // Only a connection whose server means to keep it can serve the next request.
        if connection.ready().await.is_ok() {
            let mut idle = self.idle.lock().unwrap();
            if idle.len() < IDLE_LIMIT {
                idle.push(connection);
            }
        }
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    /// An idle connection that is still open, else a new one.
    async fn connection(&self) -> Result<Connection, Error> {
        while let Some(mut idle) = self.take_idle() {
            if idle.ready().await.is_ok() {
                return Ok(idle);
            }
        }
        let stream = connect(self.address).await?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends by itself when the sender is dropped or the server closes.
        tokio::spawn(connection);
        Ok(sender)
    }

    fn take_idle(&self) -> Option<Connection> {
        self.idle.lock().unwrap().pop()
    }

    /// Sends these bytes on a connection of its own and returns everything the server says until it closes.
    ///
    /// # Panics
    /// When the server neither answers nor closes within [`PATIENCE`].
    pub async fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = connect(self.address).await.expect("connect");
        // A server that refuses early may close while this is still sending: what it said is what counts.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let limit = u64::try_from(ANSWER_LIMIT).expect("fits");
        let read = timeout(PATIENCE, stream.take(limit).read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "no end of the answer; so far: {}", String::from_utf8_lossy(&answer));
        answer
    }
}

/// A connection for a test that plays with bytes itself.
///
/// # Errors
/// When nobody listens there.
#[allow(clippy::disallowed_methods, reason = "a test dials the loopback address of a server it has started")]
pub async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// `application/x-www-form-urlencoded` of these fields.
#[must_use]
pub fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

/// Percent-encodes everything but the unreserved characters.
#[must_use]
pub fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value, empty when it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The answer itself, if it has the status that the story needs to go on.
    ///
    /// # Panics
    /// When it has another one.
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receiver::{Receiver, Reply};

    #[tokio::test]
    async fn a_request_arrives_as_it_was_told_and_its_answer_comes_back() {
        let server = Receiver::start().await;
        server.answer_next(Reply::Status(404));
        let client = Client::new(server.address());
        let answer = client.post_form("/a?b=c", &[("name", "Jana & Petr"), ("amount", "100")]).await;
        assert_eq!(answer.status, 404);
        let seen = server.next().await;
        assert_eq!((seen.method.as_str(), seen.path.as_str(), seen.query.as_str()), ("POST", "/a", "b=c"));
        assert_eq!(seen.body, "name=Jana%20%26%20Petr&amount=100");
        assert_eq!(seen.header("accept"), "");
    }

    #[tokio::test]
    async fn connections_are_reused_and_a_closed_one_is_replaced() {
        let server = Receiver::start().await;
        let client = Client::new(server.address());
        client.get("/1").await;
        client.get("/2").await;
        assert_eq!(server.connections(), 1);
        server.answer_next(Reply::Close);
        assert!(client.try_send(Method::GET, "/3", &[], "").await.is_err());
        assert_eq!(client.get("/4").await.status, 200);
        assert_eq!(server.connections(), 2);
    }

    #[tokio::test]
    async fn raw_bytes_are_sent_as_they_are() {
        let server = Receiver::start().await;
        let answer = Client::new(server.address()).raw(b"GET /raw HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
        assert_eq!(server.next().await.path, "/raw");
    }
}
