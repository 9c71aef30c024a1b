//! Batches: the open one, closed ones by name, all of them (gptom.md §5.5).

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::error::{ApiError, Refused};
use crate::routes::App;
use crate::{names, view};

const MOST: u32 = 200;

pub(crate) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, Refused> {
    let terminal = caller.terminal(&app, None)?;
    let found = if name.eq_ignore_ascii_case(names::OPEN) {
        Some(app.gateway.open_batch(terminal.id).await?)
    } else {
        match names::batch_named(&terminal.tid, &name) {
            Some(number) => app.gateway.terminal_batch(terminal.id, number).await?,
            None => None,
        }
    };
    let found = found.ok_or_else(ApiError::not_found)?;
    Ok(Json(view::batch(&app, &terminal, &found)))
}

/// The newest first; the first of them is open.
pub(crate) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Refused> {
    let terminal = caller.terminal(&app, None)?;
    let found = app.gateway.terminal_batches(terminal.id, None, MOST).await?;
    let batches: Vec<Value> = found.iter().map(|batch| view::batch(&app, &terminal, batch)).collect();
    Ok(Json(json!({"batches": batches})))
}
