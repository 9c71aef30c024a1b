//! Payments and refunds: begun, asked about, cancelled (comgate.md §4.1–4.3, §4.6–4.8).
//!
//! A payment is a sale of the login's terminal; a refund refers to none and goes the other way. Both have one space of
//! names and a path of their own: a refund's name on the payments' path is not known there.

use axum::Json;
use axum::extract::{Path, Request, State};
use bytes::Bytes;
use domain::{Direction, Door, Minor, Origin, Payment, Span, Task, TaskId, TaskKind, Timestamp, Tip};
use gateway::terminals::{NewSale, NewTask, Queueing, TaskView};
use http::header::CONTENT_TYPE;
use jiff::tz::TimeZone;
use polytill_http::body::{self, BodyLimits};
use serde::Serialize;

use crate::closing::ended;
use crate::error::{Code, Failure, Verdict};
use crate::login::Caller;
use crate::routes::App;
use crate::{read, state};

/// What a created payment is called.
#[derive(Debug, Serialize)]
pub(crate) struct Created {
    #[serde(flatten)]
    verdict: Verdict,
    #[serde(rename = "transId")]
    trans_id: String,
}

/// The members in their order (§4.2).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentStatus {
    code: u16,
    message: &'static str,
    price: String,
    curr: String,
    ref_id: String,
    trans_id: String,
    status: &'static str,
    fee: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_valid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_error_reason: Option<&'static str>,
    reversed: bool,
    amount_refunded: String,
}

/// The members in their order (§4.7).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundStatus {
    code: u16,
    message: &'static str,
    price: String,
    curr: String,
    ref_id: String,
    trans_id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_number: Option<String>,
    reversed: bool,
}

pub(crate) async fn create_payment(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Json<Created>, Failure> {
    create(&app, &caller, Direction::Sale, request).await
}

pub(crate) async fn create_refund(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Json<Created>, Failure> {
    create(&app, &caller, Direction::Refund, request).await
}

/// In the order of §4.1: the body, the terminal, the currency, the price, the terminal's own limits, `refId`, and at
/// last whether the terminal is there and idle.
async fn create(
    app: &App,
    caller: &Caller,
    direction: Direction,
    request: Request,
) -> Result<Json<Created>, Failure> {
    let body = whole(request).await?;
    let request = read::object(&body)?;
    let terminal = caller.terminal(app)?;
    let money = read::money(&request)?;
    if !terminal.takes_currency(money.currency) || !terminal.takes_amount(money) {
        return Err(Failure::new(
            Code::PRICE_NOT_SUPPORTED,
            "price or curr is not supported by this terminal",
        ));
    }
    let reference = read::reference(&request)?;
    let operation = if direction == Direction::Sale { "comgate payment" } else { "comgate refund" };
    let key = caller.key(app, operation, &body);
    let new = NewSale {
        door: Door::Comgate,
        money,
        tip: Tip::None,
        reference,
        extra: String::new(),
        print: terminal.printer,
        queueing: Queueing::AtOnce,
        present: caller.login.payment_timeout_s.map(|seconds| Span::from_secs(seconds.into())),
        origin: Origin::Register,
    };
    let view = app.gateway.terminal_sale(&terminal, direction, new, key.as_ref()).await?;
    let trans_id = app.gateway.payment_name(view.task.id.into());
    Ok(Json(Created { verdict: Verdict::ok(), trans_id }))
}

pub(crate) async fn payment(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<PaymentStatus>, Failure> {
    let Own { name, task, payment } = own(&app, &caller, &name, TaskKind::Sale).await?;
    let state = state::of(&payment);
    Ok(Json(PaymentStatus {
        code: 0,
        message: "OK",
        price: payment.terms.amount.amount.to_string(),
        curr: payment.terms.amount.currency.to_string(),
        ref_id: task.reference.unwrap_or_default(),
        trans_id: name,
        status: state.status,
        fee: fee(&payment, app.gateway.clock().now(), &app.prague),
        card_valid: payment.card.as_ref().map(|card| {
            let expiry = card.expiry;
            format!("{:02}/{:02}", expiry.month, expiry.year % 100)
        }),
        card_number: masked(&payment),
        payment_error_reason: state.reason,
        reversed: state.reversed,
        amount_refunded: payment.refunded.to_string(),
    }))
}

pub(crate) async fn refund(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<RefundStatus>, Failure> {
    let Own { name, task, payment } = own(&app, &caller, &name, TaskKind::Refund).await?;
    let state = state::of(&payment);
    Ok(Json(RefundStatus {
        code: 0,
        message: "OK",
        price: payment.terms.amount.amount.to_string(),
        curr: payment.terms.amount.currency.to_string(),
        ref_id: task.reference.unwrap_or_default(),
        trans_id: name,
        status: state.status,
        card_number: masked(&payment),
        reversed: state.reversed,
    }))
}

pub(crate) async fn cancel_payment(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Verdict>, Failure> {
    cancel(&app, &caller, &name, TaskKind::Sale).await
}

pub(crate) async fn cancel_refund(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Verdict>, Failure> {
    cancel(&app, &caller, &name, TaskKind::Refund).await
}

/// Only what is paid and in the open batch; answered when the reversal is confirmed, or when nobody can wait any
/// longer: then it goes on, and the status tells how it ended (§4.3).
async fn cancel(app: &App, caller: &Caller, name: &str, kind: TaskKind) -> Result<Json<Verdict>, Failure> {
    let payment = own(app, caller, name, kind).await?.payment;
    let terminal = caller.terminal(app)?;
    let new = NewTask {
        door: Door::Comgate,
        kind: TaskKind::Void { payment: payment.id, within: None },
        reference: None,
        extra: String::new(),
        print: terminal.printer,
        queueing: Queueing::AtOnce,
        origin: Origin::Register,
    };
    let key = caller.key(app, &format!("comgate cancel {}", payment.id), b"");
    let view = app.gateway.terminal_task_for_host(&terminal, new, key.as_ref()).await?;
    ended(app.gateway.await_task(view.task.id, app.settings.patience).await?)?;
    Ok(Json(Verdict::ok()))
}

/// What a name of the caller's stands for.
pub(crate) struct Own {
    /// As it is spelt here, however it was asked for.
    pub(crate) name: String,
    pub(crate) task: Task,
    pub(crate) payment: Payment,
}

/// A task of the login's own terminal, and of this kind. Another's is not known.
pub(crate) async fn own(app: &App, caller: &Caller, name: &str, kind: TaskKind) -> Result<Own, Failure> {
    let name = name.strip_suffix(".json").ok_or_else(Failure::unknown_payment)?.to_ascii_uppercase();
    let id: TaskId = app.gateway.named_payment(&name).ok_or_else(Failure::unknown_payment)?.into();
    let terminal = caller.terminal(app).map_err(|_| Failure::unknown_payment())?;
    match app.gateway.terminal_task(id).await? {
        Some(TaskView { task, payment: Some(payment) })
            if task.terminal == terminal.id && task.kind == kind =>
        {
            Ok(Own { name, task, payment })
        }
        _ => Err(Failure::unknown_payment()),
    }
}

/// The fee is known from the day after the capture on, when the processor has reported it (§7).
fn fee(payment: &Payment, now: Timestamp, prague: &TimeZone) -> String {
    let day = |at: Timestamp| {
        let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
        at.to_zoned(prague.clone()).date()
    };
    match payment.captured_at {
        Some(captured_at) if day(now) > day(captured_at) => {
            let standing = !state::of(payment).reversed;
            let fee = if standing { payment.terms.fee.of(payment.captured) } else { Minor::ZERO };
            fee.to_string()
        }
        _ => "unknown".to_owned(),
    }
}

fn masked(payment: &Payment) -> Option<String> {
    payment.card.as_ref().map(|card| format!("************{}", card.last_four))
}

/// The whole body, unless it says that it is a form (§3.3).
pub(crate) async fn whole(request: Request) -> Result<Bytes, Failure> {
    let form = request.headers().get(CONTENT_TYPE).is_some_and(|value| {
        value.as_bytes().to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded")
    });
    if form {
        return Err(Failure::bad("a JSON object is expected: send Content-Type: application/json"));
    }
    body::read(request.into_body(), BodyLimits::default()).await.map_err(|error| match error {
        body::BodyError::TooLarge { .. } => {
            Failure::with(http::StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 64 KiB")
        }
        body::BodyError::Timeout => {
            Failure::with(http::StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time")
        }
        body::BodyError::Broken => Failure::with(http::StatusCode::BAD_REQUEST, "the body ended early"),
    })
}
