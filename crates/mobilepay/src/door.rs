//! The door: from a request to an answer, in the order that the interface has (mobilepay.md §1–§4, §11).
//!
//! A path says which operation, the method whether it may be asked for so, the guards whether it was meant, the body or
//! the query what is wanted, the credentials by whom. Only then is the engine asked. Every step that refuses answers in
//! the format that was wished for, and every answer has the same headers.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{any, get};
use futures_util::FutureExt;
use http::request::Parts;
use http::{Method, Uri};
use polytill_http::body::{self, BodyError, BodyLimits};
use polytill_http::peer::Peer;
use polytill_http::request_id::RequestId;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Failure};
use crate::engine::Engine;
use crate::fault::Problem;
use crate::inputs::Inputs;
use crate::login::{self, Caller, Throttles};
use crate::negotiate::{Format, negotiate};
use crate::operation::{OPERATIONS, Spec};
use crate::read::{Language, Unreadable, pairs};
use crate::reply::{Outcome, Refused};
use crate::write::Layout;
use crate::{code, guard, help};

/// The door's own settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is before `/api`, such as `/mobilepay`; empty for nothing.
    pub path_prefix: String,
    /// Written when a request has no wish.
    pub default_format: Format,
    pub error_status: ErrorStatus,
    /// Whether reconstructed types repeat their fields under other likely names (§6.0).
    pub np_aliases: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let (default_format, error_status) = (Format::default(), ErrorStatus::default());
        Self { path_prefix: String::new(), default_format, error_status, np_aliases: true }
    }
}

/// The status of an operation that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ErrorStatus {
    /// 200, whatever happened: what clients of the original see.
    #[default]
    Always200,
    /// The one that MobilePay's own interface had.
    Mapped,
}

/// What every handler has at hand.
pub(crate) struct Door {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) settings: Settings,
    pub(crate) throttles: Throttles,
    /// By operation.
    layouts: Vec<Layout>,
}

/// Below the prefix.
const ROOT: &str = "/api/pos";
/// An overloaded server asks for this much patience.
const PATIENCE: Duration = Duration::from_secs(1);

/// Everything below `/api/pos` in any case, the list of operations, and the pictures of QR codes.
pub fn router(engine: Arc<dyn Engine>, settings: Settings) -> Router {
    let layouts = OPERATIONS.iter().map(|spec| Layout::new(spec.answer, settings.np_aliases)).collect();
    let prefix = settings.path_prefix.clone();
    let door = Arc::new(Door { engine, settings, throttles: Throttles::new(), layouts });
    let mut router = Router::new();
    for spelling in spellings("pos") {
        let root = format!("{prefix}/api/{spelling}");
        for path in [root.clone(), format!("{root}/"), format!("{root}/{{*operation}}")] {
            router = router.route(&path, any(serve));
        }
    }
    router
        .route(&format!("{prefix}/help"), get(help::page))
        .route(&format!("{prefix}/Help"), get(help::page))
        .route(&format!("{prefix}/help/style.css"), get(help::style))
        .route("/qr/{picture}", get(code::picture))
        .with_state(door)
}

/// The request's address in lower case, when it is one of this door's in another spelling than the router knows. For
/// whoever puts doors together: paths count in any case here.
#[must_use]
pub fn respelled(uri: &Uri, settings: &Settings) -> Option<Uri> {
    let path = uri.path();
    let lower = path.to_ascii_lowercase();
    let rest = lower.strip_prefix(settings.path_prefix.as_str())?;
    let ours = ["/api/pos", "/help"]
        .iter()
        .any(|root| rest.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    if !ours || path == lower {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{lower}{query}").parse().ok()
}

/// A word in every mixture of cases. What is before it may belong to another door's router too, so that nothing but
/// its own routes lets a request get here.
fn spellings(word: &str) -> Vec<String> {
    word.chars().fold(vec![String::new()], |spelled, letter| {
        let with = |letter: char| spelled.iter().map(move |start| format!("{start}{letter}"));
        with(letter).chain(with(letter.to_ascii_uppercase())).collect()
    })
}

async fn serve(State(door): State<Arc<Door>>, request: Request) -> Response {
    let id = request.extensions().get::<RequestId>().copied().unwrap_or_else(RequestId::next);
    let media = negotiate(request.headers(), door.settings.default_format);
    let answer = AssertUnwindSafe(door.answer(request)).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(%id, "a request panicked");
        Err(Failure::Internal)
    });
    crate::answer::respond(&answer, media, &door.settings, id)
}

impl Door {
    async fn answer(&self, request: Request) -> Result<Answer<'_>, Failure> {
        let (parts, body) = request.into_parts();
        let spec = self.operation(parts.uri.path()).ok_or(Failure::NoSuchPath)?;
        if !spec.methods.allows(parts.method.as_str()) {
            return Err(Failure::WrongMethod(spec.methods));
        }
        if spec.changes && parts.method == Method::GET && guard::was_not_meant(&parts.headers) {
            return Err(Failure::NotMeant);
        }
        let query = pairs(parts.uri.query().unwrap_or_default().as_bytes());
        let sent = match parts.method {
            Method::POST => Some(read_body(&parts, body).await?),
            _ => None,
        };
        let outcome = match (&query, &sent) {
            (Err(_), _) => Err(Problem::Query.into()),
            (_, Some(Err(_))) => Err(Problem::Body.into()),
            (Ok(query), None) => self.operate(spec, query, query, &parts).await?,
            (Ok(query), Some(Ok(sent))) => self.operate(spec, sent, query, &parts).await?,
        };
        self.told(spec, outcome)
    }

    async fn operate(
        &self,
        spec: &Spec,
        inputs: &Inputs,
        query: &Inputs,
        parts: &Parts,
    ) -> Result<Outcome, Failure> {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.ip);
        login::answer(self, spec, inputs, &Caller { query, headers: &parts.headers, peer }).await
    }

    /// The operation a path names, in any case and with or without a slash at its end.
    fn operation(&self, path: &str) -> Option<&'static Spec> {
        let below = path.get(self.settings.path_prefix.len() + ROOT.len()..)?;
        let name = below.strip_prefix('/')?.trim_end_matches('/');
        OPERATIONS.iter().find(|spec| spec.path.eq_ignore_ascii_case(name))
    }

    fn told(&self, spec: &'static Spec, outcome: Outcome) -> Result<Answer<'_>, Failure> {
        let layout = self.layouts.get(spec.operation as usize).ok_or(Failure::Internal)?;
        match outcome {
            Ok(reply) if reply.fits(spec.answer.fields) => Ok(Answer { layout, outcome: Ok(reply) }),
            Ok(_) => {
                tracing::error!(operation = spec.path, "a reply is not of the operation's type");
                Err(Failure::Internal)
            }
            Err(Refused::Problems(problems)) => Ok(Answer { layout, outcome: Err(problems) }),
            Err(Refused::Overloaded) => Err(Failure::Overloaded(PATIENCE)),
            Err(Refused::Internal) => Err(Failure::Internal),
        }
    }
}

/// What a posted body says.
async fn read_body(parts: &Parts, body: Body) -> Result<Result<Inputs, Unreadable>, Failure> {
    let body = body::read(body, BodyLimits::default()).await.map_err(|error| match error {
        BodyError::TooLarge { .. } => Failure::TooLarge,
        BodyError::Timeout => Failure::Slow,
        BodyError::Broken => Failure::Broken,
    })?;
    match Language::of(&parts.headers) {
        Some(language) => Ok(language.read(&body)),
        None if body.is_empty() => Ok(Ok(Inputs::default())),
        None => Err(Failure::UnknownLanguage),
    }
}
