//! How this door says no: one shape of error, and one table that says which status means what.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::Refusal;
use gateway::terminals::{PressError, TerminalError};
use http::StatusCode;
use polytill_http::body::BodyError;
use polytill_http::headers;
use polytill_http::request_id::RequestId;
use serde_json::json;

/// How long a refused caller is asked to wait when too much is going on.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("there is nothing at this path")]
    NoSuchPath,
    #[error("this path does not know this method")]
    MethodNotAllowed,
    #[error("there is no such payment")]
    NoSuchPayment,
    #[error("there is no such notification")]
    NoSuchNotification,
    #[error("there is no such terminal")]
    NoSuchTerminal,
    #[error("there is no such task of this terminal")]
    NoSuchTask,
    #[error("there is no such batch of this terminal")]
    NoSuchBatch,
    /// The terminal, or its simulated device, does not do it now.
    #[error("{why}")]
    Terminal { code: &'static str, why: String },
    /// A member of the body or the query is wrong; the text says how, never what was sent.
    #[error("{field}: {why}")]
    Input { field: &'static str, why: String },
    /// The body as a whole is wrong.
    #[error("{0}")]
    Body(String),
    #[error("the body is too large")]
    TooLarge,
    #[error("the body did not arrive in time")]
    Late,
    #[error("{0}")]
    Refused(Refusal),
    #[error("too much is going on, try again shortly")]
    Overloaded,
    #[error("something went wrong here; the log knows more")]
    Internal,
}

impl Problem {
    pub(crate) fn input(field: &'static str, why: impl Into<String>) -> Self {
        Self::Input { field, why: why.into() }
    }

    /// The table: status and code of every problem.
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoSuchPath => (StatusCode::NOT_FOUND, "no_such_path"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::NoSuchPayment => (StatusCode::NOT_FOUND, "no_such_payment"),
            Self::NoSuchNotification => (StatusCode::NOT_FOUND, "no_such_notification"),
            Self::NoSuchTerminal => (StatusCode::NOT_FOUND, "no_such_terminal"),
            Self::NoSuchTask => (StatusCode::NOT_FOUND, "no_such_task"),
            Self::NoSuchBatch => (StatusCode::NOT_FOUND, "no_such_batch"),
            Self::Terminal { code, .. } => (StatusCode::CONFLICT, code),
            Self::Input { .. } => (StatusCode::BAD_REQUEST, "invalid_input"),
            Self::Body(_) => (StatusCode::BAD_REQUEST, "invalid_body"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::Late => (StatusCode::REQUEST_TIMEOUT, "too_slow"),
            Self::Refused(refusal) => (StatusCode::CONFLICT, refusal_code(*refusal)),
            Self::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, "overloaded"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

/// The domain's refusals by name.
fn refusal_code(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Busy => "busy",
        Refusal::NothingPending => "nothing_pending",
        Refusal::NotOpen => "not_open",
        Refusal::MethodNotAllowed => "payment_method_not_allowed",
        Refusal::OtherCard => "other_card",
        Refusal::TooManyChallenges => "too_many_challenges",
        Refusal::AttemptedMeanwhile => "attempted_meanwhile",
        Refusal::NotAuthenticating => "not_authenticating",
        Refusal::AmountNotPositive => "amount_not_positive",
        Refusal::AmountTooLarge => "amount_too_large",
        Refusal::NotPreauthorised => "not_preauthorised",
        Refusal::NotAuthorised => "not_authorised",
        Refusal::AlreadyCaptured => "already_captured",
        Refusal::AlreadyVoided => "already_voided",
        Refusal::PartialCaptureNotAllowed => "partial_capture_not_allowed",
        Refusal::NotPaid => "not_paid",
        Refusal::AlreadyRefunded => "already_refunded",
        Refusal::RefundWindowOver => "refund_window_over",
        Refusal::PartialRefundTooEarly => "partial_refund_too_early",
        Refusal::NotDue => "not_due",
        Refusal::NotAtTerminal => "not_at_terminal",
        Refusal::StaleAttempt => "stale_attempt",
        Refusal::CardPresented => "card_presented",
        Refusal::TipNotAllowed => "tip_not_allowed",
        Refusal::PointOfSale(_) => "not_at_point_of_sale",
    }
}

impl From<gateway::Error> for Problem {
    fn from(error: gateway::Error) -> Self {
        match error {
            gateway::Error::NotFound => Self::NoSuchPayment,
            gateway::Error::Refused(refusal) => Self::Refused(refusal),
            gateway::Error::Overloaded => Self::Overloaded,
            gateway::Error::KeyReused | gateway::Error::Internal(_) => {
                tracing::error!(%error, "a sandbox request failed");
                Self::Internal
            }
        }
    }
}

impl From<TerminalError> for Problem {
    fn from(error: TerminalError) -> Self {
        let code = match &error {
            TerminalError::Inactive => "inactive",
            TerminalError::Currency => "currency",
            TerminalError::Amount => "amount",
            TerminalError::RefundDisabled => "refund_disabled",
            TerminalError::Busy => "busy",
            TerminalError::Unreachable => "unreachable",
            TerminalError::NotVoidable(_) => "not_voidable",
            TerminalError::StaleAttempt => "stale_attempt",
            TerminalError::WrongPhase => "wrong_phase",
            TerminalError::NotAllowed => "not_allowed",
            TerminalError::NotFound => return Self::NoSuchTask,
            TerminalError::Overloaded => return Self::Overloaded,
            TerminalError::KeyReused | TerminalError::Internal(_) => {
                tracing::error!(%error, "a sandbox request failed");
                return Self::Internal;
            }
        };
        Self::Terminal { code, why: error.to_string() }
    }
}

impl From<PressError> for Problem {
    fn from(error: PressError) -> Self {
        let code = match error {
            PressError::NoDevice => "no_simulated_device",
            PressError::NotHere => "not_here",
            PressError::NothingToDo => "nothing_to_do",
            PressError::Busy => "busy",
            PressError::Failed => "failed",
        };
        Self::Terminal { code, why: error.to_string() }
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge { .. } => Self::TooLarge,
            BodyError::Timeout => Self::Late,
            BodyError::Broken => Self::Body("the body ended early".to_owned()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        let mut error = json!({ "code": code, "message": self.to_string() });
        if let (Self::Input { field, .. }, Some(members)) = (&self, error.as_object_mut()) {
            members.insert("field".to_owned(), (*field).into());
        }
        let mut response = (status, Json(json!({ "error": error }))).into_response();
        headers::no_store(response.headers_mut());
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers::retry_after(response.headers_mut(), RETRY_AFTER);
        }
        response
    }
}

/// The answer when a handler panicked; the layer has logged it.
pub(crate) fn after_panic(_id: RequestId) -> Response {
    Problem::Internal.into_response()
}

/// What a handler gives back.
pub(crate) type Answer = Result<Json<serde_json::Value>, Problem>;
