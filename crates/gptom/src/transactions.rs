//! Transactions by name and by filter (gptom.md §5.5). Whatever the terminal has done is told, whoever's door it came
//! through: the batches hold it too.

use axum::Json;
use axum::extract::{Path, State};
use domain::{Task, TaskKind};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::error::{ApiError, Refused};
use crate::filter::{Faults, Filter, Page};
use crate::routes::App;
use crate::{names, view};

pub(crate) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, Refused> {
    let asked = caller.terminal_read(&app)?;
    let id = names::transaction_named(&app.gateway, &name).ok_or_else(ApiError::not_found)?;
    let found = app.gateway.terminal_task(id).await?;
    let found =
        found.filter(|view| view.task.kind != TaskKind::CloseBatch).ok_or_else(ApiError::not_found)?;
    let terminal = app.gateway.directory().terminal(found.task.terminal).cloned();
    let terminal = terminal.filter(|terminal| caller.may_read(asked.as_deref(), terminal));
    let terminal = terminal.ok_or_else(ApiError::not_found)?;
    // Under the back-end's name there is only what was booked, at the terminal of the name.
    let booked = names::booked(&terminal, &found.task);
    if name.starts_with("AMS-") && booked.as_deref() != Some(name.as_str()) {
        return Err(ApiError::not_found().into());
    }
    Ok(Json(view::transaction(&app, &terminal, &found)))
}

pub(crate) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Refused> {
    let terminal = caller.terminal(&app, None)?;
    let mut faults = Faults::default();
    let filter = Filter::read(&caller, &mut faults);
    let batch = caller.parameter("batchNumber").map(|number| names::batch_named(&terminal.tid, number));
    let batch =
        faults.of("batchNumber", batch.map(|number| number.ok_or("A number is expected.")).transpose());
    let batch = batch.flatten();
    faults.refuse()?;
    let begun = |task: &Task| task.attempt > 0 || task.is_done();
    let wanted = |task: &Task| {
        task.kind != TaskKind::CloseBatch
            && begun(task)
            && batch.is_none_or(|number| task.batch == Some(number))
    };
    let Page { found, total } = filter.tasks(&app, &terminal, wanted).await?;
    let mut transactions = Vec::with_capacity(found.len());
    for task in found {
        let found = app.gateway.terminal_task(task.id).await?;
        transactions.extend(found.map(|found| view::transaction(&app, &terminal, &found)));
    }
    Ok(Json(json!({"transactions": transactions, "total": total})))
}
