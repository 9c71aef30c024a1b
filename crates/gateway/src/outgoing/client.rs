//! Sending a request and learning its status.
//!
//! Always true: redirects are not followed (a 3xx is a status like any other); of an answer only the status counts, its
//! body is read to 64 KiB so that the connection can serve again, and dropped; a body that does not end
//! neither delays nor fails what is already answered. Connections are kept for a short while, few per host.
//! Deliberately absent: retries, which are the outbox's, and a bound on requests at once, which is its workers'.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, Uri, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::capture_connection},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore};
use tokio::time::{Instant, sleep, timeout_at};

use super::{Policy, Resolver, SendError, Stage, SystemResolver, connector::Connector};

/// How much of an answer's body is read.
const MAX_ANSWER_BYTES: usize = 64 * 1_024;
/// How large the head of an answer may be.
const MAX_HEAD_BYTES: usize = 32 * 1_024;
const IDLE_PER_HOST: usize = 2;
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a receiver may take (gopay.md §11: 10 s each).
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For resolving, connecting and the TLS handshake together.
    pub connect: Duration,
    /// From there to the status of the answer, and the bounded part of its body.
    pub answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), answer: Duration::from_secs(10) }
    }
}

/// All that can be chosen about the client.
#[derive(Clone, Debug)]
pub struct OutgoingOptions {
    pub policy: Policy,
    pub timeouts: Timeouts,
    pub resolver: Arc<dyn Resolver>,
    /// Whose certificates are believed: [`public_roots`], and perhaps the operator's own.
    pub roots: RootCertStore,
}

impl OutgoingOptions {
    /// The system's resolver and the public certificate authorities.
    #[must_use]
    pub fn new(policy: Policy, timeouts: Timeouts) -> Self {
        Self { policy, timeouts, resolver: Arc::new(SystemResolver), roots: public_roots() }
    }
}

/// The certificate authorities that browsers trust.
#[must_use]
pub fn public_roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// A request to a merchant. `Host` and `Content-Length` are added; `User-Agent` is the caller's to set. Has no `Debug`:
/// URLs, headers and bodies carry secrets.
pub struct OutgoingRequest {
    pub method: Method,
    pub url: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl OutgoingRequest {
    /// A GET without a body.
    #[must_use]
    pub fn get(url: impl Into<String>, headers: HeaderMap) -> Self {
        Self { method: Method::GET, url: url.into(), headers, body: Bytes::new() }
    }
}

/// The receiver answered; whether the status means success is the caller's protocol's rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub status: StatusCode,
    /// From the call to the answer, by the machine's steady clock.
    pub elapsed: Duration,
}

/// The client. Clones share its connections.
#[derive(Clone)]
pub struct Outgoing {
    policy: Policy,
    timeouts: Timeouts,
    client: Client<Connector, Full<Bytes>>,
}

impl Outgoing {
    /// A client with the system's resolver and the public certificate authorities.
    ///
    /// # Errors
    /// When rustls cannot be set up.
    pub fn new(policy: Policy, timeouts: Timeouts) -> Result<Self, rustls::Error> {
        Self::with(OutgoingOptions::new(policy, timeouts))
    }

    /// A client of one's own making.
    ///
    /// # Errors
    /// When rustls cannot be set up.
    pub fn with(options: OutgoingOptions) -> Result<Self, rustls::Error> {
        let OutgoingOptions { policy, timeouts, resolver, roots } = options;
        let connector = Connector::new(policy.clone(), resolver, tls_settings(roots)?, timeouts.connect);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .http1_max_buf_size(MAX_HEAD_BYTES)
            .build(connector);
        Ok(Self { policy, timeouts, client })
    }

    /// Sends one request and waits for its status. Takes at most the two time-outs together.
    ///
    /// # Errors
    /// See [`SendError`]. After [`SendError::Timeout`] and [`SendError::Broken`] the receiver may have acted.
    pub async fn send(&self, request: OutgoingRequest) -> Result<Delivered, SendError> {
        let start = Instant::now();
        let request = self.prepare(request)?;
        let (status, body, until) = self.exchange(request, start).await?;
        let elapsed = start.elapsed();
        let _rest_is_unread = timeout_at(until, drop_body(body)).await;
        Ok(Delivered { status, elapsed })
    }

    fn prepare(&self, request: OutgoingRequest) -> Result<Request<Full<Bytes>>, SendError> {
        let url = self.policy.check_url(&request.url)?;
        let uri: Uri = url.as_str().parse().map_err(|_| SendError::BadUrl("it is not a URL"))?;
        let mut prepared = Request::new(Full::new(request.body));
        *prepared.method_mut() = request.method;
        *prepared.uri_mut() = uri;
        *prepared.version_mut() = Version::HTTP_11;
        *prepared.headers_mut() = request.headers;
        Ok(prepared)
    }

    /// The status, the body behind it, and until when that may be read.
    async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
        start: Instant,
    ) -> Result<(StatusCode, Incoming, Instant), SendError> {
        let Timeouts { connect, answer } = self.timeouts;
        let mut connection = capture_connection(&mut request);
        let mut exchange = std::pin::pin!(self.client.request(request));
        // The connector keeps its own time; the answer's begins when there is a connection. Should the client connect
        // more than once (a kept connection closes as it is used), the sum of both still ends it.
        let too_late = async {
            drop(connection.wait_for_connection_metadata().await);
            sleep(answer).await;
        };
        let answered = tokio::select! {
            biased;
            answered = &mut exchange => answered,
            () = too_late => return Err(SendError::Timeout(Stage::Answer)),
            () = tokio::time::sleep_until(start + connect + answer) => return Err(SendError::Timeout(Stage::Answer)),
        };
        match answered {
            Ok(response) => {
                let (head, body) = response.into_parts();
                let until = (Instant::now() + answer).min(start + connect + answer);
                Ok((head.status, body, until))
            }
            Err(error) => Err(SendError::in_chain_of(&error).unwrap_or(SendError::Broken)),
        }
    }
}

/// Reads a body to its end or its bound. A connection whose body was not read to the end is closed, not kept.
async fn drop_body(mut body: Incoming) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > MAX_ANSWER_BYTES {
            return;
        }
    }
}

fn tls_settings(roots: RootCertStore) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
