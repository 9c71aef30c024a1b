//! Dialling: from a host to a connection, with the check in between.
//!
//! Always true: what is dialled is a numeric address that this policy admitted a moment before; there is no second
//! resolution. A host with several addresses is called at those that are admitted. Resolving, connecting and the TLS
//! handshake together end within the connect time-out. No proxy from the environment is used.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use async_trait::async_trait;
use http::Uri;
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use tower::Service;

use super::{Policy, SendError, Stage};

/// Of a host's addresses at most this many are tried.
const MAX_ADDRESSES: usize = 8;

/// Finds the addresses of a name. Replaced in tests; what it answers is checked, whoever it is.
#[async_trait]
pub trait Resolver: fmt::Debug + Send + Sync {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The operating system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.take(MAX_ADDRESSES).collect())
    }
}

/// A connection, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Connection for Box<dyn Stream> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

/// What the client asks for connections.
#[derive(Clone)]
pub(super) struct Connector(Arc<Parts>);

struct Parts {
    policy: Policy,
    resolver: Arc<dyn Resolver>,
    tls: TlsConnector,
    connect_timeout: Duration,
}

impl Connector {
    pub(super) fn new(
        policy: Policy,
        resolver: Arc<dyn Resolver>,
        tls: Arc<ClientConfig>,
        connect_timeout: Duration,
    ) -> Self {
        Self(Arc::new(Parts { policy, resolver, tls: tls.into(), connect_timeout }))
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Box<dyn Stream>>;
    type Error = SendError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, SendError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let parts = Arc::clone(&self.0);
        Box::pin(async move {
            timeout(parts.connect_timeout, parts.connect(&uri))
                .await
                .unwrap_or(Err(SendError::Timeout(Stage::Connect)))
                .map(TokioIo::new)
        })
    }
}

impl Parts {
    async fn connect(&self, uri: &Uri) -> Result<Box<dyn Stream>, SendError> {
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(SendError::BadUrl("only http and https are called")),
        };
        let host = uri.host().ok_or(SendError::BadUrl("it has no host"))?;
        let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
        let tcp = self.dial(&self.admitted(host, port).await?).await?;
        if encrypted { self.encrypt(host, tcp).await } else { Ok(Box::new(tcp)) }
    }

    /// The addresses of a host that may be dialled; never empty.
    async fn admitted(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, SendError> {
        let found = match literal(host) {
            Some(address) => vec![SocketAddr::new(address, port)],
            None => self.resolver.resolve(host, port).await.map_err(|_| SendError::Resolve)?,
        };
        let mut refused = None;
        let mut admitted = Vec::new();
        for address in found.into_iter().take(MAX_ADDRESSES) {
            match self.policy.check_address(address.ip()) {
                // The port is the URL's, whatever the resolver says.
                Ok(()) => admitted.push(SocketAddr::new(address.ip().to_canonical(), port)),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        if admitted.is_empty() { Err(refused.unwrap_or(SendError::Resolve)) } else { Ok(admitted) }
    }

    /// Tries one address after the other, each for its share of the time.
    async fn dial(&self, addresses: &[SocketAddr]) -> Result<TcpStream, SendError> {
        let share = self.connect_timeout / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
        let mut last = SendError::Resolve;
        for address in addresses {
            match timeout(share, dial(*address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = SendError::Connect(error.kind()),
                Err(_late) => last = SendError::Timeout(Stage::Connect),
            }
        }
        Err(last)
    }

    async fn encrypt(&self, host: &str, tcp: TcpStream) -> Result<Box<dyn Stream>, SendError> {
        let name = server_name(host).ok_or(SendError::BadUrl("its host cannot have a certificate"))?;
        match self.tls.connect(name, tcp).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(SendError::Tls(error.to_string())),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the connector: the address was checked a moment ago")]
async fn dial(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn unbracketed(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}

fn literal(host: &str) -> Option<IpAddr> {
    unbracketed(host).parse().ok()
}

/// The name a certificate must be for. The dot that may end a fully qualified name is not part of it.
fn server_name(host: &str) -> Option<ServerName<'static>> {
    let host = unbracketed(host);
    ServerName::try_from(host.strip_suffix('.').unwrap_or(host).to_owned()).ok()
}
