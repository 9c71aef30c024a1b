//! Why a use case did not do what was asked. Doors translate; the log gets the cause of what is internal.

use domain::Refusal;
use store::{CommitError, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such payment")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The idempotency key was used before, for another request.
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    /// Nothing was done; it may be tried again shortly.
    #[error("too much is going on")]
    Overloaded,
    /// It is not known here whether something was done.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Overloaded => Self::Overloaded,
            other => Self::Internal(other.to_string()),
        }
    }
}
