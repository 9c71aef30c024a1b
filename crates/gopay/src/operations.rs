//! What can be done with a payment that exists: read it, refund it, capture it, void it (§6.2–§6.8).

use axum::Json;
use axum::extract::State;
use domain::{Command, Minor, Payment, PaymentId, Refusal};
use gateway::{Done, Error, When};
use polytill_http::body::{Content, content};
use polytill_http::{form, json};
use serde_json::{Map, Value};

use crate::access::{Caller, Named, Sent};
use crate::eet;
use crate::error::{Code, ErrorBody, Failure};
use crate::read::{self, Faults, Object};
use crate::routes::App;
use crate::state::{self, Operation};
use crate::view::{self, PaymentView, RefundView, ResultView};

#[utoipa::path(get, path = "/api/payments/payment/{id}", params(("id" = i64, Path)),
    responses((status = 200, body = PaymentView), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn status(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<PaymentView>, Failure> {
    let payment = app.gateway.payment_of(caller.client, id.ok_or(Error::NotFound)?).await?;
    Ok(Json(app.view(&payment).await?))
}

#[utoipa::path(get, path = "/api/payments/payment/{id}/refunds", params(("id" = i64, Path)),
    responses((status = 200, body = Vec<RefundView>), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn refunds(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<Vec<RefundView>>, Failure> {
    let payment = app.gateway.payment_of(caller.client, id.ok_or(Error::NotFound)?).await?;
    let refunds = app.gateway.refunds(payment.id).await?;
    Ok(Json(refunds.iter().map(|refund| view::refund(&payment, refund, &app.prague)).collect()))
}

#[utoipa::path(post, path = "/api/payments/payment/{id}/refund", params(("id" = i64, Path)),
    request_body(content((AmountRequest = "application/x-www-form-urlencoded"), (AmountRequest = "application/json"))),
    responses((status = 200, body = ResultView), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn refund(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named,
    sent: Sent,
) -> Result<Json<ResultView>, Failure> {
    caller.may_more_than_create(&app)?;
    let payment = owned(&app, caller, id, Operation::Refund).await?;
    let key = sent.key(&app, caller, &format!("refund {}", payment.id));
    let rules = app.shop(&payment)?.settings.refunds;
    let asked = |amount| Command::Refund { amount, rules };
    let amount = amount(&sent.body).map_err(|wrong| state_first(&app, &payment, asked(None), wrong))?;
    let about = (payment.refundable(), payment.terms.amount.currency);
    let sums = eet::of_part(&app.shop(&payment)?.settings.eet, &sent.body, amount, about)
        .map_err(|wrong| state_first(&app, &payment, asked(amount), wrong))?;
    let id = payment.id;
    let when = if app.shop(&payment)?.settings.refund_async { When::Later } else { When::Now };
    let done = app.gateway.operate_reporting(payment, asked(amount), sums, key.as_ref(), when).await;
    finished(id, Operation::Refund, done)
}

#[utoipa::path(post, path = "/api/payments/payment/{id}/capture", params(("id" = i64, Path)),
    request_body(content = AmountRequest, content_type = "application/json"),
    responses((status = 200, body = ResultView), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn capture(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named,
    sent: Sent,
) -> Result<Json<ResultView>, Failure> {
    caller.may_more_than_create(&app)?;
    let payment = owned(&app, caller, id, Operation::Capture).await?;
    let key = sent.key(&app, caller, &format!("capture {}", payment.id));
    let partial = app.shop(&payment)?.settings.partial_capture;
    let asked = |amount| Command::Capture { amount, partial_allowed: partial };
    let amount = amount(&sent.body).map_err(|wrong| state_first(&app, &payment, asked(None), wrong))?;
    let about = (payment.authorized, payment.terms.amount.currency);
    let sums = eet::of_part(&app.shop(&payment)?.settings.eet, &sent.body, amount, about)
        .map_err(|wrong| state_first(&app, &payment, asked(amount), wrong))?;
    let id = payment.id;
    let done = app.gateway.operate_reporting(payment, asked(amount), sums, key.as_ref(), When::Now).await;
    finished(id, Operation::Capture, done)
}

#[utoipa::path(post, path = "/api/payments/payment/{id}/void-authorization", params(("id" = i64, Path)),
    responses((status = 200, body = ResultView), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn void_authorization(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named,
    sent: Sent,
) -> Result<Json<ResultView>, Failure> {
    caller.may_more_than_create(&app)?;
    let payment = owned(&app, caller, id, Operation::Void).await?;
    let key = sent.key(&app, caller, &format!("void {}", payment.id));
    let id = payment.id;
    let done = app.gateway.void(payment, key.as_ref()).await;
    finished(id, Operation::Void, done)
}

/// The caller's payment, or what this operation says of an unknown one (§8: it differs per operation).
async fn owned(
    app: &App,
    caller: Caller,
    id: Option<PaymentId>,
    operation: Operation,
) -> Result<Payment, Failure> {
    let found = match id {
        Some(id) => app.gateway.payment_of(caller.client, id).await,
        None => Err(Error::NotFound),
    };
    found.map_err(|error| match (error, operation) {
        (Error::NotFound, Operation::Refund) => Failure::field("id", Code::INVALID),
        (Error::NotFound, _) => Failure::conflict(state::failed(operation)),
        (other, _) => other.into(),
    })
}

/// A wrong body matters only when the payment's state would have allowed the operation (§6).
fn state_first(app: &App, payment: &Payment, command: Command, wrong: Failure) -> Failure {
    let operation = match command {
        Command::Capture { .. } => Operation::Capture,
        _ => Operation::Refund,
    };
    match domain::decide(payment, command, app.gateway.clock().now()) {
        Ok(_) => wrong,
        Err(refusal) => refused(operation, refusal),
    }
}

fn refused(operation: Operation, refusal: Refusal) -> Failure {
    match state::refused(operation, refusal) {
        Some(code) => Failure::conflict(code),
        None => Failure::field("amount", Code::INVALID),
    }
}

fn finished(
    id: PaymentId,
    operation: Operation,
    done: Result<Done, Error>,
) -> Result<Json<ResultView>, Failure> {
    match done {
        Ok(Done::Finished(_)) => Ok(Json(ResultView { id: id.get(), result: "FINISHED" })),
        // Asked for and durable; how it ended is told by status and notification.
        Ok(Done::Unresolved(_)) => Ok(Json(ResultView { id: id.get(), result: "ACCEPTED" })),
        Ok(Done::Failed(..)) => Err(Failure::conflict(state::failed(operation))),
        Err(Error::Refused(refusal)) => Err(refused(operation, refusal)),
        Err(other) => Err(other.into()),
    }
}

/// The amount of a refund or capture: a form, JSON, or nothing, which means all of it (§6.3, §6.7).
fn amount(body: &[u8]) -> Result<Option<Minor>, Failure> {
    let mut faults = Faults::default();
    let amount = match content(body) {
        Content::Empty => None,
        Content::Form(body) => {
            let pairs = form::parse(body).map_err(|_| Failure::conflict(Code::INVALID_REQUEST))?;
            let members: Map<String, Value> =
                pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
            positive(&Object::root(&members), &mut faults)
        }
        Content::Json(body) => match json::parse(body, json::Encoding::Utf8OrLatin1) {
            Ok(Value::Null) => None,
            Ok(Value::Object(members)) => positive(&Object::root(&members), &mut faults),
            Ok(_) | Err(_) => return Err(Failure::conflict(Code::INVALID_REQUEST)),
        },
    };
    faults.verdict()?;
    Ok(amount)
}

fn positive(object: &Object<'_>, faults: &mut Faults) -> Option<Minor> {
    let value = object.get("amount")?;
    let amount = read::integer(value).map(Minor::new).filter(|amount| amount.is_positive());
    if amount.is_none() {
        faults.note("amount".to_owned(), Code::INVALID, "A positive amount is expected.");
    }
    amount
}

/// The body of refund and capture, for the documentation.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
pub(crate) struct AmountRequest {
    /// In hundredths of the currency; without it all that is left
    #[schema(required = false, minimum = 1)]
    amount: i64,
}
