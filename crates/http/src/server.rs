//! The listening side: sockets in, requests to a router, and an orderly end.
//!
//! Always true: HTTP/1.1 only; the number of connections, the size of a head and every wait for a peer is bounded, so a
//! connection costs at most about two buffers of `max_header_bytes` whatever its peer does. A connection over the bound is
//! accepted and closed at once: the peer learns it immediately and can try elsewhere, where a full backlog would let
//! it wait for a time-out.
//!
//! Ends in order: when `shutdown` resolves the listeners are closed, running requests are given `grace` to finish (their
//! connections then close), and what is left is dropped.
//!
//! Absent: HTTP/2 (merchants' clients do not need it), and body limits, which are the reader's (`crate::body`).

use std::{
    convert::Infallible, future::poll_fn, io, net::SocketAddr, pin::pin, sync::Arc, task::Poll,
    time::Duration,
};

use axum::{Router, extract::Request, http::StatusCode};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::Service;

use crate::{
    metering,
    peer::{Peer, TrustedProxies},
    timed::{Deadlines, Phase, Timed},
    tls::Tls,
};

/// Connections the kernel holds for us while we are busy accepting others.
const BACKLOG: u32 = 4_096;
/// After a failed accept (no file descriptors left) trying at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// hyper's own number of headers; it parses into a stack buffer as long as the limit is left at this.
const HYPER_MAX_HEADERS: usize = 100;
/// hyper's smallest buffer, below which it refuses to work.
const HYPER_MIN_BUFFER: usize = 8_192;

/// What a peer may cost. The defaults suit a server on the open internet.
#[derive(Clone, Debug)]
pub struct ServerLimits {
    /// Connections open at once; one more is closed as soon as it is accepted.
    pub max_connections: usize,
    /// Bytes of a request line with its headers; more is answered 431.
    pub max_header_bytes: usize,
    /// Headers of a request; more is answered 431.
    pub max_headers: usize,
    /// From the first byte of a head (or the opening of the connection) to its last.
    pub head_timeout: Duration,
    /// From the end of an answer to the first byte of the next request. It also bounds the silence of a streamed answer.
    pub idle_timeout: Duration,
    /// How long the peer may refuse to take a byte of an answer.
    pub write_timeout: Duration,
    /// For the whole TLS handshake.
    pub handshake_timeout: Duration,
    /// For running requests to finish after the shutdown signal.
    pub grace: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            max_connections: 20_000,
            max_header_bytes: 16 * 1_024,
            max_headers: HYPER_MAX_HEADERS,
            head_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(30),
            handshake_timeout: Duration::from_secs(10),
            grace: Duration::from_secs(10),
        }
    }
}

/// How to serve: limits, TLS on all the given listeners or on none, and whom to believe about addresses.
#[derive(Clone, Default)]
pub struct ServerOptions {
    pub limits: ServerLimits,
    pub tls: Option<Tls>,
    pub trusted_proxies: TrustedProxies,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every connection finished what it was doing.
    Drained,
    /// This many connections were still open at the end of the grace period and were dropped.
    Dropped(usize),
}

/// Opens a listening socket.
///
/// # Errors
/// The operating system's, e.g. `AddrInUse` for a taken port; the caller knows how to tell its user.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Without this a restart would have to wait for the former process' connections to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// What all connections of one server share.
struct Shared {
    router: Router,
    http: http1::Builder,
    deadlines: Deadlines,
    handshake_timeout: Duration,
    tls: Option<Tls>,
    trusted_proxies: TrustedProxies,
}

/// Serves `router` on all `listeners` until `shutdown` resolves, then ends in order.
pub async fn serve(
    listeners: Vec<TcpListener>,
    router: Router,
    options: ServerOptions,
    shutdown: impl Future<Output = ()>,
) -> Ended {
    let ServerOptions { limits, tls, trusted_proxies } = options;
    let shared = Arc::new(Shared {
        // Builds the routes once, not for every connection.
        router: router.with_state(()),
        http: http_settings(&limits),
        deadlines: Deadlines {
            head: limits.head_timeout,
            idle: limits.idle_timeout,
            write: limits.write_timeout,
        },
        handshake_timeout: limits.handshake_timeout,
        tls,
        trusted_proxies,
    });
    let places = Arc::new(Semaphore::new(limits.max_connections.min(Semaphore::MAX_PERMITS)));
    let (stop, stopping) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);

    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = accept_any(&listeners) => match accepted {
                Ok((stream, peer)) => match Arc::clone(&places).try_acquire_owned() {
                    Ok(place) => {
                        let connection = Connection { shared: Arc::clone(&shared), peer, place };
                        connections.spawn(connection.run(stream, stopping.clone()));
                    }
                    Err(_full) => metering::connection_refused(),
                },
                Err(error) => pause_after(&error).await,
            },
            // Finished connections are forgotten as we go; the set would grow for ever otherwise.
            Some(_finished) = connections.join_next() => {}
        }
        while connections.try_join_next().is_some() {}
    }

    drop(listeners);
    stop.send_replace(());
    match timeout(limits.grace, async { while connections.join_next().await.is_some() {} }).await {
        Ok(()) => Ended::Drained,
        Err(_late) => {
            let left = connections.len();
            connections.shutdown().await;
            Ended::Dropped(left)
        }
    }
}

fn http_settings(limits: &ServerLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    // The deadlines are ours (`crate::timed`).
    http.header_read_timeout(None)
        .max_header_size(limits.max_header_bytes)
        .max_buf_size(limits.max_header_bytes.max(HYPER_MIN_BUFFER));
    if limits.max_headers != HYPER_MAX_HEADERS {
        http.max_headers(limits.max_headers);
    }
    http
}

async fn accept_any(listeners: &[TcpListener]) -> io::Result<(TcpStream, SocketAddr)> {
    poll_fn(|cx| {
        for listener in listeners {
            if let Poll::Ready(accepted) = listener.poll_accept(cx) {
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    })
    .await
}

/// A peer that hung up before it was accepted is its own affair; anything else is ours and needs a pause.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "accepting a connection failed");
        sleep(ACCEPT_PAUSE).await;
    }
}

/// Changes once, when the server is to end.
type Stopping = watch::Receiver<()>;

struct Connection {
    shared: Arc<Shared>,
    peer: SocketAddr,
    /// Given back when the connection ends, in whatever way.
    place: OwnedSemaphorePermit,
}

impl Connection {
    async fn run(self, stream: TcpStream, stopping: Stopping) {
        let _open = metering::connection_opened();
        // Small answers leave at once; a socket that cannot do that still works.
        let _ = stream.set_nodelay(true);
        let acceptor = self.shared.tls.as_ref().map(Tls::acceptor);
        match acceptor {
            None => self.speak_http(stream, stopping).await,
            Some(acceptor) => match timeout(self.shared.handshake_timeout, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => self.speak_http(stream, stopping).await,
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_late) => tracing::debug!("a TLS handshake took too long"),
            },
        }
    }

    async fn speak_http<S>(self, stream: S, mut stopping: Stopping)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { shared, peer, place: _place } = self;
        let phase = Phase::default();
        let stream = Timed::new(stream, phase.clone(), shared.deadlines);
        let service = {
            let shared = Arc::clone(&shared);
            service_fn(move |request: hyper::Request<Incoming>| {
                phase.busy();
                let answer = answer(&shared, peer, request);
                let phase = phase.clone();
                async move {
                    let response = answer.await;
                    if let Ok(response) = &response {
                        phase.answered(response.status() == StatusCode::SWITCHING_PROTOCOLS);
                    }
                    response
                }
            })
        };
        let connection = shared.http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            _ = stopping.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

fn answer(
    shared: &Shared,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> impl Future<Output = Result<axum::response::Response, Infallible>> + use<> {
    let mut request: Request = request.map(axum::body::Body::new);
    let peer = Peer::of(peer, request.headers(), &shared.trusted_proxies);
    request.extensions_mut().insert(peer);
    let mut router = shared.router.clone();
    async move { Service::<Request>::call(&mut router, request).await }
}

#[cfg(test)]
mod tests;
