//! Reading a request's body: all of it, within a bound in bytes and in time, and what it looks like.
//!
//! What a body is, its content says: clients send JSON without a content type, forms under a misspelt one, and both under
//! the other's (gopay.md §2), so headers are not asked. A body that is too large is read on for a bounded while and thrown
//! away, because a client that is still sending does not see the answer of a server that hangs up.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use tokio::time::timeout;

/// The largest request of any door is far below this.
pub const MAX_BODY_BYTES: usize = 64 * 1_024;
/// For a whole body, from the first look at it to its last byte.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of a too large body is read and dropped before its sender is answered.
const MAX_DROPPED_BYTES: usize = 1_024 * 1_024;

/// How much is read, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    pub max_bytes: usize,
    pub timeout: Duration,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self { max_bytes: MAX_BODY_BYTES, timeout: BODY_TIMEOUT }
    }
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("the body is larger than {max_bytes} bytes")]
    TooLarge { max_bytes: usize },
    #[error("the body did not arrive in time")]
    Timeout,
    /// The connection ended, or the chunks were not well formed.
    #[error("the body ended early")]
    Broken,
}

/// Reads a whole body.
///
/// # Errors
/// See [`BodyError`]; after `Timeout` and `Broken` the connection is of no further use and hyper closes it.
pub async fn read(body: Body, limits: BodyLimits) -> Result<Bytes, BodyError> {
    timeout(limits.timeout, read_all(body, limits.max_bytes)).await.unwrap_or(Err(BodyError::Timeout))
}

async fn read_all(mut body: Body, max_bytes: usize) -> Result<Bytes, BodyError> {
    if body.size_hint().lower() > max_bytes as u64 {
        return Err(drop_rest(body, max_bytes).await);
    }
    // Nearly every body comes in one piece, which is then passed on as it is.
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(piece) = next_piece(&mut body).await? {
        if first.len() + joined.len() + piece.len() > max_bytes {
            return Err(drop_rest(body, max_bytes).await);
        }
        if first.is_empty() && joined.is_empty() {
            first = piece;
        } else {
            joined.extend_from_slice(&std::mem::take(&mut first));
            joined.extend_from_slice(&piece);
        }
    }
    Ok(if joined.is_empty() { first } else { joined.freeze() })
}

async fn next_piece(body: &mut Body) -> Result<Option<Bytes>, BodyError> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Err(_)) => return Err(BodyError::Broken),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(piece) if piece.is_empty() => {}
                Ok(piece) => return Ok(Some(piece)),
                // Trailers say nothing we listen to.
                Err(_trailers) => {}
            },
        }
    }
}

async fn drop_rest(mut body: Body, max_bytes: usize) -> BodyError {
    let too_large = BodyError::TooLarge { max_bytes };
    // A client that announces more than we would drop is not worth the reading.
    if body.size_hint().lower() > MAX_DROPPED_BYTES as u64 {
        return too_large;
    }
    let mut dropped = 0;
    while dropped < MAX_DROPPED_BYTES {
        match next_piece(&mut body).await {
            Ok(Some(piece)) => dropped += piece.len(),
            Ok(None) | Err(_) => break,
        }
    }
    too_large
}

/// What a body is, by its first visible byte (gopay.md §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// Nothing, or white space only.
    Empty,
    /// Begins as a JSON value does; for [`crate::json`].
    Json(&'a [u8]),
    /// Anything else; for [`crate::form`].
    Form(&'a [u8]),
}

/// Decides what a body is. A UTF-8 byte order mark and the white space around it are taken off.
#[must_use]
pub fn content(body: &[u8]) -> Content<'_> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii();
    match body {
        [] => Content::Empty,
        [b'{' | b'[' | b'"' | b'-' | b'0'..=b'9', ..] | b"true" | b"false" | b"null" => Content::Json(body),
        _ => Content::Form(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_decided_by_content() {
        let json: &[&[u8]] = &[
            b"{}",
            b" \r\n\t[1]",
            b"\"x\"",
            b"1900",
            b"-1",
            b"true",
            b"false ",
            b"null",
            b"\xEF\xBB\xBF{}",
            b"{",
        ];
        let form: &[&[u8]] = &[b"amount=1900", b"a", b"truely=1", b"null=", b"&", b"=", b"\xFF", b"%7B%7D"];
        let empty: &[&[u8]] = &[b"", b" ", b"\r\n", b"\xEF\xBB\xBF"];
        for body in json {
            assert!(matches!(content(body), Content::Json(_)), "{body:?}");
        }
        for body in form {
            assert!(matches!(content(body), Content::Form(_)), "{body:?}");
        }
        for body in empty {
            assert_eq!(content(body), Content::Empty, "{body:?}");
        }
    }

    /// A body that comes in these pieces and then breaks, or ends.
    fn pieces(pieces: &[&'static str], breaks: bool) -> Body {
        let frames: Vec<_> = pieces
            .iter()
            .map(|piece| Ok(hyper::body::Frame::data(Bytes::from_static(piece.as_bytes()))))
            .chain(breaks.then(|| Err(std::io::Error::other("gone"))))
            .collect();
        Body::new(Pieces(frames.into_iter()))
    }

    struct Pieces(std::vec::IntoIter<Result<hyper::body::Frame<Bytes>, std::io::Error>>);

    impl hyper::body::Body for Pieces {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, std::io::Error>>> {
            std::task::Poll::Ready(self.0.next())
        }
    }

    fn small() -> BodyLimits {
        BodyLimits { max_bytes: 8, ..BodyLimits::default() }
    }

    #[tokio::test]
    async fn pieces_are_joined_up_to_the_bound() {
        assert_eq!(read(Body::empty(), small()).await, Ok(Bytes::new()));
        assert_eq!(read(Body::from("12345678"), small()).await, Ok(Bytes::from("12345678")));
        assert_eq!(
            read(pieces(&["12", "", "3456", "78"], false), small()).await,
            Ok(Bytes::from("12345678"))
        );
        let too_large = Err(BodyError::TooLarge { max_bytes: 8 });
        assert_eq!(read(Body::from("123456789"), small()).await, too_large);
        assert_eq!(read(pieces(&["1234", "56789"], false), small()).await, too_large);
        assert_eq!(read(pieces(&["1234", "56789"], true), small()).await, too_large);
    }

    #[tokio::test]
    async fn a_body_that_breaks_is_not_a_shorter_body() {
        assert_eq!(read(pieces(&["1234"], true), small()).await, Err(BodyError::Broken));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        struct Silent;
        impl hyper::body::Body for Silent {
            type Data = Bytes;
            type Error = std::io::Error;
            fn poll_frame(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, std::io::Error>>> {
                std::task::Poll::Pending
            }
        }
        assert_eq!(read(Body::new(Silent), small()).await, Err(BodyError::Timeout));
    }
}
