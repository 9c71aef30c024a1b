//! The last steps of every answer: a failure gets its body, every answer its headers (§2, §8).

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gateway::Error;

use crate::error::{Code, Failure};
use crate::language::Language;
use crate::routes::App;
use crate::view;

/// Renders failures and adds the headers of an API answer. Runs around every route of the door.
pub(crate) async fn finish(State(app): State<App>, request: Request, next: Next) -> Response {
    let accepted = request.headers().get(ACCEPT_LANGUAGE).cloned();
    let mut response = next.run(request).await;
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        response = render(&app, &failure, Language::accepted(accepted.as_ref()));
    }
    polytill_http::headers::api(response.headers_mut());
    // The real gateway names no charset, and some clients compare the whole value.
    response.headers_mut().entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    response
}

fn render(app: &App, failure: &Failure, language: Language) -> Response {
    let issued = view::timestamp(app.gateway.clock().now(), &app.prague);
    let mut response = (failure.status, Json(failure.body(language, issued))).into_response();
    if let Some(seconds) = failure.retry_after_s {
        let wait = std::time::Duration::from_secs(seconds);
        polytill_http::headers::retry_after(response.headers_mut(), wait);
    }
    response
}

/// What is common to all operations when the gateway could not do something.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::global(StatusCode::NOT_FOUND, Code::PAYMENT_NOT_FOUND),
            Error::Refused(refusal) => {
                tracing::error!(%refusal, "a refusal reached the door's common errors");
                Self::conflict(Code::PAYMENT_WRONG_STATE)
            }
            Error::KeyReused => Self::conflict(Code::NOT_UNIQUE)
                .described("The Idempotency-Key was used before, for another request."),
            Error::Overloaded => Self::overloaded(),
            Error::Internal(cause) => {
                tracing::error!(cause, "a request failed");
                Self::internal()
            }
        }
    }
}

/// The answer to a path or method that is not one of ours.
pub(crate) async fn unknown_service() -> Failure {
    Failure::global(StatusCode::NOT_FOUND, Code::INVALID_REQUEST).described("There is no such service.")
}
