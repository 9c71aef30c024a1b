//! The outbox: what was sent to the merchant about a payment, and once more on request.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use domain::NotificationId;
use polytill_http::form;
use serde_json::json;

use crate::House;
use crate::answer::{Answer, Problem};
use crate::input::Members;
use crate::{payments, view};

/// `GET notifications?payment={id}`: oldest first, each with everything that was tried.
pub(crate) async fn list(State(gateway): State<House>, RawQuery(query): RawQuery) -> Answer {
    let sandbox = gateway.sandbox().ok_or(Problem::NoSuchPath)?;
    let pairs = form::parse(query.unwrap_or_default().as_bytes())
        .map_err(|_| Problem::input("payment", "is one field among too many"))?;
    let id = form::last(&pairs, "payment").ok_or_else(|| Problem::input("payment", "is missing"))?;
    let payment = payments::find(&gateway, id).await?;
    let dispatches = sandbox.dispatches(payment.id).await?;
    let list: Vec<_> = dispatches.iter().map(view::dispatch).collect();
    Ok(Json(json!({ "notifications": list })))
}

/// `POST notifications/{n}/resend`: queued anew when this returns.
pub(crate) async fn resend(State(gateway): State<House>, Path(id): Path<String>, members: Members) -> Answer {
    members.finish(&[])?;
    let sandbox = gateway.sandbox().ok_or(Problem::NoSuchPath)?;
    let id: NotificationId = id.parse().map_err(|_| Problem::NoSuchNotification)?;
    match sandbox.resend(id).await {
        Ok(()) => Ok(Json(json!({ "queued": true }))),
        Err(gateway::Error::NotFound) => Err(Problem::NoSuchNotification),
        Err(other) => Err(other.into()),
    }
}
