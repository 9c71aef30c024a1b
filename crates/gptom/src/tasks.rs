//! Tasks read, listed and taken back (gptom.md §5.5). A task of another terminal is not known here.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::{CloseReason, Door, End, Task, TaskKind, Terminal};
use gateway::terminals::{TaskView, TerminalError};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::error::{ApiError, Refused};
use crate::filter::{Faults, Filter, Page};
use crate::profile::TaskWord;
use crate::record::Record;
use crate::routes::App;
use crate::{names, view};

pub(crate) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, Refused> {
    let (terminal, found) = find(&app, &caller, &name).await?;
    Ok(Json(view::task(&app, &terminal, &found).await?))
}

/// `{taskId}/detail`, `{taskId}/state`, `{taskId}/transaction` and `{type}/{taskId}`.
pub(crate) async fn read_more(
    State(app): State<App>,
    caller: Caller,
    Path((one, two)): Path<(String, String)>,
) -> Result<Json<Value>, Refused> {
    let is_kind = ["TRANSACTION", "BATCH"].iter().any(|kind| kind.eq_ignore_ascii_case(&one));
    let name = if is_kind { &two } else { &one };
    let (terminal, found) = find(&app, &caller, name).await?;
    match two.as_str() {
        _ if is_kind => {
            let is_batch = found.task.kind == TaskKind::CloseBatch;
            if one.eq_ignore_ascii_case("BATCH") != is_batch {
                return Err(ApiError::not_found().into());
            }
            Ok(Json(view::task(&app, &terminal, &found).await?))
        }
        "detail" | "state" => Ok(Json(view::task(&app, &terminal, &found).await?)),
        "transaction" if found.task.kind != TaskKind::CloseBatch => {
            Ok(Json(view::transaction(&app, &terminal, &found)))
        }
        _ => Err(ApiError::not_found().into()),
    }
}

/// A task of the terminal the call is about. Tasks that other doors have made are not told here.
async fn find(app: &App, caller: &Caller, name: &str) -> Result<(Arc<Terminal>, TaskView), ApiError> {
    let asked = caller.terminal_read(app)?;
    let id = names::task_named(&app.gateway, name).ok_or_else(ApiError::not_found)?;
    let found = app.gateway.terminal_task_polled(id).await?;
    let found = found.filter(|view| view.task.door == Door::GpTom).ok_or_else(ApiError::not_found)?;
    let terminal = app.gateway.directory().terminal(found.task.terminal).cloned();
    let terminal = terminal.ok_or_else(ApiError::not_found)?;
    if caller.may_read(asked.as_deref(), &terminal) {
        Ok((terminal, found))
    } else {
        Err(ApiError::not_found())
    }
}

pub(crate) async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Response, Refused> {
    cancelled(&app, &caller, &name).await
}

/// `POST {taskId}/cancel`.
pub(crate) async fn act(
    State(app): State<App>,
    caller: Caller,
    Path((name, what)): Path<(String, String)>,
) -> Result<Response, Refused> {
    if what != "cancel" {
        return Err(ApiError::not_found().into());
    }
    cancelled(&app, &caller, &name).await
}

/// Takes back a task that has not begun. One that was cancelled stays so.
async fn cancelled(app: &App, caller: &Caller, name: &str) -> Result<Response, Refused> {
    // A change names its terminal, whatever the profile lets reads do without.
    caller.terminal(app, None)?;
    let (terminal, found) = find(app, caller, name).await?;
    let reason = CloseReason::CancelledByMerchant;
    match app.gateway.cancel_queued(&terminal, found.task.id, reason).await {
        Ok(_) | Err(TerminalError::WrongPhase | TerminalError::StaleAttempt | TerminalError::Busy) => {}
        Err(other) => return Err(other.into()),
    }
    let (terminal, now) = find(app, caller, name).await?;
    let task = view::task(app, &terminal, &now).await?;
    if matches!(now.task.end(), Some(End::Cancelled(_))) {
        return Ok(Json(task).into_response());
    }
    Err(ApiError::conflict("The task has begun or is over.", Some(task)).into())
}

pub(crate) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Refused> {
    let terminal = caller.terminal(&app, None)?;
    let mut faults = Faults::default();
    let filter = Filter::read(&caller, &mut faults);
    let state = caller.parameter("state").or(caller.parameter("status"));
    let state = state.map(|word| app.profile.state(word).ok_or("The state is not known.")).transpose();
    let state = faults.of("state", state).flatten();
    let batches = match caller.parameter("type") {
        None => Ok(None),
        Some(kind) if kind.eq_ignore_ascii_case("BATCH") => Ok(Some(true)),
        Some(kind) if kind.eq_ignore_ascii_case("TRANSACTION") => Ok(Some(false)),
        Some(_) => Err("TRANSACTION or BATCH is expected."),
    };
    let batches = faults.of("type", batches).flatten();
    faults.refuse()?;
    let wanted = |task: &Task| {
        let kind = batches.is_none_or(|batches| batches == (task.kind == TaskKind::CloseBatch));
        let in_state = state.is_none_or(|state| word(&app, task) == state);
        task.door == Door::GpTom && kind && in_state
    };
    let Page { found, total } = filter.tasks(&app, &terminal, wanted).await?;
    let mut tasks = Vec::with_capacity(found.len());
    for task in found {
        if let Some(found) = app.gateway.terminal_task_polled(task.id).await? {
            tasks.push(view::task(&app, &terminal, &found).await?);
        }
    }
    Ok(Json(json!({"tasks": tasks, "total": total})))
}

/// The state of a task needs nothing but the task.
fn word(app: &App, task: &Task) -> TaskWord {
    let alone = TaskView { task: task.clone(), payment: None };
    view::standing(&app.profile, &alone, &Record::default()).word
}
