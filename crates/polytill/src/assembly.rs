//! All doors on one origin, and the probes beside them.
//!
//! Each door answers for everything below its own paths, also for what it does not know there. What belongs
//! to no door is answered here, in plain text and few words.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gateway::Gateway;
use http::StatusCode;
use http::uri::PathAndQuery;
use metrics_exporter_prometheus::PrometheusHandle;
use polytill_http::panic::PanicLayer;
use polytill_http::request_id::{RequestId, RequestLayer};
use tower::ServiceExt;

use crate::error::StartError;

/// What the doors are told about the house they are in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Scheme and host that payers reach this server by, without a slash at the end.
    pub public_url: String,
    pub sandbox_api: bool,
    /// Whether a token for creating payments may do no more.
    pub strict_scopes: bool,
    /// Whether an unknown card token restricts nothing; as usual when nothing is said.
    pub accept_unknown_card_tokens: Option<bool>,
    pub mobilepay: mobilepay::Settings,
    /// How long a payment at a point of sale waits.
    pub inactivity: domain::Span,
    /// The words of GP tom's door.
    pub gptom: gptom::Profile,
}

/// Everything this server answers. The recorder is installed before: the layers keep its handles.
pub fn router(
    gateway: &Arc<Gateway>,
    settings: &Settings,
    metrics: PrometheusHandle,
    devices: &terminal::Door,
    phones: Option<&phone::Door>,
) -> Result<Router, StartError> {
    let merchants = gopay::Settings {
        public_url: settings.public_url.clone(),
        strict_scopes: settings.strict_scopes,
        accept_unknown_card_tokens: settings
            .accept_unknown_card_tokens
            .unwrap_or_else(|| gateway.sandbox().is_some()),
        scripted_errors: settings.sandbox_api && gateway.sandbox().is_some(),
    };
    let payers = checkout::router(Arc::clone(gateway), gopay::state_name)
        .map_err(|error| StartError::failed("cannot make the payment page", error))?;
    let house =
        mobilepay::HouseSettings { public_url: settings.public_url.clone(), inactivity: settings.inactivity };
    let tills = mobilepay::House::new(Arc::clone(gateway), house);
    let testers = settings.sandbox_api.then(|| sandbox::router(gateway, bases(settings))).flatten();
    let doors = Router::new()
        .merge(probes(gateway, metrics))
        .merge(gopay::router(Arc::clone(gateway), merchants))
        .merge(comgate::router(Arc::clone(gateway), comgate::Settings::default()))
        .merge(mobilepay::router(Arc::new(tills), settings.mobilepay.clone()))
        .merge(gptom::router(Arc::clone(gateway), settings.gptom.clone()))
        .merge(payers)
        .merge(devices.router())
        .merge(phones.map(phone::Door::router).unwrap_or_default())
        .merge(testers.unwrap_or_default());
    let again = doors.clone().fallback(nothing_here);
    let respell = settings.mobilepay.clone();
    Ok(doors
        .fallback(move |request| tidied(again, respell, request))
        .layer(PanicLayer::new(after_panic))
        .layer(RequestLayer::new()))
}

/// Where clients of each door begin, for the start page.
fn bases(settings: &Settings) -> Vec<sandbox::Base> {
    let base = |name, path: String, help| sandbox::Base { name, path, help };
    let (till, register) = (&settings.mobilepay.path_prefix, settings.gptom.path_prefixes.first());
    vec![
        base("GoPay REST", "/api".to_owned(), None),
        base("Comgate Terminal REST 2.0", "/v2.0".to_owned(), None),
        base("GP tom Cloud", format!("{}/v1", register.map_or("", String::as_str)), None),
        base("MobilePay PoS powered by Integra", format!("{till}/api/pos"), Some(format!("{till}/help"))),
    ]
}

/// `/healthz`: this process answers. `/readyz`: its database does too. `/metrics`: numbers for Prometheus.
fn probes(gateway: &Arc<Gateway>, metrics: PrometheusHandle) -> Router {
    const TEXT: [(&str, &str); 1] = [("content-type", "text/plain; version=0.0.4; charset=utf-8")];
    let numbers = move || async move { (TEXT, metrics.render()) };
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readiness))
        .with_state(Arc::clone(gateway))
        .route("/metrics", get(numbers))
}

async fn readiness(State(gateway): State<Arc<Gateway>>) -> Response {
    if gateway.is_ready().await {
        return "ready\n".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
}

/// A base address that ends in a slash makes paths that begin with two: they get a second look with one. Paths as
/// they should be never come here. One door's paths count in any case.
async fn tidied(doors: Router, respell: mobilepay::Settings, mut request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    if path.starts_with("//")
        && let Ok(uri) = format!("/{}", path.trim_start_matches('/')).parse()
    {
        *request.uri_mut() = uri;
    }
    if let Some(uri) = mobilepay::respelled(request.uri(), &respell) {
        *request.uri_mut() = uri;
    }
    match doors.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

async fn nothing_here() -> Response {
    (StatusCode::NOT_FOUND, "There is nothing here.\n").into_response()
}

/// For a panic outside the doors, which have words of their own for it.
fn after_panic(id: RequestId) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("Something went wrong here. Request {id}\n")).into_response()
}
