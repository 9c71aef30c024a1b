//! How terminals' things are kept: as documents and claims.
//!
//! | what | kind | id | parent |
//! |---|---|---|---|
//! | task | `TerminalTask` | its number | the terminal |
//! | place in the queue | `QueuedTask` | the task's number | the terminal |
//! | batch | `Batch` | terminal and number | the terminal |
//! | transaction | `Transaction` | the number of the task that did it | the batch |
//! | device | `TerminalDevice` | the terminal | 0 |
//!
//! The running task is the owner of the claim `TerminalTask` of its terminal.

use domain::{
    Batch, Payment, PaymentId, Task, TaskId, TaskState, TerminalId, Timestamp, Transaction, Version,
};
use store::{
    Change, Claim, ClaimScope, Document, DocumentKind, DocumentWrite, Order, Signal, Store, StoreError, Topic,
};

/// How many batches a terminal can have had: sixteen million.
const BATCH_BITS: u32 = 24;
/// A place in the queue is never changed, only taken and left.
const QUEUED: Version = Version::new(1);

pub(crate) use crate::documents::{Kept, read, write};

pub(crate) async fn task(store: &dyn Store, id: TaskId) -> Result<Option<Kept<Task>>, StoreError> {
    store.document(DocumentKind::TerminalTask, id.get()).await?.map(|found| read(&found)).transpose()
}

/// A task and the payment of its number: a sale's or a refund's own.
pub(crate) async fn task_with_payment(
    store: &dyn Store,
    id: TaskId,
) -> Result<Option<(Task, Option<Payment>)>, StoreError> {
    let found = store.document_with_payment(DocumentKind::TerminalTask, id.get()).await?;
    found.map(|(document, payment)| Ok((read::<Task>(&document)?.value, payment))).transpose()
}

pub(crate) fn task_write(task: &Task, seen: Option<Version>) -> Result<DocumentWrite, StoreError> {
    write(DocumentKind::TerminalTask, task.id.get(), task.terminal.get(), task.wake_at(), seen, task)
}

/// Everything a task's change of state takes along: its place in the queue, the terminal's claim, the word to
/// all nodes.
pub(crate) fn task_change(
    change: &mut Change,
    before: &Kept<Task>,
    after: &Task,
    at: Timestamp,
) -> Result<(), StoreError> {
    use TaskState::{Done, Queued, Running};
    change.documents.push(task_write(after, before.version)?);
    let new = before.version.is_none();
    match (before.value.state, after.state) {
        (Queued, Queued) if new => change.documents.push(enqueue(after)),
        (Queued, Running) => {
            if !new {
                change.documents.push(leave_queue(after.id));
            }
            change.claims.push(running_claim(after, at));
        }
        (Running, Running) if new => change.claims.push(running_claim(after, at)),
        (Queued, Done(_)) => change.documents.push(leave_queue(after.id)),
        (Running, Queued) => {
            change.released.push(running_key(after.terminal));
            change.documents.push(enqueue(after));
        }
        (Running, Done(_)) => change.released.push(running_key(after.terminal)),
        (Queued, Queued) | (Running, Running) | (Done(_), _) => {}
    }
    if after.is_done()
        && let domain::TaskKind::Void { payment, .. } = after.kind
    {
        change.released.push(void_key(payment));
    }
    change.signals.push(signal(after.terminal));
    Ok(())
}

fn enqueue(task: &Task) -> DocumentWrite {
    DocumentWrite::Insert(Document {
        kind: DocumentKind::QueuedTask,
        id: task.id.get(),
        version: QUEUED,
        parent: task.terminal.get(),
        wake_at: None,
        body: task.created_at.millis().to_string(),
    })
}

fn leave_queue(task: TaskId) -> DocumentWrite {
    DocumentWrite::Delete { kind: DocumentKind::QueuedTask, id: task.get(), expected: QUEUED }
}

/// The first tasks of a terminal's queue, the oldest first, and whether there are more.
pub(crate) async fn queued(
    store: &dyn Store,
    terminal: TerminalId,
    limit: u32,
) -> Result<(Vec<TaskId>, bool), StoreError> {
    let asked = limit.saturating_add(1);
    let kind = DocumentKind::QueuedTask;
    let mut places = store.documents_of(kind, terminal.get(), None, Order::OldestFirst, asked).await?;
    let more = places.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    places.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    // Numbers of several nodes do not come in the order of time.
    places.sort_by_key(|place| (place.body.parse::<i64>().unwrap_or_default(), place.id));
    Ok((places.iter().map(|place| TaskId::new(place.id)).collect(), more))
}

pub(crate) fn signal(terminal: TerminalId) -> Signal {
    Signal { topic: Topic::Terminal, key: terminal.get() }
}

pub(crate) fn running_key(terminal: TerminalId) -> (ClaimScope, Vec<u8>) {
    (ClaimScope::TerminalTask, terminal.get().to_be_bytes().to_vec())
}

fn running_claim(task: &Task, at: Timestamp) -> Claim {
    claim(running_key(task.terminal), task.id, at)
}

/// A payment is undone once at a time.
pub(crate) fn void_key(payment: PaymentId) -> (ClaimScope, Vec<u8>) {
    let mut key = b"void".to_vec();
    key.extend(payment.get().to_be_bytes());
    (ClaimScope::Name, key)
}

pub(crate) fn claim((scope, key): (ClaimScope, Vec<u8>), owner: TaskId, at: Timestamp) -> Claim {
    Claim { scope, key, owner: owner.into(), version: Version::default(), fingerprint: vec![], at }
}

/// The task that runs on a terminal.
pub(crate) async fn running(
    store: &dyn Store,
    terminal: TerminalId,
) -> Result<Option<Kept<Task>>, StoreError> {
    let (scope, key) = running_key(terminal);
    match store.claim(scope, &key).await? {
        Some(claim) => task(store, claim.owner.into()).await,
        None => Ok(None),
    }
}

#[must_use]
pub(crate) fn batch_id(terminal: TerminalId, number: u32) -> i64 {
    (terminal.get() << BATCH_BITS) | i64::from(number)
}

/// The open batch of a terminal; its first one when it has none yet.
pub(crate) async fn open_batch(
    store: &dyn Store,
    terminal: TerminalId,
    now: Timestamp,
) -> Result<Kept<Batch>, StoreError> {
    let newest = store.documents_of(DocumentKind::Batch, terminal.get(), None, Order::NewestFirst, 1).await?;
    match newest.first() {
        Some(found) => read(found),
        None => Ok(Kept { value: Batch::open(terminal, 1, now), version: None }),
    }
}

pub(crate) async fn batch(
    store: &dyn Store,
    terminal: TerminalId,
    number: u32,
) -> Result<Option<Batch>, StoreError> {
    let found = store.document(DocumentKind::Batch, batch_id(terminal, number)).await?;
    found.map(|found| read(&found).map(|kept| kept.value)).transpose()
}

pub(crate) fn batch_write(batch: &Batch, seen: Option<Version>) -> Result<DocumentWrite, StoreError> {
    let id = batch_id(batch.terminal, batch.number);
    write(DocumentKind::Batch, id, batch.terminal.get(), None, seen, batch)
}

pub(crate) fn transaction_write(transaction: &Transaction) -> Result<DocumentWrite, StoreError> {
    let parent = batch_id(transaction.terminal, transaction.batch);
    write(DocumentKind::Transaction, transaction.task.get(), parent, None, None, transaction)
}

/// The terminal of a payment that is made at one.
#[must_use]
pub(crate) fn terminal_of(payment: &Payment) -> Option<TerminalId> {
    payment.terms.terminal.map(|terms| terms.terminal)
}
