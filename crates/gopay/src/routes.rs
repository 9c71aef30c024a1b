//! The routes of the door, and what its handlers share.

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::{Payment, Shop};
use gateway::Gateway;
use jiff::tz::TimeZone;
use polytill_http::panic::PanicLayer;
use polytill_http::throttle::{LoginThrottle, ThrottleLimits};
use tokio::sync::Semaphore;
use tower::ServiceExt;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, ResponseBuilder, Responses};

use crate::error::Failure;
use crate::scripted::Script;
use crate::view::{self, Beside, PaymentView};
use crate::{
    answer, cards, create, eet, instruments, operations, qr_payment, recurrence, scripted, statements, token,
};

/// The door's own settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Scheme and host that payers reach this server by, without a slash at the end.
    pub public_url: String,
    /// Whether a `payment-create` token is refused for refunds, captures and voids (§3). Off by default.
    pub strict_scopes: bool,
    /// Whether an `allowed_card_token` that was never heard of restricts nothing, instead of being refused (§19).
    pub accept_unknown_card_tokens: bool,
    /// Whether a tester may script refusals: in a sandbox only.
    pub scripted_errors: bool,
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
    pub(crate) script: Script,
    /// Statements that are being told; more are asked to come again.
    pub(crate) telling: Arc<Semaphore>,
}

impl Parts {
    pub(crate) async fn view(&self, payment: &Payment) -> Result<PaymentView, Failure> {
        let beside = Beside {
            standing: self.gateway.standing(payment).await?,
            card: self.gateway.card_of(payment).await?,
            eet_code: self.gateway.sale_receipt(payment).await?.and_then(eet::code),
        };
        let gw_url = format!("{}/gw/v3/{}", self.settings.public_url, self.gateway.page_token(payment.id));
        Ok(view::payment(payment, beside, gw_url))
    }

    /// The day it is in Prague.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        let now = jiff::Timestamp::from_millisecond(self.gateway.clock().now().millis()).unwrap_or_default();
        now.to_zoned(self.prague.clone()).date()
    }

    pub(crate) fn shop(&self, payment: &Payment) -> Result<Arc<Shop>, Failure> {
        self.gateway.directory().shop(payment.terms.shop).cloned().ok_or_else(Failure::internal)
    }
}

/// Everything below `/api`, and the door's own answer to what it does not know.
pub fn router(gateway: Arc<Gateway>, settings: Settings) -> Router {
    let app = App(Arc::new(Parts {
        gateway,
        settings,
        throttle: LoginThrottle::new(ThrottleLimits::default()),
        // The database of zones is compiled in; without Prague there is still a valid offset.
        prague: TimeZone::get("Europe/Prague").unwrap_or(TimeZone::UTC),
        script: Script::default(),
        telling: Arc::new(Semaphore::new(statements::AT_A_TIME)),
    }));
    let payment = "/payments/payment";
    let of = |operation: &str| format!("{payment}/{{id}}{operation}");
    let routes: Router<App> = Router::new()
        .route("/oauth2/token", post(token::issue))
        .route(payment, post(create::create))
        .route(&of(""), get(operations::status))
        .route(&of("/refund"), post(operations::refund))
        .route(&of("/refunds"), get(operations::refunds))
        .route(&of("/qr-payment"), get(qr_payment::qr_payment))
        .route("/eshops/eshop/{goid}/payment-instruments", get(instruments::of_all_currencies))
        .route("/eshops/eshop/{goid}/payment-instruments/{currency}", get(instruments::of_currency))
        .route(&of("/capture"), post(operations::capture))
        .route(&of("/void-authorization"), post(operations::void_authorization))
        .route(&of("/create-recurrence"), post(recurrence::create_recurrence))
        .route(&of("/void-recurrence"), post(recurrence::void_recurrence))
        .route(&of("/eet-receipts"), get(eet::eet_receipts_of_payment))
        .route("/eet-receipts", post(eet::eet_receipts))
        .route("/payments/cards/{card_id}", get(cards::show).delete(cards::delete))
        .route("/accounts/account-statement", post(statements::account_statement))
        .method_not_allowed_fallback(answer::unknown_service);
    let plain = routes.clone().fallback(answer::unknown_service).with_state(app.clone());
    let api = routes.fallback(move |request| tidied(plain, request));
    let (api, buttons) = if app.settings.scripted_errors {
        let button = post(scripted::ask).delete(scripted::forget);
        let first = from_fn_with_state(app.clone(), scripted::first);
        (api.layer(first), Router::new().route("/_sandbox/gopay/next-error", button))
    } else {
        (api, Router::new())
    };
    Router::new()
        .nest("/api", api)
        .merge(buttons)
        .layer(PanicLayer::new(|_| Failure::internal().into_response()))
        .layer(from_fn_with_state(app.clone(), answer::finish))
        .with_state(app)
}

/// A second look at a path that no route knows: slashes may be doubled or trail (§2). Paths as they should
/// be never come here.
async fn tidied(routes: Router, mut request: Request) -> Response {
    let path = request.uri().path();
    let tidy: String = path.split('/').filter(|part| !part.is_empty()).flat_map(|part| ["/", part]).collect();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    match format!("{tidy}{query}").parse() {
        Ok(uri) => *request.uri_mut() = uri,
        Err(_) => return answer::unknown_service().await.into_response(),
    }
    match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "GoPay REST v3", description = "The part of GoPay's REST API that Polytill answers."),
    paths(
        token::issue,
        create::create,
        operations::status,
        operations::refund,
        operations::refunds,
        qr_payment::qr_payment,
        instruments::of_all_currencies,
        instruments::of_currency,
        operations::capture,
        operations::void_authorization,
        recurrence::create_recurrence,
        recurrence::void_recurrence,
        cards::show,
        cards::delete,
        eet::eet_receipts_of_payment,
        eet::eet_receipts,
        statements::account_statement
    )
)]
struct Document;

/// The door's OpenAPI document, made from the code that answers.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let http = |scheme| SecurityScheme::Http(HttpBuilder::new().scheme(scheme).build());
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("client", http(HttpAuthScheme::Basic));
    components.add_security_scheme("token", http(HttpAuthScheme::Bearer));
    for path in document.paths.paths.values_mut() {
        for operation in [&mut path.get, &mut path.post, &mut path.delete].into_iter().flatten() {
            add_refusals_of_http(&mut operation.responses);
        }
    }
    document
}

/// What can be answered whatever is asked. Those who look at a body say so by 413.
fn add_refusals_of_http(responses: &mut Responses) {
    let error = |told: &str| {
        let body = Content::new(Some(Ref::from_schema_name("ErrorBody")));
        ResponseBuilder::new().description(told).content("application/json", body).build()
    };
    if responses.responses.contains_key("413") {
        responses.responses.insert("400".to_owned(), error("The body ended early").into());
        responses.responses.insert("408".to_owned(), error("The body did not arrive in time").into());
    }
    responses.responses.insert("500".to_owned(), error("Something broke here").into());
}
