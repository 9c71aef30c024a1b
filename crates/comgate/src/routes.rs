//! The routes below `/v2.0/`, and the door's own answer to what it does not know there (comgate.md §1, §4).

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use gateway::Gateway;
use jiff::tz::TimeZone;
use polytill_http::panic::PanicLayer;
use polytill_http::throttle::{LoginThrottle, ThrottleLimits};
use tower::ServiceExt;

use crate::error::Failure;
use crate::{closing, payments, simulation, terminal, transfers};

/// The door's own settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a cancellation or a closing may take before the register is told to ask later (§1).
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { patience: Duration::from_secs(25) }
    }
}

/// What every handler has at hand; a clone is one count.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

pub(crate) struct Parts {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) settings: Settings,
    pub(crate) throttle: LoginThrottle,
    pub(crate) prague: TimeZone,
}

/// A path's methods; any other is told which there are.
fn only(methods: MethodRouter<App>, allow: &'static str) -> MethodRouter<App> {
    methods.fallback(move || async move { Failure::wrong_method(allow) })
}

/// Everything below `/v2.0`.
pub fn router(gateway: Arc<Gateway>, settings: Settings) -> Router {
    let app = App(Arc::new(Parts {
        gateway,
        settings,
        throttle: LoginThrottle::new(ThrottleLimits::default()),
        prague: TimeZone::get("Europe/Prague").unwrap_or(TimeZone::UTC),
    }));
    let of_payment = get(payments::payment).delete(payments::cancel_payment);
    let of_refund = get(payments::refund).delete(payments::cancel_refund);
    let routes: Router<App> = Router::new()
        .route("/terminalPayment.json", only(post(payments::create_payment), "POST"))
        .route("/terminalPayment/transId/{name}", only(of_payment, "GET, DELETE"))
        .route("/terminalRefund.json", only(post(payments::create_refund), "POST"))
        .route("/terminalRefund/transId/{name}", only(of_refund, "GET, DELETE"))
        .route("/terminal.json", only(get(terminal::status), "GET"))
        .route("/terminalClosing.json", only(post(closing::close), "POST"))
        .route("/transferList/date/{day}", only(get(transfers::list), "GET"))
        .route("/singleTransfer/transferId/{id}", only(get(transfers::single), "GET"))
        .route("/csvSingleTransfer/transferId/{id}", only(get(transfers::single_csv), "GET"))
        .route("/aboSingleTransfer/transferId/{id}", only(get(transfers::single_abo), "GET"))
        .route("/csvDownload/date/{day}", only(get(transfers::day_csv), "GET"))
        .route("/aboDownload/date/{day}", only(get(transfers::day_abo), "GET"))
        .route("/simulation.json", only(post(simulation::simulate), "POST"));
    let plain = routes.clone().fallback(nothing_here).with_state(app.clone());
    let door = routes.fallback(move |request| tidied(plain, request));
    Router::new()
        .nest("/v2.0", door)
        .route("/v2.0/", any(nothing_here))
        .layer(PanicLayer::new(|_| Failure::internal().into_response()))
        .layer(from_fn(finish))
        .with_state(app)
}

/// Doubled slashes are one (§1); paths as they should be never come here.
async fn tidied(routes: Router, mut request: Request) -> Response {
    let path = request.uri().path();
    let tidy: String = path.split('/').filter(|part| !part.is_empty()).flat_map(|part| ["/", part]).collect();
    match tidy.parse() {
        Ok(uri) => *request.uri_mut() = uri,
        Err(_) => return nothing_here().await.into_response(),
    }
    match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

async fn nothing_here() -> Failure {
    Failure::no_such_method()
}

async fn finish(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    polytill_http::headers::api(response.headers_mut());
    response
}
