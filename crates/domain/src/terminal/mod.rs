//! Card terminals: what one is, what it has to do ([`Task`]), what it has done ([`Transaction`], [`Batch`]), and
//! the rules for a payment that is made at one ([`TerminalCommand`]).
//!
//! What always holds: money that a terminal has not confirmed is never captured, and whatever is held of a payment
//! that is over for everybody is reversed until the acquirer has confirmed it. A task runs under an attempt; who speaks of
//! another attempt is not listened to. A transaction is booked in exactly one batch, which is open then.
//!
//! Deliberately absent: who is connected, and every word of a register's protocol.

mod batch;
mod conversion;
mod payment;
mod setup;
mod task;

pub use batch::{Batch, BatchRow, NewTransaction, Transaction, TransactionKind};
pub use conversion::{CardCurrency, Conversion, ConversionStatus};
pub use payment::{
    Approval, ApprovalCode, AtTerminal, CardEntry, Direction, Pin, Presented, TerminalCommand, TerminalTerms,
    Tip, Verification,
};
pub(crate) use payment::{apply, decide, gives_up, settle};
pub use setup::{AmountLimits, Mode, NotATid, Simulated, Terminal, Tid, Timings};
pub use task::{By, End, Origin, Task, TaskKind, TaskRefusal, TaskState};
