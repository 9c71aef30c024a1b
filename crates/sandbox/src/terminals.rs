//! Terminals: what a register would ask for, what the simulated device is told to do, and how everything stands.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use domain::{
    Batch, By, CardData, CardEntry, CloseReason, DeclineReason, Direction, End, Expiry, Minor, Money, Origin,
    Pan, PaymentId, Pin, Task, TaskId, TaskKind, TaskState, Terminal, Tid, Tip, Transaction,
};
use gateway::terminals::{
    CardRead, Link, NewSale, NewTask, NextOutcome, Press, Pressed, Queueing, Scripted, TaskView,
};
use gateway::{DEFAULT_CARD, Gateway, RIGHT_PIN};
use serde_json::{Value, json};

use crate::House;
use crate::answer::{Answer, Problem};
use crate::input::Members;
use crate::view;

const WRONG_PIN: &str = "9999";
/// The last year a card can bear.
const LAST_YEAR: u16 = 2_099;
const LISTED: u32 = 200;

const ENTRIES: [(&str, CardEntry); 4] = [
    ("contactless", CardEntry::Contactless),
    ("chip", CardEntry::Chip),
    ("swipe", CardEntry::Swipe),
    ("manual", CardEntry::Manual),
];

#[derive(Clone, Copy)]
enum Wanted {
    Sale,
    Refund,
    Void,
    CloseBatch,
}

const KINDS: [(&str, Wanted); 4] = [
    ("sale", Wanted::Sale),
    ("refund", Wanted::Refund),
    ("void", Wanted::Void),
    ("close_batch", Wanted::CloseBatch),
];

/// `GET terminals`.
pub(crate) async fn list(State(gateway): State<House>) -> Answer {
    let directory = gateway.directory();
    let mut terminals: Vec<&Arc<Terminal>> = directory.terminals().collect();
    terminals.sort_by_key(|terminal| terminal.id);
    let mut shown = Vec::new();
    for terminal in terminals.into_iter().take(usize::try_from(LISTED).unwrap_or_default()) {
        shown.push(outline(&gateway, terminal).await?);
    }
    Ok(Json(json!({ "terminals": shown })))
}

/// `GET terminals/{tid}`: who is there, what runs, what waits, what the open batch holds.
pub(crate) async fn show(State(gateway): State<House>, Path(tid): Path<String>) -> Answer {
    let terminal = find(&gateway, &tid)?;
    let mut shown = outline(&gateway, &terminal).await?;
    // The queue first: a task that begins in between is then seen where it has gone, and not nowhere.
    let (mut queue, more) = gateway.queue(terminal.id).await?;
    let running = match gateway.running_task(terminal.id).await? {
        Some(task) => gateway.terminal_task(task.id).await?,
        None => None,
    };
    queue.retain(|view| running.as_ref().is_none_or(|running| running.task.id != view.task.id));
    let queue: Vec<Value> = queue.iter().map(told).collect();
    let running = running.map(|view| told(&view));
    if let Some(members) = shown.as_object_mut() {
        members.insert("running".to_owned(), running.into());
        members.insert("queue".to_owned(), queue.into());
        members.insert("more_queued".to_owned(), more.into());
        members.insert("batch".to_owned(), told_batch(&gateway.open_batch(terminal.id).await?));
    }
    Ok(Json(shown))
}

/// `POST terminals/{tid}/tasks`: what a register asks for.
pub(crate) async fn create(
    State(gateway): State<House>,
    Path(tid): Path<String>,
    mut members: Members,
) -> Answer {
    let terminal = find(&gateway, &tid)?;
    let wanted = members.choice("kind", &KINDS)?.unwrap_or(Wanted::Sale);
    let queueing = match members.flag("queue")?.unwrap_or(false) {
        true => Queueing::Queue { ttl: None },
        false => Queueing::AtOnce,
    };
    let reference = members.text("reference")?;
    let (amount, currency) = (members.number("amount")?, members.text("currency")?);
    let (tip, payment) = (members.number("tip")?, members.number("payment")?);
    let ask_tip = members.flag("ask_tip")?.unwrap_or(false);
    members.finish(&["kind", "queue", "reference", "amount", "currency", "tip", "ask_tip", "payment"])?;
    let of = |kind| NewTask {
        door: terminal.door,
        kind,
        reference: reference.clone(),
        extra: String::new(),
        print: true,
        queueing,
        origin: Origin::Register,
    };
    let direction = match wanted {
        Wanted::Sale => Direction::Sale,
        Wanted::Refund => Direction::Refund,
        Wanted::Void => {
            let payment = payment.ok_or_else(|| Problem::input("payment", "is missing"))?;
            let kind = TaskKind::Void { payment: PaymentId::new(payment), within: None };
            return made(gateway.terminal_task_for_host(&terminal, of(kind), None).await);
        }
        Wanted::CloseBatch => {
            return made(gateway.terminal_task_for_host(&terminal, of(TaskKind::CloseBatch), None).await);
        }
    };
    let currency = currency.unwrap_or_else(|| "CZK".to_owned());
    let money = Money::new(
        Minor::new(amount.ok_or_else(|| Problem::input("amount", "is missing"))?),
        currency.parse().map_err(|_| Problem::input("currency", "must be a currency such as CZK"))?,
    );
    let tip = match (tip, ask_tip) {
        (Some(tip), _) => Tip::Fixed(Minor::new(tip)),
        (None, true) => Tip::Ask,
        (None, false) => Tip::None,
    };
    let new = NewSale {
        door: terminal.door,
        money,
        tip,
        reference,
        extra: String::new(),
        print: true,
        queueing,
        present: None,
        origin: Origin::Register,
    };
    made(gateway.terminal_sale(&terminal, direction, new, None).await)
}

fn made(view: Result<TaskView, gateway::terminals::TerminalError>) -> Answer {
    Ok(Json(told(&view?)))
}

/// `GET terminals/{tid}/tasks`: the newest first.
pub(crate) async fn tasks(State(gateway): State<House>, Path(tid): Path<String>) -> Answer {
    let terminal = find(&gateway, &tid)?;
    let tasks = gateway.terminal_tasks(terminal.id, None, LISTED).await?;
    let tasks: Vec<Value> = tasks.iter().map(told_task).collect();
    Ok(Json(json!({ "tasks": tasks })))
}

/// `GET terminals/{tid}/tasks/{id}`.
pub(crate) async fn task(State(gateway): State<House>, Path((tid, id)): Path<(String, String)>) -> Answer {
    let terminal = find(&gateway, &tid)?;
    let view = gateway.terminal_task(task_id(&id)?).await?.ok_or(Problem::NoSuchTask)?;
    if view.task.terminal != terminal.id {
        return Err(Problem::NoSuchTask);
    }
    Ok(Json(told(&view)))
}

/// `DELETE terminals/{tid}/tasks/{id}`: the register takes back what has not begun.
pub(crate) async fn cancel(State(gateway): State<House>, Path((tid, id)): Path<(String, String)>) -> Answer {
    let terminal = find(&gateway, &tid)?;
    let reason = CloseReason::CancelledByMerchant;
    made(gateway.cancel_queued(&terminal, task_id(&id)?, reason).await)
}

/// `GET terminals/{tid}/batches`: the newest first.
pub(crate) async fn batches(State(gateway): State<House>, Path(tid): Path<String>) -> Answer {
    let terminal = find(&gateway, &tid)?;
    let batches = gateway.terminal_batches(terminal.id, None, LISTED).await?;
    let batches: Vec<Value> = batches.iter().map(told_batch).collect();
    Ok(Json(json!({ "batches": batches })))
}

/// `GET terminals/{tid}/batches/{number}`: with its transactions.
pub(crate) async fn batch(
    State(gateway): State<House>,
    Path((tid, number)): Path<(String, String)>,
) -> Answer {
    let terminal = find(&gateway, &tid)?;
    let number = number.parse().map_err(|_| Problem::NoSuchBatch)?;
    let batch = gateway.terminal_batch(terminal.id, number).await?.ok_or(Problem::NoSuchBatch)?;
    let mut transactions = Vec::new();
    let mut before: Option<TaskId> = None;
    loop {
        let page = gateway.batch_transactions(terminal.id, number, before, LISTED).await?;
        before = page.last().map(|transaction| transaction.task);
        transactions.extend(page.iter().map(told_transaction));
        if before.is_none() {
            break;
        }
    }
    let mut shown = told_batch(&batch);
    if let Some(members) = shown.as_object_mut() {
        members.insert("transactions".to_owned(), transactions.into());
    }
    Ok(Json(shown))
}

/// `POST terminals/{tid}/present`: a card is held to the simulated device.
pub(crate) async fn present(
    State(gateway): State<House>,
    Path(tid): Path<String>,
    mut members: Members,
) -> Answer {
    let card = members.text("card")?.unwrap_or_else(|| DEFAULT_CARD.to_owned());
    let entry = members.choice("entry", &ENTRIES)?.unwrap_or(CardEntry::Contactless);
    let pin = pin(members.text("pin")?.as_deref())?;
    let tip = members.number("tip")?.unwrap_or_default();
    let device_verified = members.flag("device_verified")?.unwrap_or(false);
    members.finish(&["card", "entry", "pin", "tip", "device_verified"])?;
    let read = CardRead {
        card: CardData {
            pan: Pan::parse(&card).map_err(|_| Problem::input("card", "is not a card number"))?,
            expiry: Expiry::new(LAST_YEAR, 12).map_err(|_| Problem::Internal)?,
            cvc: None,
        },
        entry,
        pin,
        device_verified,
        tip: Minor::new(tip),
        conversion: None,
    };
    press(&gateway, &tid, Press::Present(Box::new(read))).await
}

/// `ok`, `wrong`, `none`, or digits. Without it none is typed.
fn pin(text: Option<&str>) -> Result<Option<Pin>, Problem> {
    let digits = match text {
        None | Some("none") => return Ok(None),
        Some("ok") => RIGHT_PIN,
        Some("wrong") => WRONG_PIN,
        Some(digits) => digits,
    };
    let wrong = |_| Problem::input("pin", "must be ok, wrong, none or 4 to 12 digits");
    Pin::parse(digits).map(Some).map_err(wrong)
}

/// `POST terminals/{tid}/abort`: somebody at the simulated device gives up.
pub(crate) async fn abort(
    State(gateway): State<House>,
    Path(tid): Path<String>,
    mut members: Members,
) -> Answer {
    let by_operator = members.choice("by", &[("customer", false), ("operator", true)])?.unwrap_or(false);
    members.finish(&["by"])?;
    press(&gateway, &tid, Press::Abort { by_operator }).await
}

/// `POST terminals/{tid}/offline`: the simulated device pulls its cable.
pub(crate) async fn offline(
    State(gateway): State<House>,
    Path(tid): Path<String>,
    members: Members,
) -> Answer {
    members.finish(&[])?;
    press(&gateway, &tid, Press::Offline).await
}

/// `POST terminals/{tid}/online`: and puts it back.
pub(crate) async fn online(
    State(gateway): State<House>,
    Path(tid): Path<String>,
    members: Members,
) -> Answer {
    members.finish(&[])?;
    press(&gateway, &tid, Press::Online).await
}

/// `POST terminals/{tid}/next-outcome`: what the simulated device does with the next tasks.
pub(crate) async fn next_outcome(
    State(gateway): State<House>,
    Path(tid): Path<String>,
    mut members: Members,
) -> Answer {
    let names = DeclineReason::ALL.map(|reason| (reason.name(), reason));
    let reason = members.choice("reason", &names)?.unwrap_or(DeclineReason::Refused);
    let outcomes = [
        ("approved", NextOutcome::Approved),
        ("declined", NextOutcome::Declined(reason)),
        ("wrong_pin", NextOutcome::WrongPin),
        ("cancelled_by_customer", NextOutcome::CancelledByCustomer),
        ("cancelled_by_operator", NextOutcome::CancelledByOperator),
        ("signature_refused", NextOutcome::SignatureRefused),
        ("device_fault", NextOutcome::Fails),
        ("answer_lost", NextOutcome::AnswerLost),
        ("lost", NextOutcome::Lost),
        ("wait", NextOutcome::Wait),
    ];
    let outcome = members.choice("outcome", &outcomes)?;
    let outcome = outcome.ok_or_else(|| Problem::input("outcome", "is missing"))?;
    let times = members.number("times")?.unwrap_or(1);
    members.finish(&["outcome", "reason", "times"])?;
    let times = u16::try_from(times).ok().filter(|times| *times > 0);
    let times = times.ok_or_else(|| Problem::input("times", "must be 1 to 65535"))?;
    press(&gateway, &tid, Press::Next(Scripted { outcome, times })).await
}

async fn press(gateway: &Arc<Gateway>, tid: &str, press: Press) -> Answer {
    let terminal = find(gateway, tid)?;
    let sandbox = gateway.sandbox().ok_or(Problem::NoSuchPath)?;
    match sandbox.presses().press(terminal.id, press).await? {
        Pressed::Done => Ok(Json(outline(gateway, &terminal).await?)),
        Pressed::Task(id) => {
            let view = gateway.terminal_task(id).await?.ok_or(Problem::NoSuchTask)?;
            Ok(Json(told(&view)))
        }
    }
}

fn find(gateway: &Arc<Gateway>, tid: &str) -> Result<Arc<Terminal>, Problem> {
    let tid: Tid = tid.parse().map_err(|_| Problem::NoSuchTerminal)?;
    gateway.directory().terminal_by_tid(&tid).cloned().ok_or(Problem::NoSuchTerminal)
}

fn task_id(text: &str) -> Result<TaskId, Problem> {
    text.parse().map_err(|_| Problem::NoSuchTask)
}

async fn outline(gateway: &Arc<Gateway>, terminal: &Terminal) -> Result<Value, Problem> {
    let link = match gateway.terminal_link(terminal.id).await? {
        Link::Online => "online",
        Link::HostDown => "host_down",
        Link::Absent => "absent",
    };
    Ok(json!({ "tid": terminal.tid.as_str(), "name": terminal.name, "link": link,
        "shop": terminal.shop.get(), "door": terminal.door,
        "mode": terminal.mode, "simulated": terminal.simulated }))
}

fn told(view: &TaskView) -> Value {
    let mut task = told_task(&view.task);
    if let Some(members) = task.as_object_mut() {
        members.insert("payment".to_owned(), view.payment.as_ref().map(view::payment).into());
    }
    task
}

fn told_task(task: &Task) -> Value {
    let (kind, undoes) = match task.kind {
        TaskKind::Sale => ("sale", None),
        TaskKind::Refund => ("refund", None),
        TaskKind::Void { payment, .. } => ("void", Some(payment.get())),
        TaskKind::CloseBatch => ("close_batch", None),
    };
    let state = match task.state {
        TaskState::Queued => "queued",
        TaskState::Running => "running",
        TaskState::Done(_) => "done",
    };
    json!({ "task": task.id.get(), "kind": kind, "undoes": undoes, "state": state,
        "end": task.end().map(end), "attempt": task.attempt, "reference": task.reference,
        "origin": task.origin, "batch": task.batch, "sequence": task.sequence,
        "created_at": view::time(task.created_at), "expires_at": view::time(task.expires_at),
        "ended_at": view::optional_time(task.ended_at) })
}

fn end(end: End) -> Value {
    let name = match end {
        End::Declined(reason) => return json!({ "declined": reason.name() }),
        End::Approved => "approved",
        End::Cancelled(By::Customer) => "cancelled_by_customer",
        End::Cancelled(By::Operator) => "cancelled_by_operator",
        End::Cancelled(By::Register) => "cancelled_by_register",
        End::TimedOut => "timed_out",
        End::DeviceLost => "device_lost",
        End::DeviceFault => "device_fault",
        End::NotVoidable => "not_voidable",
        End::Technical => "technical",
    };
    name.into()
}

fn told_batch(batch: &Batch) -> Value {
    let rows: Vec<Value> = batch
        .rows
        .iter()
        .map(|row| {
            json!({ "currency": row.currency.code(), "kind": row.kind.name(), "brand": row.brand,
                "count": row.count, "amount": row.amount.get(), "tip": row.tip.get() })
        })
        .collect();
    json!({ "number": batch.number, "opened_at": view::time(batch.opened_at),
        "closed_at": view::optional_time(batch.closed_at), "count": batch.count, "invalid": batch.invalid,
        "rows": rows })
}

fn told_transaction(transaction: &Transaction) -> Value {
    json!({ "task": transaction.task.get(), "payment": transaction.payment.get(),
        "sequence": transaction.sequence, "kind": transaction.kind.name(),
        "amount": transaction.amount.get(), "tip": transaction.tip.get(),
        "currency": transaction.currency.code(), "card": transaction.masked, "brand": transaction.brand,
        "at": view::time(transaction.at) })
}
