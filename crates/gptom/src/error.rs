//! Refusals: OAuth's at the token endpoint and for tokens, the API's own for everything else (gptom.md §3.5, §5.8).
//!
//! A handler says what is wrong; path, time and the id for support are added on the way out ([`finish`]). A declined card
//! is never an error here.

use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gateway::terminals::TerminalError;
use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use polytill_http::request_id::RequestId;
use serde_json::{Value, json};

use crate::codes::ErrorCode;
use crate::request::Wrong;
use crate::routes::App;
use crate::tid::NoTid;
use crate::time;

/// A refusal in OAuth's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OauthError {
    pub(crate) status: StatusCode,
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
    challenge: Option<&'static str>,
    retry_after_s: Option<u64>,
}

impl OauthError {
    pub(crate) const fn new(status: StatusCode, error: &'static str, description: &'static str) -> Self {
        Self { status, error, description, challenge: None, retry_after_s: None }
    }

    pub(crate) const fn bad(error: &'static str, description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    pub(crate) const fn no_client() -> Self {
        let plain = Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "The client's name and secret are needed to get here.",
        );
        Self { challenge: Some("Basic realm=\"gptom\""), ..plain }
    }

    pub(crate) const fn no_token() -> Self {
        let plain = Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "A token is needed to get here.");
        Self { challenge: Some("Bearer realm=\"gptom\""), ..plain }
    }

    pub(crate) const fn invalid_token(description: &'static str) -> Self {
        let plain = Self::new(StatusCode::UNAUTHORIZED, "invalid_token", description);
        Self { challenge: Some("Bearer realm=\"gptom\", error=\"invalid_token\""), ..plain }
    }

    pub(crate) const fn later(status: StatusCode, seconds: u64) -> Self {
        let plain = Self::new(status, "temporarily_unavailable", "Try again later.");
        Self { retry_after_s: Some(seconds), ..plain }
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let body = json!({"error": self.error, "error_description": self.description});
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

/// A refusal of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: Option<ErrorCode>,
    message: &'static str,
    fields: Vec<Wrong>,
    /// The task as it is, where that is why nothing was done.
    task: Option<Box<Value>>,
    allow: Option<&'static str>,
}

impl ApiError {
    pub(crate) const fn new(status: StatusCode, code: Option<ErrorCode>, message: &'static str) -> Self {
        Self { status, code, message, fields: vec![], task: None, allow: None }
    }

    pub(crate) const fn coded(status: StatusCode, code: ErrorCode) -> Self {
        Self::new(status, Some(code), code.message)
    }

    pub(crate) fn wrong(fields: Vec<Wrong>) -> Self {
        Self { fields, ..Self::coded(StatusCode::BAD_REQUEST, ErrorCode::WRONG_PARAMETER) }
    }

    pub(crate) fn wrong_field(field: &'static str, message: &'static str) -> Self {
        Self::wrong(vec![Wrong { field, message }])
    }

    pub(crate) const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, None, "There is no such thing.")
    }

    pub(crate) const fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, None, "The terminal is not one of this account's.")
    }

    pub(crate) fn wrong_method(allow: &'static str) -> Self {
        let plain = Self::new(StatusCode::METHOD_NOT_ALLOWED, None, "This method is not known here.");
        Self { allow: Some(allow), ..plain }
    }

    pub(crate) fn conflict(message: &'static str, task: Option<Value>) -> Self {
        Self { task: task.map(Box::new), ..Self::new(StatusCode::CONFLICT, None, message) }
    }

    pub(crate) const fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, None, "Something went wrong here.")
    }

    fn body(&self, now: domain::Timestamp, path: &str, support: &str) -> Value {
        let fields: Vec<Value> =
            self.fields.iter().map(|wrong| json!({"field": wrong.field, "message": wrong.message})).collect();
        let mut body = json!({
            "timestamp": time(now),
            "status": self.status.as_u16(),
            "error": self.status.canonical_reason(),
            "message": self.message,
            "path": path,
            "code": self.code.map(|code| code.number),
            "errorCode": self.code.map(ErrorCode::text),
            "supportID": support,
            "fieldErrors": fields,
        });
        if let (Some(task), Some(members)) = (&self.task, body.as_object_mut()) {
            members.insert("task".to_owned(), Value::clone(task));
        }
        body
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(allow) = self.allow {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Either kind: whoever has no token is told so in OAuth's words, on every path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    Oauth(OauthError),
    Api(ApiError),
}

impl From<OauthError> for Refused {
    fn from(error: OauthError) -> Self {
        Self::Oauth(error)
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<TerminalError> for Refused {
    fn from(error: TerminalError) -> Self {
        Self::Api(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Oauth(error) => error.into_response(),
            Self::Api(error) => error.into_response(),
        }
    }
}

/// What the terminals say in this door's words: the one table.
impl From<TerminalError> for ApiError {
    fn from(error: TerminalError) -> Self {
        match error {
            TerminalError::Inactive => Self::coded(StatusCode::FORBIDDEN, ErrorCode::TID_NOT_ACTIVE),
            TerminalError::Currency => {
                Self::wrong_field("currencyCode", "The terminal does not take this currency.")
            }
            TerminalError::Amount => Self::wrong_field("amount", "The terminal does not take this amount."),
            TerminalError::RefundDisabled => {
                Self::coded(StatusCode::BAD_REQUEST, ErrorCode::TRANSACTION_NOT_ALLOWED)
            }
            TerminalError::NotFound => Self::not_found(),
            TerminalError::KeyReused => {
                Self::conflict("The request id was used before, for another request.", None)
            }
            TerminalError::NotVoidable(_) | TerminalError::NotAllowed => {
                Self::coded(StatusCode::CONFLICT, ErrorCode::TRANSACTION_NOT_ALLOWED)
            }
            TerminalError::Busy
            | TerminalError::Unreachable
            | TerminalError::StaleAttempt
            | TerminalError::WrongPhase => Self::conflict("The task has begun or is over.", None),
            TerminalError::Overloaded => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, None, "Too much is going on, try again shortly.")
            }
            TerminalError::Internal(cause) => {
                tracing::error!(cause, "a request failed");
                Self::internal()
            }
        }
    }
}

/// Writes the bodies of refusals, and the headers that every answer has.
pub(crate) async fn finish(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let id = request.extensions().get::<RequestId>().map(RequestId::to_string);
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        // The last six letters are different for every request in a very long while.
        let id = id.unwrap_or_default();
        let support = id.get(id.len().saturating_sub(6)..).unwrap_or_default();
        let body = Json(error.body(app.gateway.clock().now(), &path, support));
        let headers = std::mem::take(response.headers_mut());
        let mut written = (error.status, body).into_response();
        for (name, value) in &headers {
            if name != http::header::CONTENT_LENGTH && name != http::header::CONTENT_TYPE {
                written.headers_mut().append(name, value.clone());
            }
        }
        if error.status == StatusCode::SERVICE_UNAVAILABLE {
            written.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response = written;
    }
    polytill_http::headers::api(response.headers_mut());
    response
}

impl From<NoTid> for ApiError {
    fn from(why: NoTid) -> Self {
        match why {
            NoTid::Missing => Self::wrong_field("tid", "A master account names the terminal in every call."),
            NoTid::Ambiguous => Self::wrong_field("tid", "One terminal is expected."),
            NoTid::NotPermitted => Self::forbidden(),
        }
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
            TerminalError::NotVoidable(gateway::terminals::Unvoidable::NotPaid),
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
                let refused = ApiError::from(error);
                let code = refused.code.map_or_else(|| "-".to_owned(), ErrorCode::text);
                format!("{name}: {} {code} {}", refused.status.as_u16(), refused.message)
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
