//! Tasks as registers see them (gptom.md §5.4, §6): the one table from what a terminal has done to states, results and
//! error numbers. Names of members and states are the profile's.

mod batch;
mod card;
mod transaction;

use std::sync::Arc;

use domain::{By, End, Payment, Stage, TaskKind, TaskState, Terminal, Timestamp};
use gateway::terminals::TaskView;
use serde_json::{Value, json};

use crate::codes::{ErrorCode, Outcome};
use crate::error::ApiError;
use crate::names;
use crate::profile::{Profile, TaskWord, write};
use crate::record::{self, Reason, Record};
use crate::request::Operation;
use crate::routes::App;
use crate::time;

pub(crate) use batch::batch;
pub(crate) use transaction::transaction;

/// Where a task stands, in this door's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) word: TaskWord,
    /// The transaction's state (§6.2).
    pub(crate) number: i32,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) error: Option<ErrorCode>,
}

/// §6.1, §6.2 and §8 in one table.
pub(crate) fn standing(profile: &Profile, view: &TaskView, record: &Record) -> Standing {
    let task = &view.task;
    let (word, number, outcome, error) = match task.state {
        TaskState::Queued => (TaskWord::Created, 1, None, None),
        TaskState::Running if task.working || card_seen(view.payment.as_ref()) && task.kind.has_payment() => {
            (TaskWord::InProgress, 5, None, None)
        }
        TaskState::Running => (TaskWord::InProgress, 2, None, None),
        TaskState::Done(End::Approved) => (TaskWord::Completed, 6, Some(Outcome::Success), None),
        TaskState::Done(End::Declined(_)) if task.kind == TaskKind::CloseBatch => {
            (TaskWord::Error, 8, Some(Outcome::Failed), Some(ErrorCode::BATCH_DECLINED))
        }
        TaskState::Done(End::Declined(_)) => {
            let number = if profile.decline_task_state == TaskWord::Error { 8 } else { 6 };
            let code = ErrorCode::PAYMENT_DECLINED;
            (profile.decline_task_state, number, Some(Outcome::Declined), Some(code))
        }
        TaskState::Done(End::Cancelled(by)) => {
            let code = match by {
                By::Customer => ErrorCode::PIN_CANCELLED,
                By::Operator | By::Register => ErrorCode::REQUEST_CANCELLED,
            };
            (TaskWord::Cancelled, 7, Some(Outcome::Failed), Some(code))
        }
        TaskState::Done(End::NotVoidable) => {
            let (code, outcome) = reason(view, record).told();
            (TaskWord::Error, 8, Some(outcome), Some(code))
        }
        TaskState::Done(End::TimedOut | End::DeviceLost) => failed(view, ErrorCode::TRANSACTION_TIMEOUT),
        TaskState::Done(End::DeviceFault | End::Technical) => {
            let code = match task.kind {
                TaskKind::CloseBatch => ErrorCode::BATCH_DECLINED,
                _ => ErrorCode::TECHNICAL_FAULT,
            };
            failed(view, code)
        }
    };
    Standing { word, number, outcome, error }
}

type Row = (TaskWord, i32, Option<Outcome>, Option<ErrorCode>);

/// Before a card was there nothing was charged, and the same may be tried again (§6.2).
fn failed(view: &TaskView, code: ErrorCode) -> Row {
    let number = if card_seen(view.payment.as_ref()) || !view.task.kind.has_payment() { 8 } else { 3 };
    (TaskWord::Error, number, Some(Outcome::Failed), Some(code))
}

fn card_seen(payment: Option<&Payment>) -> bool {
    payment.is_some_and(|payment| payment.attempts > 0 || payment.stage == Stage::CardContact)
}

/// Why a cancellation could not be: as it was at the beginning, or as it turned out when the terminal began.
fn reason(view: &TaskView, record: &Record) -> Reason {
    use domain::{CloseReason, MoneyState};
    let undone = MoneyState::Closed(CloseReason::Reversed);
    let now = match &view.payment {
        None => Reason::Unknown,
        Some(payment) if payment.money == undone => Reason::AlreadyCancelled,
        Some(payment) if payment.money == MoneyState::Captured && !payment.refunded.is_positive() => {
            Reason::TooOld
        }
        Some(_) => Reason::NotApproved,
    };
    record.refused.unwrap_or(now)
}

/// A task as every call about it answers (§5.4).
pub(crate) async fn task(app: &App, terminal: &Arc<Terminal>, view: &TaskView) -> Result<Value, ApiError> {
    let task = &view.task;
    let record = Record::read(&task.extra);
    let standing = standing(&app.profile, view, &record);
    let closed = match (task.kind, task.batch) {
        (TaskKind::CloseBatch, Some(number)) => app.gateway.terminal_batch(terminal.id, number).await?,
        _ => None,
    };
    let name = names::task(&app.gateway, task.id);
    let is_transaction = task.kind != TaskKind::CloseBatch;
    let kind = if is_transaction { "TRANSACTION" } else { "BATCH" };
    let begun = is_transaction && (task.attempt > 0 || task.is_done());
    let transaction_name = is_transaction.then(|| names::transaction(&app.gateway, task.id));
    let booked = names::booked(terminal, task);
    let told = standing.word != TaskWord::Completed;
    let error = standing.error.filter(|_| told).map(|code| error_object(code, &name));
    let updated = task.ended_at.or(task.started_at).unwrap_or(task.created_at);
    Ok(write(
        &app.profile.task,
        vec![
            ("taskId", json!(name)),
            ("tid", json!(terminal.tid)),
            ("type", json!(kind)),
            ("state", json!(app.profile.word(standing.word))),
            ("created", json!(time(task.created_at))),
            ("updated", json!(time(updated))),
            ("started", json!(task.started_at.map(time))),
            ("finished", json!(task.ended_at.map(time))),
            ("transactionId", json!(transaction_name)),
            ("amsId", json!(booked)),
            ("batchId", if is_transaction { Value::Null } else { json!(booked) }),
            ("result", json!(standing.outcome.map(Outcome::number))),
            ("request", request(app, terminal, view, &record)),
            ("transaction", if begun { transaction(app, terminal, view) } else { Value::Null }),
            ("batch", closed.map_or(Value::Null, |closed| batch(app, terminal, &closed))),
            ("error", error.unwrap_or_default()),
        ],
    ))
}

fn request(app: &App, terminal: &Terminal, view: &TaskView, record: &Record) -> Value {
    let task = &view.task;
    match operation(task.kind) {
        Some(operation) => {
            // Without a currency a sale has the terminal's own; a cancellation has that of its original.
            let own = terminal.currencies.first().copied().filter(|_| operation != Operation::Void);
            record::echo(&app.profile, operation, own, task, record)
        }
        None => write(
            &app.profile.echo,
            vec![
                ("printByPaymentApp", json!(task.print)),
                ("preferableReceiptType", json!(record.receipt)),
                ("clientID", json!(record.client)),
            ],
        ),
    }
}

pub(crate) const fn operation(kind: TaskKind) -> Option<Operation> {
    match kind {
        TaskKind::Sale => Some(Operation::Sale),
        TaskKind::Refund => Some(Operation::Refund),
        TaskKind::Void { .. } => Some(Operation::Void),
        TaskKind::CloseBatch => None,
    }
}

/// The union of the shapes that are known (§8.3). The id for support is the end of the task's name.
pub(crate) fn error_object(code: ErrorCode, task: &str) -> Value {
    json!({
        "platform": "TOM_APP",
        "code": code.number,
        "internalErrorCode": code.number,
        "internalErrorSubCode": 0,
        "cause": null,
        "errorCode": code.text(),
        "supportID": task.get(task.len().saturating_sub(6)..),
        "exception": null,
        "name": code.name,
        "message": code.message,
    })
}

/// What lists are cut by.
pub(crate) fn at(task: &domain::Task) -> Timestamp {
    task.created_at
}
