//! Why a request was not answered.

use std::io;

/// What was being waited for when the time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Resolving the name, opening the connection, the TLS handshake.
    Connect,
    /// The status of the answer.
    Answer,
}

/// Why there is no status. The text is fit for a merchant's eyes: it says what to mend and quotes nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The URL itself is not one we call, whatever it points to.
    #[error("the URL cannot be called: {0}")]
    BadUrl(&'static str),
    /// Every address of the host is in a range that may not be called; the first one's range is named.
    #[error("the address may not be called: {0}")]
    Refused(&'static str),
    #[error("the host name cannot be resolved")]
    Resolve,
    #[error("the connection was not made: {0}")]
    Connect(io::ErrorKind),
    /// The handshake failed; mostly the certificate's fault, which the text says.
    #[error("the TLS handshake failed: {0}")]
    Tls(String),
    #[error("{}", match .0 {
        Stage::Connect => "the connection was not made in time",
        Stage::Answer => "no answer came in time",
    })]
    Timeout(Stage),
    /// The connection ended, or what came was not HTTP.
    #[error("the connection broke before an answer came")]
    Broken,
}

impl SendError {
    /// The connector's own error, from wherever in `error`'s chain of causes the client has put it.
    pub(super) fn in_chain_of(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        std::iter::successors(Some(error), |error| error.source())
            .find_map(|error| error.downcast_ref().cloned())
    }
}
