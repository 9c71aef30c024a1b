//! Card terminals: one queue of tasks each, at most one of them running, one device at a time, batches.
//!
//! A register (through its door) and a device (through its own) both end up here. The task of a sale or a refund
//! follows its payment in the same commit ([`beside`]), so recovery and the clock keep tasks right without knowing of them. A
//! terminal is busy by a claim; a transaction is booked in the open batch, whose version makes a closing and a booking
//! take turns. What runs where is told to all nodes by signals; whoever listens looks again and trusts nothing else.
//!
//! What always holds: a message of a device counts only under the current attempt; money that was not completed is
//! reversed; every captured payment and every reversal is in exactly one batch.
//!
//! Deliberately absent: sockets, and the words of registers and devices.

mod attach;
mod beside;
mod book;
mod create;
mod device;
mod host;
mod hub;
mod import;
mod list;
mod node;
mod presses;
mod queue;
mod view;

use std::time::Duration;

use domain::{DeclineReason, Door, Money, Origin, PaymentId, Refusal, Span, TaskKind, TaskRefusal, Tip};
use store::{CommitError, StoreError};

pub(crate) use attach::hello_to;
pub use attach::{Attached, DeviceInfo, Entrance, Paper};
pub(crate) use beside::add as beside;
pub use device::{CardRead, Presentation};
pub(crate) use hub::Hub;
pub use hub::Poke;
pub use import::TerminalFixture;
pub use list::{BatchPage, Link};
pub(crate) use node::Node;
pub use presses::{NextOutcome, Press, PressError, PressGuard, Pressed, Presses, Scripted};
pub use view::{Agenda, TaskView};

use crate::error::Error;

/// What happens when the terminal cannot begin at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queueing {
    /// It is refused: busy, or not there.
    AtOnce,
    /// It waits for its turn, for so long; without a length as long as the terminal's setting says.
    Queue { ttl: Option<Span> },
}

/// A sale, or a refund that refers to no sale, as a register or an operator wants it.
#[derive(Debug, Clone)]
pub struct NewSale {
    pub door: Door,
    pub money: Money,
    pub tip: Tip,
    pub reference: Option<String>,
    /// The door's own record of the request.
    pub extra: String,
    pub print: bool,
    pub queueing: Queueing,
    /// How long to wait for a card; without it as long as the terminal's setting says.
    pub present: Option<Span>,
    pub origin: Origin,
}

/// A void or a closing.
#[derive(Debug, Clone)]
pub struct NewTask {
    pub door: Door,
    pub kind: TaskKind,
    pub reference: Option<String>,
    pub extra: String,
    pub print: bool,
    pub queueing: Queueing,
    pub origin: Origin,
}

/// Why a payment cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unvoidable {
    #[error("there is no such payment")]
    NotFound,
    #[error("it was paid at another terminal")]
    OtherTerminal,
    #[error("it is not paid")]
    NotPaid,
    #[error("it is undone already")]
    AlreadyVoided,
    #[error("a part of it has been refunded")]
    Refunded,
    #[error("its batch is closed, or its time is over")]
    TooLate,
    #[error("it is being undone")]
    UnderWay,
}

/// Why a terminal, or its door, did not do what was asked. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    #[error("the terminal is not active")]
    Inactive,
    #[error("the currency is not taken here")]
    Currency,
    #[error("the amount is out of the terminal's limits")]
    Amount,
    #[error("refunds are not enabled")]
    RefundDisabled,
    #[error("the terminal does something else")]
    Busy,
    #[error("no device is this terminal now")]
    Unreachable,
    #[error("{0}")]
    NotVoidable(Unvoidable),
    #[error("there is no such task")]
    NotFound,
    #[error("another attempt has begun since")]
    StaleAttempt,
    #[error("not in this phase")]
    WrongPhase,
    #[error("not allowed here")]
    NotAllowed,
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    #[error("too much is going on")]
    Overloaded,
    #[error("internal: {0}")]
    Internal(String),
}

impl From<Error> for TerminalError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::Refused(refusal) => refusal.into(),
            Error::KeyReused => Self::KeyReused,
            Error::Overloaded => Self::Overloaded,
            Error::Internal(what) => Self::Internal(what),
        }
    }
}

impl From<Refusal> for TerminalError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Busy => Self::Busy,
            Refusal::StaleAttempt => Self::StaleAttempt,
            Refusal::TipNotAllowed | Refusal::MethodNotAllowed => Self::NotAllowed,
            Refusal::AmountNotPositive | Refusal::AmountTooLarge => Self::Amount,
            _ => Self::WrongPhase,
        }
    }
}

impl From<TaskRefusal> for TerminalError {
    fn from(refusal: TaskRefusal) -> Self {
        match refusal {
            TaskRefusal::StaleAttempt => Self::StaleAttempt,
            TaskRefusal::Over | TaskRefusal::WrongPhase => Self::WrongPhase,
        }
    }
}

impl From<StoreError> for TerminalError {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

impl From<CommitError> for TerminalError {
    fn from(error: CommitError) -> Self {
        Error::from(error).into()
    }
}

impl From<Unvoidable> for TerminalError {
    fn from(why: Unvoidable) -> Self {
        Self::NotVoidable(why)
    }
}

/// Why the refusal of a payment's change means that it cannot be undone.
pub(crate) fn unvoidable(refusal: Refusal) -> Unvoidable {
    match refusal {
        Refusal::AlreadyVoided => Unvoidable::AlreadyVoided,
        Refusal::AlreadyRefunded => Unvoidable::Refunded,
        Refusal::Busy => Unvoidable::UnderWay,
        _ => Unvoidable::NotPaid,
    }
}

/// The outcome of a void that the acquirer refused, for whoever asked.
#[must_use]
pub const fn is_final_decline(reason: DeclineReason) -> bool {
    !matches!(reason, DeclineReason::WrongPin | DeclineReason::PinRequired | DeclineReason::ChipRequired)
}

/// How often something is decided again because somebody else was faster.
pub(crate) const MOST_CONFLICTS: usize = 8;

/// The longest anybody waits for a task in one go.
pub const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// The payment that a task is about, if any.
#[must_use]
pub(crate) const fn payment_of(kind: TaskKind, task: domain::TaskId) -> Option<PaymentId> {
    match kind {
        TaskKind::Sale | TaskKind::Refund => Some(PaymentId::new(task.get())),
        TaskKind::Void { payment, .. } => Some(payment),
        TaskKind::CloseBatch => None,
    }
}
