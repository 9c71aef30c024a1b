//! TLS for the listening side: rustls from PEM files, exchangeable while the server runs.
//!
//! Always true: a reload that fails leaves the former certificate in use, connections that are open keep the one they
//! began with, and only HTTP/1.1 is offered. The private key is read here, held by rustls, and appears in no message.
//! Absent: client certificates and session storage shared between nodes.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::RwLock;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// Why a certificate could not be taken into use. Names the file, never what is in it.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file is missing, unreadable or not PEM.
    #[error("{what} {} cannot be read: {source}", path.display())]
    Read { what: &'static str, path: PathBuf, source: rustls::pki_types::pem::Error },
    /// The file is PEM but holds no certificate.
    #[error("{} holds no certificate", .0.display())]
    NoCertificate(PathBuf),
    /// Certificate and key do not belong together, or rustls cannot use them.
    #[error("the certificate cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
}

/// The server's certificate. Clones share it: a [`Tls::reload`] on one is seen by all.
#[derive(Clone)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    /// A lock taken once per connection, for as long as it takes to copy a pointer.
    current: Arc<RwLock<Arc<ServerConfig>>>,
}

impl Tls {
    /// Reads a certificate chain (leaf first) and its private key (PKCS#8, PKCS#1 or SEC1) from PEM files.
    ///
    /// # Errors
    /// When a file cannot be read, or the two do not make a usable pair.
    pub fn from_pem_files(certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Self, TlsError> {
        let (certificate, key) = (certificate.as_ref().to_owned(), key.as_ref().to_owned());
        let config = load(&certificate, &key)?;
        Ok(Self { certificate, key, current: Arc::new(RwLock::new(config)) })
    }

    /// Reads the same two files again and uses them for every handshake that begins from now on. Two small files are
    /// read on the calling thread.
    ///
    /// # Errors
    /// As [`Tls::from_pem_files`]; the former certificate then stays in use.
    pub fn reload(&self) -> Result<(), TlsError> {
        let config = load(&self.certificate, &self.key)?;
        *self.current.write() = config;
        Ok(())
    }

    pub(crate) fn acceptor(&self) -> tokio_rustls::TlsAcceptor {
        Arc::clone(&self.current.read()).into()
    }
}

fn load(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let unreadable = |what, path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::Read { what, path, source }
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable("the certificate", certificate))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(certificate.to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(unreadable("the private key", key))?;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
