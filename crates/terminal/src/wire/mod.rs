//! The words of the terminal protocol (docs/terminal-protocol.md): what devices say, what they are told.

mod incoming;
mod outgoing;
mod receipt;

pub(crate) use incoming::{
    Aborted, Authorise, BadMessage, By, Complete, CompleteResult, DeviceMessage, Hello, Host, Paper,
    Progress, Start, StartKind, Status, Step, TaskRef, parse,
};
pub(crate) use outgoing::{
    Phase, authorised, done, error, phase, pong, queue, receipt, refused, replaced, task, totals, welcome,
};

/// Codes of `error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    BadMessage,
    StaleAttempt,
    Gone,
    WrongPhase,
    Busy,
    NotAllowed,
    Amount,
    NotVoidable,
    Overloaded,
    Internal,
}

impl Code {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::BadMessage => "bad_message",
            Self::StaleAttempt => "stale_attempt",
            Self::Gone => "gone",
            Self::WrongPhase => "wrong_phase",
            Self::Busy => "busy",
            Self::NotAllowed => "not_allowed",
            Self::Amount => "amount",
            Self::NotVoidable => "not_voidable",
            Self::Overloaded => "overloaded",
            Self::Internal => "internal",
        }
    }
}

/// The table: what a refusal of the gateway is called here.
impl From<&gateway::terminals::TerminalError> for Code {
    fn from(error: &gateway::terminals::TerminalError) -> Self {
        use gateway::terminals::TerminalError as E;
        match error {
            E::Inactive | E::RefundDisabled | E::Currency | E::NotAllowed => Self::NotAllowed,
            E::Amount => Self::Amount,
            E::Busy => Self::Busy,
            E::NotVoidable(_) => Self::NotVoidable,
            E::NotFound | E::Unreachable => Self::Gone,
            E::StaleAttempt => Self::StaleAttempt,
            E::WrongPhase => Self::WrongPhase,
            E::KeyReused => Self::BadMessage,
            E::Overloaded => Self::Overloaded,
            E::Internal(_) => Self::Internal,
        }
    }
}

/// A point in time as the protocol writes it.
pub(crate) fn time(at: domain::Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::MAX);
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_milliseconds() {
        assert_eq!(time(domain::Timestamp::from_millis(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(time(domain::Timestamp::from_millis(1_772_356_502_417)), "2026-03-01T09:15:02.417Z");
    }
}
