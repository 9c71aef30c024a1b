//! Refusals a tester has asked for: the next requests are answered with an error of the tester's choice, whatever they
//! ask, and nothing is done. So a shop's client can meet every error of §8, also those that only odd accounts cause.
//!
//! It exists in a sandbox only, is remembered by this process alone, and is bounded. The way to a token stays open
//! unless it is named, since clients fetch one when they please.

use std::collections::VecDeque;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use polytill_http::body::{self, BodyLimits};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Code, Failure};
use crate::routes::App;

/// Refusals that may wait.
const MOST: usize = 100;
const TOKEN: &str = "/oauth2/token";

/// What waits to be answered, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Script(Mutex<VecDeque<Line>>);

#[derive(Debug)]
struct Line {
    failure: Failure,
    /// What the path of the request must contain.
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    code: u16,
    #[serde(default)]
    field: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default = "once")]
    times: usize,
}

const fn once() -> usize {
    1
}

impl Script {
    fn next(&self, path: &str) -> Option<Failure> {
        let mut lines = self.0.lock();
        let wanted = |line: &Line| match &line.path {
            Some(part) => path.contains(part.as_str()),
            None => !path.ends_with(TOKEN),
        };
        let place = lines.iter().position(wanted)?;
        lines.remove(place).map(|line| line.failure)
    }
}

/// The status that goes with a code (§8).
fn status_of(code: Code) -> StatusCode {
    match code.number {
        100 => StatusCode::INTERNAL_SERVER_ERROR,
        200..=299 => StatusCode::FORBIDDEN,
        304 => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}

/// Around every operation: a refusal that waits for it comes first.
pub(crate) async fn first(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.script.next(request.uri().path()) {
        Some(failure) => failure.into_response(),
        None => next.run(request).await,
    }
}

/// `POST /_sandbox/gopay/next-error`: `{"code":333,"path":"/refund","field":"amount","times":1}`, of which only the code
/// must be there.
pub(crate) async fn ask(State(app): State<App>, request: Request) -> Response {
    let Ok(body) = body::read(request.into_body(), BodyLimits::default()).await else {
        return refused("the body did not arrive, or not in time, or is too large");
    };
    let asked: Asked = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(error) => return refused(&format!("not understood: {error}")),
    };
    let Some(code) = Code::ALL.iter().copied().find(|code| code.number == asked.code) else {
        return refused("there is no such code");
    };
    let mut lines = app.script.0.lock();
    if asked.times == 0 || lines.len().saturating_add(asked.times) > MOST {
        return refused(&format!("times is 1 or more, and no more than {MOST} may wait"));
    }
    for _ in 0..asked.times {
        let failure = match &asked.field {
            Some(field) => Failure::field(field, code),
            None => Failure::conflict(code),
        };
        lines.push_back(Line {
            failure: Failure { status: status_of(code), ..failure },
            path: asked.path.clone(),
        });
    }
    Json(json!({ "waiting": lines.len() })).into_response()
}

/// `DELETE /_sandbox/gopay/next-error`: none waits any more.
pub(crate) async fn forget(State(app): State<App>) -> Json<Value> {
    app.script.0.lock().clear();
    Json(json!({ "waiting": 0 }))
}

fn refused(message: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": message }))).into_response()
}
