//! How this door says no: one shape of error, and one table that says which status means what.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use gateway::phone::PhoneError;
use http::header::{ALLOW, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
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
    WrongMethod { allowed: &'static str },
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
            Self::WrongMethod { .. } => (StatusCode::METHOD_NOT_ALLOWED, "wrong_method"),
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
        let allowed = match known {
            Self::WrongMethod { allowed } => Some(HeaderValue::from_static(allowed)),
            _ => None,
        };
        let said = json!({ "code": code, "message": known.to_string(), "correlationId": id.to_string() });
        let mut response = (status, Json(said)).into_response();
        headers::api(response.headers_mut());
        response.headers_mut().extend(allowed.map(|methods| (ALLOW, methods)));
        match status {
            StatusCode::SERVICE_UNAVAILABLE => headers::retry_after(response.headers_mut(), PATIENCE),
            StatusCode::UNAUTHORIZED => {
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_code_with_its_status_and_no_other() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/mobilepay-phone.md");
        let page = std::fs::read_to_string(page).unwrap();
        let phones = [
            PhoneError::UnknownBeacon,
            PhoneError::UnknownCustomer,
            PhoneError::OtherCustomer,
            PhoneError::PaymentFirst,
            PhoneError::NotCheckedIn,
            PhoneError::NothingToPay,
            PhoneError::NotCancellable,
            PhoneError::Overloaded,
        ];
        let own = [
            Problem::NoSuchPath,
            Problem::WrongMethod { allowed: "" },
            Problem::Unauthorised,
            Problem::CrossSite,
            Problem::Invalid(""),
            Problem::TooLarge,
            Problem::Late,
            Problem::Internal,
        ];
        let problems = phones.into_iter().map(Problem::Phone).chain(own);
        let row = |problem: Problem| {
            let (status, code) = problem.status_and_code();
            format!("| {} | `{code}` |", status.as_u16())
        };
        let mut rows: Vec<String> = problems.map(row).collect();
        let (_, table) = page.split_once("| status | code | when |").unwrap();
        let table = table.trim_start().lines().skip(1).take_while(|line| line.starts_with('|'));
        let mut told: Vec<String> =
            table.map(|line| line.split_inclusive('|').take(3).collect::<String>()).collect();
        rows.sort();
        told.sort();
        assert_eq!(told, rows);
    }
}
