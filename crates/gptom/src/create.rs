//! New tasks: a sale, a refund, a cancellation, a closing (gptom.md §5.1–5.3).
//!
//! What is wrong with the request is refused; what is wrong with the transaction to be cancelled makes a task that is over,
//! because in the original the terminal decides and not the call.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use domain::{
    ClientId, Currency, Direction, Door, End, Minor, Money, PaymentId, Span, TaskId, TaskKind, TaskState,
    Terminal, Tip,
};
use gateway::RequestKey;
use gateway::terminals::{NewSale, NewTask, Queueing, TaskView, TerminalError, Unvoidable};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use polytill_http::body::{self, BodyLimits};
use serde_json::{Map, Value};

use crate::caller::Caller;
use crate::codes::ErrorCode;
use crate::error::{ApiError, Refused};
use crate::names;
use crate::profile::Profile;
use crate::record::{Reason, Record};
use crate::request::{Operation, Origin, Reader, Transaction};
use crate::routes::App;
use crate::view;

/// Below the numbers of clients and logins of other doors: the terminals of this one.
const KEYS_OF_TERMINALS: i64 = i64::MIN / 2;
/// How far back the last transaction is looked for.
const LOOKED_BACK: u32 = 200;

pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(kind): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let is_transaction = kind.eq_ignore_ascii_case("TRANSACTION");
    if !is_transaction && !kind.eq_ignore_ascii_case("BATCH") {
        return Err(ApiError::not_found().into());
    }
    let body = object(&caller, request, !is_transaction).await?;
    let terminal = caller.terminal(&app, Some(&body))?;
    let reader = Reader::new(&app.profile, &body);
    let made = if is_transaction {
        let wanted = reader.transaction().map_err(ApiError::wrong)?;
        transaction(&app, &caller, &terminal, wanted).await?
    } else {
        closing(&app, &caller, &terminal, reader).await?
    };
    Ok(created(&app, &terminal, made).await?)
}

async fn created(app: &App, terminal: &Arc<Terminal>, made: TaskView) -> Result<Response, ApiError> {
    let location = format!("/v1/tasks/{}", names::task(&app.gateway, made.task.id));
    let status = StatusCode::from_u16(app.profile.create_status).unwrap_or(StatusCode::OK);
    let mut response = (status, Json(view::task(app, terminal, &made).await?)).into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// The body, which is a JSON object; for a closing it may be nothing.
async fn object(
    caller: &Caller,
    request: Request,
    may_be_empty: bool,
) -> Result<Map<String, Value>, ApiError> {
    if !caller.is_json() {
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, None, "The body must be JSON."));
    }
    let bytes =
        body::read(request.into_body(), BodyLimits::default()).await.map_err(|error| match error {
            body::BodyError::TooLarge { .. } => {
                ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, None, "The body is larger than 64 KiB.")
            }
            body::BodyError::Timeout => {
                ApiError::new(StatusCode::REQUEST_TIMEOUT, None, "The body did not arrive in time.")
            }
            body::BodyError::Broken => ApiError::new(StatusCode::BAD_REQUEST, None, "The body ended early."),
        })?;
    match body::content(&bytes) {
        body::Content::Empty if may_be_empty => Ok(Map::new()),
        body::Content::Json(json) => match serde_json::from_slice(json) {
            Ok(Value::Object(members)) => Ok(members),
            _ => Err(ApiError::wrong_field("body", "A JSON object is expected.")),
        },
        _ => Err(ApiError::wrong_field("body", "A JSON object is expected.")),
    }
}

async fn transaction(
    app: &App,
    caller: &Caller,
    terminal: &Arc<Terminal>,
    wanted: Transaction,
) -> Result<TaskView, ApiError> {
    company(app, caller, wanted.client.as_deref())?;
    if wanted.method != "CARD" {
        let code = ErrorCode::TRANSACTION_NOT_ALLOWED;
        return Err(ApiError::new(StatusCode::BAD_REQUEST, Some(code), "The terminal takes cards only."));
    }
    let record = Record::of(&wanted);
    let asked = format!("{} {:?} {}", wanted.operation.word(), wanted.reference, record.text());
    let key = key(app, caller, terminal, wanted.request_id.as_deref(), "transaction", &asked)?;
    match wanted.operation {
        Operation::Sale => sale(app, terminal, Direction::Sale, &wanted, &record, key.as_ref()).await,
        Operation::Refund => sale(app, terminal, Direction::Refund, &wanted, &record, key.as_ref()).await,
        Operation::Void => void(app, caller, terminal, &wanted, record, key.as_ref()).await,
    }
}

/// The company's own name, where both sides have one.
fn company(app: &App, caller: &Caller, named: Option<&str>) -> Result<(), ApiError> {
    let directory = app.gateway.directory();
    let known = directory.merchant(caller.merchant()).and_then(|merchant| merchant.client_id.as_deref());
    match (named, known) {
        (Some(named), Some(known)) if named != known => {
            Err(ApiError::coded(StatusCode::FORBIDDEN, ErrorCode::INVALID_CLIENT))
        }
        _ => Ok(()),
    }
}

fn key(
    app: &App,
    caller: &Caller,
    terminal: &Terminal,
    in_body: Option<&str>,
    operation: &str,
    asked: &str,
) -> Result<Option<RequestKey>, ApiError> {
    let in_header = caller.request_key()?;
    let client = ClientId::new(KEYS_OF_TERMINALS.saturating_add(terminal.id.get()));
    let operation = format!("gptom {operation}");
    let key = in_header.as_deref().or(in_body);
    Ok(key.map(|key| app.gateway.request_key(client, key, &operation, asked.as_bytes())))
}

async fn sale(
    app: &App,
    terminal: &Arc<Terminal>,
    direction: Direction,
    wanted: &Transaction,
    record: &Record,
    key: Option<&RequestKey>,
) -> Result<TaskView, ApiError> {
    let own = terminal.currencies.first().copied();
    let currency = wanted.currency.as_ref().map(|currency| currency.currency).or(own);
    let currency = currency.ok_or_else(ApiError::internal)?;
    let tip = match wanted.tip {
        tip if tip.is_positive() => Tip::Fixed(tip),
        _ if wanted.tip_collect => Tip::Ask,
        _ => Tip::None,
    };
    let new = NewSale {
        door: Door::GpTom,
        money: Money { amount: wanted.amount.unwrap_or(Minor::ZERO), currency },
        tip,
        reference: wanted.reference.clone(),
        extra: record.text(),
        print: wanted.receipt.by_device,
        queueing: queueing(&app.profile, wanted.timeout_s),
        present: Some(Span::from_secs(app.profile.in_progress_timeout_s.into())),
        origin: domain::Origin::Register,
    };
    Ok(app.gateway.terminal_sale(terminal, direction, new, key).await?)
}

/// A task waits for its turn as long as the request says, or the profile.
fn queueing(profile: &Profile, timeout_s: Option<u32>) -> Queueing {
    Queueing::Queue { ttl: Some(Span::from_secs(timeout_s.unwrap_or(profile.task_ttl_s).into())) }
}

async fn void(
    app: &App,
    caller: &Caller,
    terminal: &Arc<Terminal>,
    wanted: &Transaction,
    mut record: Record,
    key: Option<&RequestKey>,
) -> Result<TaskView, ApiError> {
    if let Some(before) = app.gateway.asked_before(key).await? {
        return Ok(before);
    }
    let found = original(app, caller, terminal, wanted).await?;
    let payment = match &found {
        Ok(original) => {
            same_money(wanted, original)?;
            PaymentId::from(original.task.id)
        }
        Err(_) => PaymentId::new(0),
    };
    let within = Span::from_days(app.profile.void_window_days.into());
    let mut new = NewTask {
        door: Door::GpTom,
        kind: TaskKind::Void { payment, within: Some(within) },
        reference: wanted.reference.clone(),
        extra: record.text(),
        print: wanted.receipt.by_device,
        queueing: queueing(&app.profile, wanted.timeout_s),
        origin: domain::Origin::Register,
    };
    let reason = match found {
        Err(reason) => reason,
        Ok(_) => match app.gateway.terminal_task_for_host(terminal, new.clone(), key).await {
            Err(TerminalError::NotVoidable(why)) => reason(why),
            other => return Ok(other?),
        },
    };
    if app.profile.void_check_http_errors {
        let status = if reason == Reason::Unknown { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
        return Err(ApiError::coded(status, reason.told().0));
    }
    record.refused = Some(reason);
    new.extra = record.text();
    Ok(app.gateway.terminal_task_refused(terminal, new, key).await?)
}

/// The transaction that is to be cancelled, or why there is none. One of another company is not known.
async fn original(
    app: &App,
    caller: &Caller,
    terminal: &Terminal,
    wanted: &Transaction,
) -> Result<Result<TaskView, Reason>, ApiError> {
    let id = match &wanted.origin {
        Some(Origin::Named(name)) => names::transaction_named(&app.gateway, name),
        Some(Origin::Last) => last(app, terminal).await?,
        None => None,
    };
    let Some(id) = id else { return Ok(Err(Reason::Unknown)) };
    let Some(found) = app.gateway.terminal_task(id).await? else { return Ok(Err(Reason::Unknown)) };
    if found.task.terminal != terminal.id {
        let directory = app.gateway.directory();
        let of = directory.terminal(found.task.terminal);
        let ours = of.is_some_and(|of| of.merchant == caller.merchant());
        return Ok(Err(if ours { Reason::OtherTerminal } else { Reason::Unknown }));
    }
    Ok(match found.task.kind {
        TaskKind::Sale | TaskKind::Refund => Ok(found),
        TaskKind::Void { .. } | TaskKind::CloseBatch => Err(Reason::NotApproved),
    })
}

/// The last sale or refund that was approved.
async fn last(app: &App, terminal: &Terminal) -> Result<Option<TaskId>, ApiError> {
    let tasks = app.gateway.terminal_tasks(terminal.id, None, LOOKED_BACK).await?;
    let approved =
        tasks.iter().filter(|task| task.kind.has_payment() && task.state == TaskState::Done(End::Approved));
    Ok(approved.max_by_key(|task| (task.ended_at, task.id.get())).map(|task| task.id))
}

/// An amount or a currency that is given must be the original's (§5.1).
fn same_money(wanted: &Transaction, original: &TaskView) -> Result<(), ApiError> {
    let Some(payment) = &original.payment else { return Ok(()) };
    let amount = payment.terms.amount.amount;
    let total = amount.plus(payment.terminal.map(|at| at.tip).unwrap_or_default());
    if wanted.amount.is_some_and(|given| given != amount && given != total) {
        return Err(ApiError::wrong_field("amount", "Only the whole transaction can be cancelled."));
    }
    let same = |currency: Currency| currency == payment.terms.amount.currency;
    if wanted.currency.as_ref().is_some_and(|given| !same(given.currency)) {
        return Err(ApiError::wrong_field("currencyCode", "The transaction has another currency."));
    }
    Ok(())
}

pub(crate) const fn reason(why: Unvoidable) -> Reason {
    match why {
        Unvoidable::NotFound => Reason::Unknown,
        Unvoidable::OtherTerminal => Reason::OtherTerminal,
        Unvoidable::NotPaid | Unvoidable::Refunded => Reason::NotApproved,
        Unvoidable::AlreadyVoided => Reason::AlreadyCancelled,
        Unvoidable::TooLate => Reason::TooOld,
        Unvoidable::UnderWay => Reason::UnderWay,
    }
}

async fn closing(
    app: &App,
    caller: &Caller,
    terminal: &Arc<Terminal>,
    reader: Reader<'_>,
) -> Result<TaskView, ApiError> {
    let wanted = reader.closing().map_err(ApiError::wrong)?;
    company(app, caller, wanted.client.as_deref())?;
    let record = Record {
        receipt: wanted.receipt.preferred.map(str::to_owned),
        client: wanted.client,
        ..Record::default()
    };
    let key = key(app, caller, terminal, wanted.request_id.as_deref(), "batch", &record.text())?;
    let new = NewTask {
        door: Door::GpTom,
        kind: TaskKind::CloseBatch,
        reference: None,
        extra: record.text(),
        print: wanted.receipt.by_device,
        queueing: queueing(&app.profile, wanted.timeout_s),
        origin: domain::Origin::Register,
    };
    Ok(app.gateway.terminal_task_for_host(terminal, new, key.as_ref()).await?)
}
