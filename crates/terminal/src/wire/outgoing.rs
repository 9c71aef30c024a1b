//! What a device is told. Members without a value are `null`, which means the same as absent.

use domain::{
    AmountLimits, Batch, By, CloseReason, DeclineReason, End, Minor, Mode, MoneyState, Origin, Payment,
    PendingKind, Stage, TaskKind, TaskState, Timestamp, Tip,
};
use gateway::terminals::TaskView;
use serde_json::{Map, Value, json};

use super::receipt as slip;
use super::receipt::{card, verification};
use super::{Code, time};
use crate::session::Place;
use crate::{HEARTBEAT, SILENCE, VERSION};

/// How far the running task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Waiting,
    Card,
    Authorising,
    Authorised,
    Working,
}

impl Phase {
    const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Card => "card",
            Self::Authorising => "authorising",
            Self::Authorised => "authorised",
            Self::Working => "working",
        }
    }
}

pub(crate) fn phase(view: &TaskView) -> Phase {
    let payment = match (&view.payment, view.task.kind.has_payment()) {
        (Some(payment), true) => payment,
        _ if view.task.working => return Phase::Working,
        _ => return Phase::Waiting,
    };
    match (payment.money, payment.pending.map(|pending| pending.kind)) {
        (MoneyState::Open, Some(PendingKind::Authorisation)) => Phase::Authorising,
        (MoneyState::Open, _) if payment.stage == Stage::CardContact => Phase::Card,
        (MoneyState::Open, _) => Phase::Waiting,
        (MoneyState::Authorized, None) => Phase::Authorised,
        _ => Phase::Working,
    }
}

fn kind(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Sale => "sale",
        TaskKind::Refund => "refund",
        TaskKind::Void { .. } => "void",
        TaskKind::CloseBatch => "close_batch",
    }
}

/// A device shows milliseconds as they come, and its own clock is its own affair.
fn ms(length: std::time::Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

pub(crate) fn welcome(place: &Place, session: i64, batch: &Batch, now: Timestamp) -> Value {
    let terminal = &place.terminal;
    let usual = AmountLimits { min_minor: Minor::new(1), max_minor: Minor::MAX };
    let limits: Map<String, Value> = terminal
        .currencies
        .iter()
        .map(|currency| {
            let limits = terminal.limits.get(currency).copied().unwrap_or(usual);
            let told = json!({ "min_minor": limits.min_minor.get(), "max_minor": limits.max_minor.get() });
            (currency.code().to_owned(), told)
        })
        .collect();
    let currencies: Vec<&str> = terminal.currencies.iter().map(domain::Currency::code).collect();
    json!({
        "type": "welcome",
        "session": session.to_string(),
        "version": VERSION,
        "server_time": time(now),
        "terminal": {
            "tid": terminal.tid.as_str(),
            "name": terminal.name,
            "merchant": { "name": place.merchant, "shop": place.shop },
            "mode": match terminal.mode { Mode::Automatic => "automatic", Mode::Assisted => "assisted" },
            "language": terminal.language,
            "currencies": currencies,
            "limits": limits,
            "refund_enabled": terminal.refund_enabled,
            "tips": terminal.tips,
            "printer": terminal.printer,
            "test": place.test,
        },
        "batch": { "number": batch.number, "opened_at": time(batch.opened_at) },
        "heartbeat": { "every_ms": ms(HEARTBEAT), "silence_ms": ms(SILENCE) },
    })
}

pub(crate) fn refused(code: &str, message: &str, retry_after_ms: Option<u64>) -> Value {
    json!({ "type": "refused", "code": code, "message": message, "retry_after_ms": retry_after_ms })
}

pub(crate) fn pong(now: Timestamp) -> Value {
    json!({ "type": "pong", "server_time": time(now) })
}

pub(crate) fn replaced(model: &str) -> Value {
    json!({ "type": "replaced", "by": { "model": model } })
}

/// What an error is about.
pub(crate) fn error(code: Code, message: &str, about: Option<(&str, Value)>) -> Value {
    let mut told = json!({ "type": "error", "code": code.name(), "message": message });
    if let (Some((member, value)), Some(members)) = (about, told.as_object_mut()) {
        members.insert(member.to_owned(), value);
    }
    told
}

pub(crate) fn task(view: &TaskView) -> Value {
    let (task, phase) = (&view.task, phase(view));
    let payment = view.payment.as_ref();
    let money = payment.map(|payment| payment.terms.amount);
    let own = payment.filter(|_| task.kind.has_payment());
    let tip = match own.and_then(|payment| payment.terms.terminal).map(|terms| terms.tip) {
        Some(Tip::Ask) => json!("ask"),
        Some(Tip::Fixed(tip)) => json!(tip.get()),
        Some(Tip::None) | None => json!("none"),
    };
    let cards = own.map_or(0, |payment| payment.attempts);
    let untouched = phase == Phase::Waiting && cards == 0;
    json!({
        "type": "task",
        "task": task.id.get(),
        "attempt": task.attempt,
        "kind": kind(task.kind),
        "phase": phase.name(),
        "amount_minor": money.map(|money| money.amount.get()),
        "currency": money.map(|money| money.currency.code().to_owned()),
        "tip": tip,
        "reference": task.reference,
        "original": payment.filter(|_| !task.kind.has_payment()).map(original),
        "origin": match task.origin { Origin::Register => "register", Origin::Device => "device" },
        "request": task.request,
        "presentations": cards,
        "releasable": untouched && task.is_releasable(),
        "print": task.print,
        "expires_at": time(task.expires_at),
        "authorised": (phase == Phase::Authorised).then(|| authorised(view, None)).flatten(),
    })
}

fn original(payment: &Payment) -> Value {
    let kind = if payment.is_payout_to_the_payer() { "refund" } else { "sale" };
    json!({ "task": payment.id.get(), "kind": kind, "amount_minor": payment.captured.get(),
        "currency": payment.terms.amount.currency.code(), "card": card(payment) })
}

pub(crate) fn queue(tasks: &[TaskView], more: bool) -> Value {
    let tasks: Vec<Value> = tasks
        .iter()
        .map(|view| {
            let money = view.payment.as_ref().map(|payment| payment.terms.amount);
            json!({
                "task": view.task.id.get(),
                "attempt": view.task.attempt.saturating_add(1),
                "kind": kind(view.task.kind),
                "amount_minor": money.map(|money| money.amount.get()),
                "currency": money.map(|money| money.currency.code().to_owned()),
                "reference": view.task.reference,
                "created_at": time(view.task.created_at),
                "expires_at": time(view.task.expires_at),
            })
        })
        .collect();
    json!({ "type": "queue", "tasks": tasks, "more": more })
}

/// What is known of the last card that was presented; nothing before the first, and nothing when the task ended in
/// another way.
pub(crate) fn authorised(view: &TaskView, pin_tries_left: Option<u8>) -> Option<Value> {
    let payment = view.payment.as_ref().filter(|payment| payment.attempts > 0)?;
    let pending = payment.pending.map(|pending| pending.kind);
    let (outcome, reason, retry_by) = match (payment.money, pending, payment.last_decline) {
        (MoneyState::Open, Some(PendingKind::Authorisation), _) => ("unknown", None, None),
        (MoneyState::Authorized | MoneyState::Captured, ..) => ("approved", None, None),
        (MoneyState::Open, _, Some(reason)) => ("declined", Some(reason), Some(retry(reason))),
        (MoneyState::Open, _, None) => {
            ("declined", Some(DeclineReason::TechnicalProblem), Some("other_card"))
        }
        (MoneyState::Closed(CloseReason::Declined(reason)), ..) => ("declined", Some(reason), Some("none")),
        (MoneyState::Closed(_), ..) => return None,
    };
    let at = payment.terminal.unwrap_or_default();
    let approval = at.approval.filter(|_| outcome == "approved");
    let held = (outcome == "approved").then_some(payment.authorized);
    Some(json!({
        "type": "authorised",
        "task": view.task.id.get(),
        "attempt": view.task.attempt,
        "presentation": payment.attempts,
        "outcome": outcome,
        "reason": reason.map(DeclineReason::name),
        "retry": retry_by,
        "pin_tries_left": pin_tries_left.filter(|_| outcome == "declined"),
        "approval_code": approval.and_then(|approval| approval.code).map(String::from),
        "verification": held.map(|_| verification(approval.map(|it| it.verification).unwrap_or_default())),
        "amount_minor": held.map(Minor::get),
        "tip_minor": held.map(|_| at.tip.get()),
        "card": card(payment),
        "presentations": payment.attempts,
    }))
}

const fn retry(reason: DeclineReason) -> &'static str {
    match reason {
        DeclineReason::WrongPin | DeclineReason::PinRequired => "pin",
        DeclineReason::ChipRequired => "insert",
        _ => "none",
    }
}

/// State and reason of an end.
const fn ended(end: End) -> (&'static str, Option<&'static str>) {
    match end {
        End::Approved => ("approved", None),
        End::Declined(reason) => ("declined", Some(reason.name())),
        End::Cancelled(By::Customer) => ("cancelled", Some("cancelled_by_customer")),
        End::Cancelled(By::Operator) => ("cancelled", Some("cancelled_by_operator")),
        End::Cancelled(By::Register) => ("cancelled", Some("cancelled_by_register")),
        End::TimedOut => ("expired", Some("timed_out")),
        End::DeviceLost => ("expired", Some("device_lost")),
        End::DeviceFault => ("failed", Some("device_fault")),
        End::NotVoidable => ("failed", Some("not_voidable")),
        End::Technical => ("failed", Some("technical_problem")),
    }
}

/// The last word about a task that is over, or back in the queue; nothing about one that runs.
pub(crate) fn done(view: &TaskView, place: &Place, batch: Option<&Batch>) -> Option<Value> {
    let (state, reason) = match view.task.state {
        TaskState::Done(end) => ended(end),
        TaskState::Queued => ("queued", None),
        TaskState::Running => return None,
    };
    Some(json!({
        "type": "done",
        "task": view.task.id.get(),
        "attempt": view.task.attempt,
        "kind": kind(view.task.kind),
        "state": state,
        "reason": reason,
        "receipt": slip::receipt(view, place, false),
        "batch": batch.map(summary),
    }))
}

pub(crate) fn totals(request: &str, batch: &Batch) -> Value {
    json!({ "type": "totals", "request": request, "batch": summary(batch) })
}

pub(crate) fn receipt(request: &str, view: &TaskView, place: &Place) -> Option<Value> {
    let receipt = slip::receipt(view, place, true)?;
    Some(json!({ "type": "receipt", "request": request, "receipt": receipt }))
}

fn summary(batch: &Batch) -> Value {
    let rows: Vec<Value> = batch
        .rows
        .iter()
        .map(|row| {
            json!({ "currency": row.currency.code(), "kind": row.kind.name(), "brand": row.brand,
                "count": row.count, "amount_minor": row.amount.get(), "tip_minor": row.tip.get() })
        })
        .collect();
    json!({ "number": batch.number, "opened_at": time(batch.opened_at),
        "closed_at": batch.closed_at.map(time), "rows": rows })
}
