//! What an error of the server means for what was being done.
//!
//! Descriptions hold the server's message and its SQLSTATE, never its detail: that may quote a row.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Why an attempt to write a group came to nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// Another node was in the way; nothing happened, and the same again may succeed.
    InTheWay(String),
    /// The connection was lost before the commit was sent: nothing happened.
    Disconnected(String),
    /// The database refuses some value of some change; nothing happened.
    Refused(String),
    /// Nothing happened, and trying again at once would change nothing.
    Failed(String),
    /// The connection was lost while the commit was under way: it may have happened.
    Unknown(String),
}

impl Failure {
    /// Of an error before the commit was sent.
    pub(super) fn before_commit(error: &Error) -> Self {
        let text = describe(error);
        match error.code() {
            // Before the commit a statement that took too long is like one that waited for a lock.
            Some(code) if is_in_the_way(code) || *code == SqlState::QUERY_CANCELED => Self::InTheWay(text),
            // Class 22 is data, 23 a constraint.
            Some(code) if ["22", "23"].iter().any(|class| code.code().starts_with(class)) => {
                Self::Refused(text)
            }
            // Class 57P is the operator shutting the server down, 25006 a server that became a standby, 25P03
            // a session that was ended because it said nothing for too long.
            Some(code) if code.code().starts_with("57P") || ["25006", "25P03"].contains(&code.code()) => {
                Self::Disconnected(text)
            }
            Some(_) => Self::Failed(text),
            None => Self::Disconnected(text),
        }
    }

    /// Of an error in answer to the commit itself.
    pub(super) fn of_commit(error: &Error) -> Self {
        match error.code() {
            Some(code) if is_in_the_way(code) => Self::InTheWay(describe(error)),
            _ => Self::Unknown(describe(error)),
        }
    }
}

/// Whether the database undid a transaction for the sake of another one, or tired of waiting for its locks.
pub(super) fn is_in_the_way(code: &SqlState) -> bool {
    [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::LOCK_NOT_AVAILABLE]
        .contains(code)
}

pub(super) fn describe(error: &Error) -> String {
    if let Some(answer) = error.as_db_error() {
        return format!("{} (SQLSTATE {})", answer.message(), answer.code().code());
    }
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
