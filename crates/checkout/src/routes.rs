//! The routes of the payer's door. A page is a payment looked at ([`crate::show`]); a post does one thing and
//! leads back to the page, so that a reload never does it twice.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::{CancelledBy, CardData, CardError, Cvc, Expiry, Pan, Payment, Refusal};
use gateway::{CardStep, Error, Gateway};
use jiff::tz::TimeZone;
use polytill_http::body::{self, BodyError, BodyLimits};
use polytill_http::form::{self, TooManyPairs};
use polytill_http::request_id::RequestId;

use crate::card_form::{self, CardInput};
use crate::locales::{LocaleError, Locales};
use crate::show::{Asked, Shown};
use crate::view::{Notice, Problem};
use crate::{assets, headers, methods};

/// The word a merchant's door has for a payment's state, for the page that embeds this one.
pub type StateName = fn(&Payment) -> &'static str;

/// What the pages need.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) locales: Arc<Locales>,
    pub(crate) state_name: StateName,
    pub(crate) prague: TimeZone,
}

/// The payment page, its assets and `embed.js`.
///
/// # Errors
/// When a locale file is broken, which a test would have told.
pub fn router(gateway: Arc<Gateway>, state_name: StateName) -> Result<Router, LocaleError> {
    let app = App {
        gateway,
        locales: Arc::new(Locales::load()?),
        state_name,
        prague: TimeZone::get("Europe/Prague").unwrap_or(TimeZone::UTC),
    };
    Ok(Router::new()
        .route("/gw/v3/{token}", get(page).post(page))
        .route("/gw/v3/{token}/card", post(card).get(back))
        .route("/gw/v3/{token}/challenge", post(challenge).get(back))
        .route("/gw/v3/{token}/method", post(methods::choose).get(back))
        .route("/gw/v3/{token}/approval", post(methods::answer).get(methods::show))
        .route("/gw/v3/{token}/cancel", post(cancel).get(back))
        .route("/gw/v3/{token}/return", post(leave).get(back))
        .method_not_allowed_fallback(wrong_method)
        .route("/gw/{*path}", get(nothing))
        .route("/gp-gw/{*path}", get(asset))
        .route("/images/checkout/{file}", get(logo))
        .with_state(app))
}

/// Why there is a notice instead of a payment.
pub(crate) enum Trouble {
    NotFound,
    Busy,
    /// It is the request's fault, which this status says.
    Unusable(StatusCode),
    Failure,
}

impl From<BodyError> for Trouble {
    fn from(error: BodyError) -> Self {
        Self::Unusable(match error {
            BodyError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::Timeout => StatusCode::REQUEST_TIMEOUT,
            BodyError::Broken => StatusCode::BAD_REQUEST,
        })
    }
}

impl From<TooManyPairs> for Trouble {
    fn from(_: TooManyPairs) -> Self {
        Self::Unusable(StatusCode::BAD_REQUEST)
    }
}

impl From<askama::Error> for Trouble {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "a page could not be rendered");
        Self::Failure
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::Overloaded => Self::Busy,
            Error::Refused(_) | Error::KeyReused | Error::Internal(_) => {
                tracing::error!(%error, "a page could not be shown");
                Self::Failure
            }
        }
    }
}

pub(crate) async fn find(app: &App, token: &str) -> Result<Payment, Trouble> {
    let id = app.gateway.page_payment(token).ok_or(Trouble::NotFound)?;
    app.gateway.payment(id).await?.ok_or(Trouble::NotFound)
}

/// Answers with a page, or with the notice why there is none.
pub(crate) fn answer(
    app: &App,
    asked: &Asked,
    shown: Result<Shown, Trouble>,
    id: Option<&RequestId>,
) -> Response {
    let (status, html) = match shown {
        Ok(Shown::Page { status, html }) => (status, html),
        Ok(Shown::Elsewhere(address)) => return see_other(&address),
        Err(trouble) => {
            let (status, notice) = match trouble {
                Trouble::NotFound => (StatusCode::NOT_FOUND, Notice::NotFound),
                Trouble::Busy => (StatusCode::SERVICE_UNAVAILABLE, Notice::Busy),
                Trouble::Unusable(status) => (status, Notice::Unusable),
                Trouble::Failure => {
                    let reference = id.map(ToString::to_string).unwrap_or_default();
                    (StatusCode::INTERNAL_SERVER_ERROR, Notice::Failure { reference })
                }
            };
            (status, asked.notice(app, notice))
        }
    };
    let mut response = (status, html).into_response();
    for (name, value) in headers::PAGE_HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

fn see_other(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// What every handler knows about the request.
pub(crate) fn asked(token: &str, query: Option<&str>, headers: &HeaderMap) -> Asked {
    Asked::new(token, query.unwrap_or_default(), headers)
}

async fn page(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let asked = asked(&token, query.as_deref(), request.headers());
    let ready = async {
        let payment = find(&app, &token).await?;
        let ready = app.gateway.ready_card(&payment).await?;
        Ok::<_, Trouble>((payment, ready))
    };
    let (asked, shown) = match ready.await {
        Ok((payment, ready)) => {
            let asked = asked.with_card(ready);
            let shown = asked.page(&app, &payment, None).map_err(Trouble::from);
            (asked, shown)
        }
        Err(trouble) => (asked, Err(trouble)),
    };
    answer(&app, &asked, shown, request.extensions().get::<RequestId>())
}

/// A post's address opened by hand, or by going back: the page is where to look.
async fn back(Path(token): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    see_other(&asked(&token, query.as_deref(), &headers).address(None))
}

async fn card(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let asked = asked(&token, query.as_deref(), request.headers());
    let id = request.extensions().get::<RequestId>().copied();
    let shown = pay(&app, asked.clone(), &token, request).await;
    answer(&app, &asked, shown, id.as_ref())
}

async fn pay(app: &App, asked: Asked, token: &str, request: Request) -> Result<Shown, Trouble> {
    let payment = find(app, token).await?;
    let asked = asked.with_card(app.gateway.ready_card(&payment).await?);
    let fields = fields(request).await?;
    let field = |name| form::last(&fields, name).unwrap_or_default();
    // Attempts made when the form was shown. What cannot be a number is an old form too.
    let attempts = form::last(&fields, "attempt").map(|shown| shown.trim().parse().unwrap_or(u8::MAX));
    let step = if field("stored") == "1" {
        let four = asked.ready_code_has_four_digits();
        match card_form::parse_code(field("cvc"), four) {
            Ok(code) => {
                let code = Cvc::parse(code.expose()).map_err(|_| Trouble::Failure)?;
                app.gateway.pay_by_stored_card(payment.id, code, attempts).await
            }
            Err(errors) => return Ok(asked.page(app, &payment, Some(Problem::Form(errors)))?),
        }
    } else {
        match card_form::parse(field("pan"), field("exp"), field("cvc"), asked.this_month(app)) {
            Ok(typed) => {
                let card = given(&typed).map_err(|_| Trouble::Failure)?;
                app.gateway.pay_by_card(payment.id, card, attempts).await
            }
            Err(errors) => return Ok(asked.page(app, &payment, Some(Problem::Form(errors)))?),
        }
    };
    match step {
        Ok(CardStep::Challenge { challenge }) => {
            let payment = find(app, token).await?;
            Ok(asked.challenge(app, &payment, challenge)?)
        }
        // Paid, declined or unknown: the page tells which.
        Ok(CardStep::Done(_)) => Ok(asked.elsewhere()),
        Err(Error::Refused(Refusal::OtherCard)) => Ok(asked.page(app, &payment, Some(Problem::OtherCard))?),
        // No longer payable, or an old form: not by what was done here, so nobody is thanked for it.
        Err(Error::Refused(_)) => Ok(asked.as_it_stands()),
        Err(other) => Err(other.into()),
    }
}

fn given(typed: &CardInput) -> Result<CardData, CardError> {
    Ok(CardData {
        pan: Pan::parse(typed.pan.expose())?,
        expiry: Expiry::new(typed.expiry.year, typed.expiry.month)?,
        cvc: Some(Cvc::parse(typed.cvc.expose())?),
    })
}

async fn challenge(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let asked = asked(&token, query.as_deref(), request.headers());
    let id = request.extensions().get::<RequestId>().copied();
    let shown = async {
        let payment = find(&app, &token).await?;
        let fields = fields(request).await?;
        let name = form::last(&fields, "challenge").unwrap_or_default();
        let confirmed = form::last(&fields, "answer") == Some("confirm");
        match app.gateway.answer_challenge(payment.id, name, confirmed).await {
            Ok(_) | Err(Error::Refused(_)) => Ok(asked.elsewhere()),
            Err(other) => Err(other.into()),
        }
    };
    let shown = shown.await;
    answer(&app, &asked, shown, id.as_ref())
}

async fn cancel(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let asked = asked(&token, query.as_deref(), request.headers());
    let shown = async {
        let payment = find(&app, &token).await?;
        match app.gateway.cancel(payment.id, CancelledBy::Payer).await {
            Ok(_) | Err(Error::Refused(_)) => Ok(asked.elsewhere()),
            Err(other) => Err(other.into()),
        }
    };
    let shown = shown.await;
    answer(&app, &asked, shown, request.extensions().get::<RequestId>())
}

/// The payer goes back to the shop. After a decline that ends the payment (gopay.md §7); a state must be
/// final before the shop asks for it.
async fn leave(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let asked = asked(&token, query.as_deref(), request.headers());
    let shown = async {
        let mut payment = find(&app, &token).await?;
        if payment.is_open() && payment.last_decline.is_some() {
            match app.gateway.cancel(payment.id, CancelledBy::Payer).await {
                Ok(cancelled) => payment = cancelled,
                Err(Error::Refused(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(asked.returning(&app, &payment)?)
    };
    let shown = shown.await;
    answer(&app, &asked, shown, request.extensions().get::<RequestId>())
}

pub(crate) async fn fields(request: Request) -> Result<Vec<(String, String)>, Trouble> {
    let body = body::read(request.into_body(), BodyLimits::default()).await?;
    Ok(form::parse(&body)?)
}

/// A page is looked at and posted to, and that is all. Which methods those are is added by the router.
async fn wrong_method(State(app): State<App>, RawQuery(query): RawQuery, request: Request) -> Response {
    let token = request.uri().path().trim_start_matches("/gw/v3/").split('/').next().unwrap_or_default();
    let asked = asked(token, query.as_deref(), request.headers());
    answer(&app, &asked, Err(Trouble::Unusable(StatusCode::METHOD_NOT_ALLOWED)), None)
}

async fn nothing(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(&app, &asked("", None, &headers), Err(Trouble::NotFound), None)
}

/// The picture of a way to pay or of a bank, for shops that show them (gopay.md §6.9).
async fn logo(Path(file): Path<String>) -> Response {
    let Some(picture) = crate::logos::png(&file) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (CONTENT_TYPE, "image/png"),
        (CACHE_CONTROL, "public, max-age=86400"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ];
    (headers, picture).into_response()
}

async fn asset(request: Request) -> Response {
    let Some(asset) = assets::find(request.uri().path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let known =
        request.headers().get(IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == asset.etag.as_bytes());
    let cached = [(CACHE_CONTROL, asset.cache_control.to_owned()), (ETAG, asset.etag.clone())];
    if known {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    let kind =
        [(CONTENT_TYPE, asset.content_type), (HeaderName::from_static("x-content-type-options"), "nosniff")];
    (cached, kind, asset.bytes).into_response()
}
