//! Cards that are kept, looked at by a tester: where a recurrence stands, what is in the vault and under which key. Of
//! the cards themselves nothing is told.

use axum::Json;
use axum::extract::{Path, State};
use domain::StopReason;
use serde_json::{Value, json};

use crate::House;
use crate::answer::{Answer, Problem};
use crate::input::Members;
use crate::payments::find;
use crate::view;

const REASONS: [(StopReason, &str); 4] = [
    (StopReason::Voided, "voided"),
    (StopReason::Ended, "ended"),
    (StopReason::Refused, "refused"),
    (StopReason::NoCard, "no_card"),
];

/// `GET payments/{id}/recurrence`: the recurrence that a payment has started, with its charges, newest first.
pub(crate) async fn recurrence(State(gateway): State<House>, Path(id): Path<String>) -> Answer {
    let payment = find(&gateway, &id).await?;
    let recurrence = gateway.recurrence(payment.id).await?.ok_or(Problem::NoSuchPath)?;
    let mut charges = Vec::new();
    for charge in gateway.later_charges(payment.id).await? {
        let Some(after) = gateway.payment(charge.payment).await? else { continue };
        charges.push(json!({ "period": charge.period, "payment": view::payment(&after) }));
    }
    let stopped = recurrence.stopped.map(|stop| {
        let why = REASONS.iter().find(|(reason, _)| *reason == stop.why).map_or("", |(_, name)| *name);
        json!({ "why": why, "at": view::time(stop.at) })
    });
    let running: Vec<i64> = recurrence.running.iter().map(|payment| payment.get()).collect();
    Ok(Json(json!({
        "cycle": recurrence.terms.cycle,
        "every": recurrence.terms.every,
        "until": recurrence.terms.until.to_string(),
        "started_at": view::time(recurrence.started_at),
        "stopped": stopped,
        "period": recurrence.period,
        "refused": recurrence.refused,
        "lost": recurrence.lost,
        "running": running,
        "next_at": recurrence.next_at.map_or(Value::Null, view::time),
        "charges": charges,
    })))
}

/// `GET vault`: for whom a card is kept, and under which key. No more than a thousand are listed.
pub(crate) async fn vault(State(gateway): State<House>) -> Answer {
    let entries = gateway.vault_entries().await?;
    let entries: Vec<Value> = entries
        .into_iter()
        .map(|(entry, key)| match entry {
            payment if payment > 0 => json!({ "payment": payment, "key": key }),
            card => json!({ "card": card.saturating_neg(), "key": key }),
        })
        .collect();
    Ok(Json(json!({ "entries": entries })))
}

/// `POST vault/rotate`: what `polytill vault rotate` does, without stopping the server.
pub(crate) async fn rotate(State(gateway): State<House>, members: Members) -> Answer {
    members.finish(&[])?;
    let done = gateway.rotate_vault().await?;
    Ok(Json(json!({
        "key": done.key,
        "resumed": done.resumed,
        "sealed_anew": done.sealed_anew,
        "unreadable": done.unreadable,
        "keys_removed": done.keys_removed,
    })))
}
