//! Requests as bytes made once, and as little reading of answers as a load needs.
//!
//! Of an answer only the status, the length and the body are looked at. An answer without `Content-Length` is
//! an error here: every API answer under measurement has one, and a parser for chunks would be measured with
//! it.

use crate::Failure;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The largest answer or request head that is read.
const LIMIT: usize = 256 * 1024;
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// A whole request as bytes.
pub(crate) fn request(
    method: &str,
    path: &str,
    host: SocketAddr,
    bearer: &str,
    content_type: &str,
    body: &str,
) -> Vec<u8> {
    let authorization = if bearer.is_empty() { String::new() } else { format!("Bearer {bearer}") };
    authorized(method, path, host, &authorization, content_type, body)
}

/// The same with another kind of credentials, or none.
pub(crate) fn authorized(
    method: &str,
    path: &str,
    host: SocketAddr,
    authorization: &str,
    content_type: &str,
    body: &str,
) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
    if !authorization.is_empty() {
        text.push_str(&format!("Authorization: {authorization}\r\n"));
    }
    if !content_type.is_empty() {
        text.push_str(&format!("Content-Type: {content_type}\r\n"));
    }
    if method != "GET" {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("Accept: application/json\r\n\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// Where an answer's parts are in the bytes received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Frame {
    status: u16,
    body: usize,
    end: usize,
}

/// `None` while the head is not complete.
fn frame(bytes: &[u8]) -> Result<Option<Frame>, Failure> {
    let Some(head_end) = bytes.windows(4).position(|four| four == END_OF_HEAD) else {
        return Ok(None);
    };
    let head = bytes.get(..head_end).unwrap_or_default();
    let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let status =
        lines.next().and_then(|first| number(first.get(9..12)?)).ok_or("an answer without a status")?;
    let length = lines.find_map(content_length).ok_or("an answer without a length")?;
    let body = head_end + END_OF_HEAD.len();
    let status = u16::try_from(status)?;
    Ok(Some(Frame { status, body, end: body + usize::try_from(length)? }))
}

fn content_length(line: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"content-length:";
    let (name, value) = line.split_at_checked(NAME.len())?;
    name.eq_ignore_ascii_case(NAME).then(|| number(value.trim_ascii()))?
}

fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The first `"id":` number of a JSON body, without parsing the rest.
pub(crate) fn payment_id(body: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"\"id\":";
    let start = body.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    let digits = body.get(start..)?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    number(digits.get(..end)?)
}

/// A kept-alive connection with one request under way at a time.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    answered: usize,
}

/// An answer, as long as the next request is not sent.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a [u8],
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) async fn open(server: SocketAddr) -> Result<Self, Failure> {
        let stream = testkit::http::connect(server).await?;
        Ok(Self { stream, received: Vec::with_capacity(16 * 1024), answered: 0 })
    }

    /// Sends a request and reads its whole answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>, Failure> {
        self.received.drain(..self.answered);
        self.answered = 0;
        self.stream.write_all(request).await?;
        let frame = loop {
            match frame(&self.received)? {
                Some(frame) if self.received.len() >= frame.end => break frame,
                _ if self.received.len() > LIMIT => return Err("an endless answer".into()),
                _ => {}
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err("the connection was closed before the answer".into());
            }
        };
        self.answered = frame.end;
        let body = self.received.get(frame.body..frame.end).unwrap_or_default();
        let head = self.received.get(..frame.body).unwrap_or_default();
        Ok(Answer { status: frame.status, head, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_cut_where_its_length_says() {
        let bytes = b"HTTP/1.1 409 Conflict\r\nContent-Type: x\r\nContent-LENGTH:  3\r\n\r\nabcHTTP/1.1";
        assert_eq!(frame(bytes).unwrap(), Some(Frame { status: 409, body: 62, end: 65 }));
        assert_eq!(frame(&bytes[..50]).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_measured_is_an_error() {
        assert!(frame(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
        assert!(frame(b"nonsense\r\n\r\n").is_err());
    }

    #[test]
    fn the_id_is_found_without_parsing() {
        assert_eq!(payment_id(br#"{"id":3000000001,"order_number":"1"}"#), Some(3_000_000_001));
        assert_eq!(payment_id(br#"{"id":7}"#), Some(7));
        assert_eq!(payment_id(br#"{"errors":[]}"#), None);
    }

    #[test]
    fn a_request_has_what_it_needs_and_no_more() {
        let host = ([127, 0, 0, 1], 80).into();
        let get = String::from_utf8(request("GET", "/p", host, "", "", "")).unwrap();
        assert_eq!(get, "GET /p HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAccept: application/json\r\n\r\n");
        let post = String::from_utf8(request("POST", "/p", host, "t", "a/b", "{}")).unwrap();
        assert!(post.contains("\r\nAuthorization: Bearer t\r\nContent-Type: a/b\r\nContent-Length: 2\r\n"));
        assert!(post.ends_with("\r\n\r\n{}"));
    }
}
