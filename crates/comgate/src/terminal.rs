//! Whether the terminal is there (comgate.md §4.4, §9). Never an error: what cannot be known is `UNKNOWN`.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use gateway::terminals::Link;
use serde::Serialize;

use crate::login::Caller;
use crate::routes::App;

/// A register asks before every sale: it is not kept waiting.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, Serialize)]
pub(crate) struct Status {
    status: &'static str,
}

pub(crate) async fn status(State(app): State<App>, caller: Caller) -> Json<Status> {
    let asked = async {
        let terminal = app.gateway.terminal_of(&caller.login)?;
        app.gateway.terminal_link(terminal.id).await.ok()
    };
    let link = tokio::time::timeout(PATIENCE, asked).await.ok().flatten();
    let status = match link {
        Some(Link::Online) => "ONLINE",
        Some(Link::HostDown) => "OFFLINE",
        Some(Link::Absent) | None => "UNKNOWN",
    };
    Json(Status { status })
}
