//! How this door says no: one shape of error, and one table that says which status means what.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use gateway::phone::PhoneError;
use http::StatusCode;
use polytill_http::body::BodyError;
use polytill_http::headers;
use polytill_http::request_id::RequestId;
use serde_json::json;

/// How long a refused caller is asked to wait when too much is going on.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("there is nothing at this path")]
    NoSuchPath,
    #[error("this path does not know this method")]
    WrongMethod,
    #[error("the simulator's secret is missing or wrong")]
    Unauthorised,
    #[error("another site may not ask for this")]
    CrossSite,
    /// A member of the body or the query is wrong; the text says which, never what was sent.
    #[error("{0}")]
    Invalid(&'static str),
    #[error("the body is too large")]
    TooLarge,
    #[error("the body did not arrive in time")]
    Late,
    #[error("{0}")]
    Phone(#[from] PhoneError),
    #[error("too many phones are listening")]
    TooManyStreams,
    #[error("something went wrong here; the log knows more")]
    Internal,
}

impl Problem {
    /// The table: status and code of every problem.
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoSuchPath => (StatusCode::NOT_FOUND, "no_such_path"),
            Self::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "wrong_method"),
            Self::Unauthorised => (StatusCode::UNAUTHORIZED, "unauthorised"),
            Self::CrossSite => (StatusCode::FORBIDDEN, "cross_site"),
            Self::Invalid(_) => (StatusCode::BAD_REQUEST, "invalid"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::Late => (StatusCode::REQUEST_TIMEOUT, "too_slow"),
            Self::Phone(error) => match error {
                PhoneError::UnknownBeacon => (StatusCode::NOT_FOUND, "unknown_beacon"),
                PhoneError::UnknownCustomer => (StatusCode::NOT_FOUND, "unknown_customer"),
                PhoneError::OtherCustomer => (StatusCode::CONFLICT, "other_customer"),
                PhoneError::PaymentFirst => (StatusCode::CONFLICT, "payment_first"),
                PhoneError::NotCheckedIn => (StatusCode::CONFLICT, "not_checked_in"),
                PhoneError::NothingToPay => (StatusCode::CONFLICT, "nothing_to_pay"),
                PhoneError::NotCancellable => (StatusCode::CONFLICT, "not_cancellable"),
                PhoneError::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, "overloaded"),
                PhoneError::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            },
            Self::TooManyStreams => (StatusCode::SERVICE_UNAVAILABLE, "overloaded"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    pub(crate) fn respond(self, id: RequestId) -> Response {
        let known = match self {
            Self::Phone(PhoneError::Internal(error)) => {
                tracing::error!(%id, error, "a phone's request failed");
                Self::Internal
            }
            known => known,
        };
        let (status, code) = known.status_and_code();
        let said = json!({ "code": code, "message": known.to_string(), "correlationId": id.to_string() });
        let mut response = (status, Json(said)).into_response();
        headers::api(response.headers_mut());
        match status {
            StatusCode::SERVICE_UNAVAILABLE => headers::retry_after(response.headers_mut(), PATIENCE),
            StatusCode::UNAUTHORIZED => {
                let scheme = http::HeaderValue::from_static("Bearer");
                response.headers_mut().insert(http::header::WWW_AUTHENTICATE, scheme);
            }
            _ => {}
        }
        response
    }
}

/// Where the request's id is not at hand; it is in the answer's headers too.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.respond(RequestId::next())
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge { .. } => Self::TooLarge,
            BodyError::Timeout => Self::Late,
            BodyError::Broken => Self::Invalid("the body ended early"),
        }
    }
}

/// The answer when a handler panicked; the layer has logged it.
pub(crate) fn after_panic(id: RequestId) -> Response {
    Problem::Internal.respond(id)
}
