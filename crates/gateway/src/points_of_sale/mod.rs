//! Points of sale: where a customer's phone and a shop's register meet (mobilepay.md §7, §8).
//!
//! A payment made here is a payment like any other. Beside it there are the point of sale, the *floor* in front of it (who
//! stands there, which payment is active), lists to find payments in, and refunds. All of them are documents that change
//! in the same commit as the payment ([`beside`]), so timers and recovery keep them right without knowing of them.
//!
//! What always holds: a point of sale has at most one active payment, a beacon at most one point of sale, a terminal at
//! most one, a phone is at most at one; each is a claim. Whoever starts a payment and whoever checks in write the same
//! floor, so of two at once one sees the other. Refunds never come to more than was captured: the payment knows what is
//! promised.
//!
//! Deliberately absent: the wire's words, and decisions about payments.

mod beside;
mod book;
mod check_in;
mod counters;
mod find;
mod floor;
mod manage;
mod refunds;
mod state;
mod take;
mod timers;
mod view;

use domain::Refusal;
use store::{CommitError, StoreError};

pub(crate) use beside::add as beside;
pub use book::{PointOfSale, PosRefund, PosRefundState};
pub(crate) use counters::Counters;
pub use find::Among;
pub use state::PosState;
pub use take::NewPosPayment;

use crate::error::Error;

/// How often something is decided again because somebody else was faster.
const MOST_CONFLICTS: usize = 16;

/// Why something was not done at a point of sale. Nothing has changed, except where it says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum PosError {
    #[error("no such payment")]
    PaymentUnknown,
    #[error("no such point of sale")]
    PosUnknown,
    #[error("the terminal has no point of sale")]
    NoPos,
    #[error("the terminal has a point of sale")]
    HasPos,
    #[error("another point of sale has this beacon")]
    BeaconTaken,
    #[error("no such store")]
    StoreUnknown,
    #[error("the store is not active")]
    StoreInactive,
    #[error("a payment is active here")]
    PaymentActive,
    #[error("no such refund")]
    RefundUnknown,
    #[error("the refund is not reserved")]
    RefundOver,
    #[error("captured already, with another amount")]
    CapturedDifferently,
    #[error("{0}")]
    Refused(Refusal),
    /// The acquirer said no.
    #[error("the money could not be moved")]
    Declined,
    /// It is under way; what comes of it will be known later.
    #[error("it is not known yet what came of it")]
    Unresolved,
    #[error("too much is going on")]
    Overloaded,
    #[error("internal: {0}")]
    Internal(String),
}

impl From<Error> for PosError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::PaymentUnknown,
            Error::Refused(refusal) => refusal.into(),
            Error::Overloaded => Self::Overloaded,
            Error::KeyReused => Self::Internal("a key where there is none".to_owned()),
            Error::Internal(what) => Self::Internal(what),
        }
    }
}

impl From<Refusal> for PosError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Busy => Self::Unresolved,
            other => Self::Refused(other),
        }
    }
}

impl From<StoreError> for PosError {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

impl From<CommitError> for PosError {
    fn from(error: CommitError) -> Self {
        Error::from(error).into()
    }
}
