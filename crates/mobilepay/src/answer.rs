//! The last step: a result or a failure becomes a response with the door's headers (mobilepay.md §3).

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, EXPIRES, PRAGMA, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use polytill_http::request_id::RequestId;

use crate::door::{ErrorStatus, Settings};
use crate::fault::Problem;
use crate::negotiate::Media;
use crate::operation::Methods;
use crate::reply::Reply;
use crate::write::{self, Layout};

const X_CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// Nobody keeps an answer, nobody learns where it was asked for, nobody guesses what it is.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache")),
    (PRAGMA, HeaderValue::from_static("no-cache")),
    (EXPIRES, HeaderValue::from_static("-1")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// What an operation came to.
pub(crate) struct Answer<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) outcome: Result<Reply, Vec<Problem>>,
}

/// Why there was no operation, or no result of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    NoSuchPath,
    WrongMethod(Methods),
    /// A browser came by itself or was sent by a stranger's page.
    NotMeant,
    TooLarge,
    Slow,
    Broken,
    UnknownLanguage,
    Throttled(Duration),
    Overloaded(Duration),
    Internal,
}

impl Failure {
    /// Status, message, and the methods that would do.
    fn told(self, id: RequestId) -> (StatusCode, String, Option<Methods>) {
        let (status, message) = match self {
            Self::NoSuchPath => {
                (StatusCode::NOT_FOUND, "No HTTP resource was found that matches the request URI.")
            }
            Self::WrongMethod(methods) => {
                let message = "The requested resource does not support this HTTP method.";
                return (StatusCode::METHOD_NOT_ALLOWED, message.to_owned(), Some(methods));
            }
            Self::NotMeant => (
                StatusCode::FORBIDDEN,
                "This request changes something and does not come from a point of sale.",
            ),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The request body is larger than 64 KiB."),
            Self::Slow => (StatusCode::REQUEST_TIMEOUT, "The request body did not arrive in time."),
            Self::Broken => (StatusCode::BAD_REQUEST, "The request body ended early."),
            Self::UnknownLanguage => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The request body's media type is not supported. Send application/json, application/xml or \
                 application/x-www-form-urlencoded in UTF-8.",
            ),
            Self::Throttled(_) => {
                (StatusCode::TOO_MANY_REQUESTS, "Too many failed requests. Try again later.")
            }
            Self::Overloaded(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "Too much is going on. Try again shortly.")
            }
            Self::Internal => {
                let message = format!("An error has occurred. Correlation id: {id}");
                return (StatusCode::INTERNAL_SERVER_ERROR, message, None);
            }
        };
        (status, message.to_owned(), None)
    }
}

pub(crate) fn respond(
    answer: &Result<Answer<'_>, Failure>,
    media: Media,
    settings: &Settings,
    id: RequestId,
) -> Response {
    let (status, body, failure) = match answer {
        Ok(answer) => {
            let outcome = answer.outcome.as_ref().map_err(Vec::as_slice);
            let body = write::answer(answer.layout, media.format, outcome);
            (status(&answer.outcome, settings.error_status), body, None)
        }
        Err(failure) => {
            let (status, message, allowed) = failure.told(id);
            (status, write::error(media.format, &message), Some((*failure, allowed)))
        }
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.extend(HEADERS.map(|(name, value)| (name, value)));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media.label));
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(X_CORRELATION_ID, id);
    }
    if let Some((failure, allowed)) = failure {
        explain(headers, failure, allowed);
    }
    response
}

fn status(outcome: &Result<Reply, Vec<Problem>>, mode: ErrorStatus) -> StatusCode {
    match (outcome, mode) {
        (Ok(_), _) | (Err(_), ErrorStatus::Always200) => StatusCode::OK,
        (Err(problems), ErrorStatus::Mapped) => {
            let first = problems.first().map_or(500, |problem| problem.status());
            StatusCode::from_u16(first).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

fn explain(headers: &mut HeaderMap, failure: Failure, allowed: Option<Methods>) {
    if let Some(methods) = allowed {
        headers.insert(ALLOW, HeaderValue::from_static(methods.allow()));
    }
    if let Failure::Throttled(wait) | Failure::Overloaded(wait) = failure {
        polytill_http::headers::retry_after(headers, wait);
    }
}
