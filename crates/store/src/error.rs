//! What can go wrong with remembering. The texts are for the log and the operator, never for a client.

use domain::PaymentId;

use crate::{Claim, DocumentKind};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database could not {doing}: {cause}")]
    Database { doing: &'static str, cause: String },
    #[error(
        "the database is at schema version {found}, this program knows versions up to {known}: use a newer program"
    )]
    TooNew { found: i64, known: i64 },
    #[error("the database holds something unreadable in {place}: {cause}")]
    Corrupt { place: &'static str, cause: String },
    #[error("the store is shutting down or overloaded")]
    Unavailable,
}

impl StoreError {
    pub(crate) fn database(doing: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::Database { doing, cause: cause.to_string() }
    }

    pub(crate) fn corrupt(place: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::Corrupt { place, cause: cause.to_string() }
    }
}

/// Why a change did not happen.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The payment has moved on since the change was decided, or exists already.
    #[error("payment {0} has changed meanwhile")]
    Conflict(PaymentId),
    /// The document has moved on, exists already, or is gone.
    #[error("document {1} of kind {0:?} has changed meanwhile")]
    DocumentConflict(DocumentKind, i64),
    #[error("somebody else holds the claim")]
    Claimed(Box<Claim>),
    /// The queue is full; nothing was tried.
    #[error("too many changes are waiting")]
    Overloaded,
    #[error(transparent)]
    Store(#[from] StoreError),
}
