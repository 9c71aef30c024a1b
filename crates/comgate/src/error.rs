//! Comgate's error codes (comgate.md §5) and the body they travel in (§3.1).

use axum::Json;
use axum::response::{IntoResponse, Response};
use gateway::terminals::{TerminalError, Unvoidable};
use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

/// The numbers that are documented; 0 is success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(pub(crate) u16);

impl Code {
    pub(crate) const PRICE_NOT_SUPPORTED: Self = Self(1107);
    pub(crate) const DATABASE: Self = Self(1200);
    pub(crate) const UNKNOWN_TERMINAL: Self = Self(1301);
    pub(crate) const WRONG_AMOUNT: Self = Self(1309);
    pub(crate) const UNKNOWN_CURRENCY: Self = Self(1310);
    pub(crate) const BAD_REQUEST: Self = Self(1400);
    pub(crate) const UNEXPECTED: Self = Self(1500);
}

/// Code and message, the whole body of a refusal and the first two members of most successes.
#[derive(Debug, Serialize)]
pub(crate) struct Verdict {
    pub(crate) code: u16,
    pub(crate) message: String,
}

impl Verdict {
    pub(crate) fn ok() -> Self {
        Self { code: 0, message: "OK".to_owned() }
    }
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) code: Code,
    pub(crate) message: String,
    retry_after_s: Option<u64>,
    allow: Option<&'static str>,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { status: StatusCode::OK, code, message: message.into(), retry_after_s: None, allow: None }
    }

    pub(crate) fn with(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, ..Self::new(Code::BAD_REQUEST, message) }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(Code::BAD_REQUEST, message)
    }

    /// Somebody else's payment and one that does not exist are the same.
    pub(crate) fn unknown_payment() -> Self {
        Self::bad("transId is not known")
    }

    pub(crate) fn no_such_method() -> Self {
        Self::with(StatusCode::NOT_FOUND, "there is no such method")
    }

    pub(crate) fn unauthorized() -> Self {
        Self::with(StatusCode::UNAUTHORIZED, "Unauthorized access!")
    }

    pub(crate) fn slowed(wait_s: u64) -> Self {
        let failure = Self::with(StatusCode::TOO_MANY_REQUESTS, "too many failed logins, try again later");
        Self { retry_after_s: Some(wait_s.saturating_add(1)), ..failure }
    }

    pub(crate) fn wrong_method(allow: &'static str) -> Self {
        Self { allow: Some(allow), ..Self::with(StatusCode::METHOD_NOT_ALLOWED, "wrong method") }
    }

    pub(crate) fn busy() -> Self {
        Self::new(Code::UNEXPECTED, "Terminal busy")
    }

    pub(crate) fn internal() -> Self {
        Self::new(Code::UNEXPECTED, "unexpected error")
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let verdict = Verdict { code: self.code.0, message: self.message };
        let mut response = (self.status, Json(verdict)).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"comgate\""));
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}

/// What the terminals say in this door's words: the one table.
impl From<TerminalError> for Failure {
    fn from(error: TerminalError) -> Self {
        match error {
            TerminalError::Inactive => Self::new(Code::UNKNOWN_TERMINAL, "terminal is not known"),
            TerminalError::Currency => {
                Self::new(Code::PRICE_NOT_SUPPORTED, "curr is not supported by this terminal")
            }
            TerminalError::Amount => {
                Self::new(Code::PRICE_NOT_SUPPORTED, "price is not supported by this terminal")
            }
            TerminalError::RefundDisabled => Self::bad("Refund is not enabled on this terminal"),
            TerminalError::Busy => Self::busy(),
            TerminalError::Unreachable => Self::new(Code::UNEXPECTED, "Terminal is not available"),
            TerminalError::NotVoidable(why) => Self::bad(not_voidable(why)),
            TerminalError::NotFound => Self::unknown_payment(),
            TerminalError::KeyReused => Self::bad("the Idempotency-Key was used before, for another request"),
            TerminalError::StaleAttempt | TerminalError::WrongPhase | TerminalError::NotAllowed => {
                Self::bad("not possible in this state")
            }
            TerminalError::Overloaded => Self::new(Code::DATABASE, "too much is going on, try again shortly"),
            TerminalError::Internal(cause) => {
                tracing::error!(cause, "a request failed");
                Self::internal()
            }
        }
    }
}

impl From<gateway::Error> for Failure {
    fn from(error: gateway::Error) -> Self {
        TerminalError::from(error).into()
    }
}

/// Why a paid payment cannot be cancelled any more, or a payment was never paid (§4.3).
pub(crate) const fn not_voidable(why: Unvoidable) -> &'static str {
    match why {
        Unvoidable::NotFound | Unvoidable::OtherTerminal => "transId is not known",
        Unvoidable::NotPaid | Unvoidable::AlreadyVoided => "payment is not in the PAID state",
        Unvoidable::Refunded => "payment has been refunded",
        Unvoidable::TooLate => "payment is in a closed batch",
        Unvoidable::UnderWay => "payment is being cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_a_terminal_has_its_words() {
        let all = [
            TerminalError::Inactive,
            TerminalError::Currency,
            TerminalError::Amount,
            TerminalError::RefundDisabled,
            TerminalError::Busy,
            TerminalError::Unreachable,
            TerminalError::NotVoidable(Unvoidable::NotFound),
            TerminalError::NotVoidable(Unvoidable::OtherTerminal),
            TerminalError::NotVoidable(Unvoidable::NotPaid),
            TerminalError::NotVoidable(Unvoidable::AlreadyVoided),
            TerminalError::NotVoidable(Unvoidable::Refunded),
            TerminalError::NotVoidable(Unvoidable::TooLate),
            TerminalError::NotVoidable(Unvoidable::UnderWay),
            TerminalError::NotFound,
            TerminalError::StaleAttempt,
            TerminalError::WrongPhase,
            TerminalError::NotAllowed,
            TerminalError::KeyReused,
            TerminalError::Overloaded,
            TerminalError::Internal("a secret cause".to_owned()),
        ];
        let table: Vec<String> = all
            .into_iter()
            .map(|error| {
                let name = error.to_string();
                let failure = Failure::from(error);
                format!("{name}: {} {} {}", failure.status.as_u16(), failure.code.0, failure.message)
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
