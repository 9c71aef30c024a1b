//! An id, a span and metrics around every request.
//!
//! [`RequestLayer`] goes around the finished router (with [`axum::Router::layer`], so that it sees the matched route). It
//! puts a [`RequestId`] into the request's extensions and into the answer's `X-Request-Id`, opens a span at level INFO with
//! the method, the path *without its query* (queries carry tokens), the route and the id, and counts the request
//! ([`crate::metering`]).
//!
//! This is on every request's way, so it makes no system call, writes the id without formatting machinery, and keeps its
//! metric handles; with the span's level off (filter `polytill_http=warn`) no span is made. An id that a client sends is
//! not used: ids are ours, so that they are unique in the log.

use std::{
    convert::Infallible,
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
    pin::Pin,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    response::Response,
};
use tower::{Layer, Service};
use tracing::Instrument;

use crate::metering::Meters;

/// The response header that carries the id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What the span and the metrics call the route of a request that matched none.
pub const NO_ROUTE: &str = "none";

const LENGTH: usize = 13;
/// Crockford's base 32: no letter that is mistaken for a digit when an id is read out over the telephone.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Names one request in the log and to the client; 13 letters and digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId([u8; LENGTH]);

impl RequestId {
    /// The next id. Ids of one process never repeat; those of two begin at random places.
    #[must_use]
    pub fn next() -> Self {
        static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(random_start()));
        Self::of(scatter(NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    fn of(number: u64) -> Self {
        let mut text = [b'0'; LENGTH];
        let mut left = number;
        for place in text.iter_mut().rev() {
            let digit = (left & 31) as usize;
            *place = ALPHABET.get(digit).copied().unwrap_or(b'0');
            left >>= 5;
        }
        Self(text)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn random_start() -> u64 {
    // Without the system's randomness ids are still unique here; they only may be like another process'.
    getrandom::u64().unwrap_or_else(|_| RandomState::new().build_hasher().finish())
}

/// A bijection (the finaliser of splitmix64), so that neighbouring requests do not have look-alike ids.
fn scatter(number: u64) -> u64 {
    let mut z = number;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Gives every request its id, span and metrics. Make it after the metrics recorder has been installed.
#[derive(Clone)]
pub struct RequestLayer {
    meters: Arc<Meters>,
}

impl RequestLayer {
    #[must_use]
    pub fn new() -> Self {
        Self { meters: Arc::new(Meters::new()) }
    }
}

impl Default for RequestLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for RequestLayer {
    type Service = RequestService<S>;

    fn layer(&self, inner: S) -> RequestService<S> {
        RequestService { inner, meters: Arc::clone(&self.meters) }
    }
}

/// See [`RequestLayer`].
#[derive(Clone)]
pub struct RequestService<S> {
    inner: S,
    meters: Arc<Meters>,
}

impl<S> Service<Request> for RequestService<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let id = RequestId::next();
        request.extensions_mut().insert(id);
        let route = request.extensions().get::<MatchedPath>().cloned();
        let span = tracing::info_span!(
            "request",
            method = request.method().as_str(),
            path = request.uri().path(),
            route = route_name(route.as_ref()),
            id = id.as_str(),
        );
        let in_flight = self.meters.begin();
        let answer = self.inner.call(request);
        let finished = async move {
            let mut response = answer.await?;
            in_flight.answered(route_name(route.as_ref()), response.status());
            if let Ok(value) = HeaderValue::from_bytes(&id.0) {
                response.headers_mut().insert(X_REQUEST_ID, value);
            }
            Ok(response)
        };
        if span.is_disabled() { Box::pin(finished) } else { Box::pin(finished.instrument(span)) }
    }
}

fn route_name(route: Option<&MatchedPath>) -> &str {
    route.map_or(NO_ROUTE, MatchedPath::as_str)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use axum::{Extension, Router, body::Body, routing::get};
    use tower::ServiceExt;

    use super::*;

    #[test]
    fn ids_are_short_plain_and_different() {
        let ids: HashSet<_> = (0..10_000).map(|_| RequestId::next()).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(ids.iter().all(|id| id.as_str().len() == LENGTH));
        assert!(ids.iter().all(|id| id.as_str().bytes().all(|byte| ALPHABET.contains(&byte))));
        assert_eq!(RequestId::of(0).as_str(), "0000000000000");
        assert_eq!(RequestId::of(u64::MAX).as_str(), "fzzzzzzzzzzzz");
    }

    #[tokio::test]
    async fn the_handler_and_the_client_see_the_same_id() {
        let router = Router::new()
            .route("/echo", get(|Extension(id): Extension<RequestId>| async move { id.to_string() }))
            .layer(RequestLayer::new());
        let request = Request::get("/echo").header("x-request-id", "mine").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let told = response.headers()[X_REQUEST_ID].to_str().unwrap().to_owned();
        let seen = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
        assert_eq!(told.as_bytes(), seen);
        assert_ne!(told, "mine");
    }

    #[tokio::test]
    async fn an_answer_for_an_unknown_path_has_an_id_too() {
        let router: Router = Router::new().layer(RequestLayer::new());
        let response = router.oneshot(Request::get("/nowhere").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers().contains_key(X_REQUEST_ID)), (404, true));
    }
}
