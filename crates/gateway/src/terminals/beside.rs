//! What is written together with the change of a payment that is made at a terminal: the task that follows it, the
//! transaction and the totals of the open batch, the task that undoes it.

use domain::{
    CloseReason, Direction, End, Event, NewTransaction, Payment, Task, TaskId, TaskKind, Timestamp,
    TransactionKind,
};
use store::{Change, Store, StoreError};

use super::book::{self, Kept, batch_write, task_change, transaction_write};

/// Adds to `change` what follows from `events` for the terminal. Nothing for other payments.
pub(crate) async fn add(
    store: &dyn Store,
    after: &Payment,
    events: &[Event],
    at: Timestamp,
    change: &mut Change,
) -> Result<(), StoreError> {
    let Some(terms) = after.terms.terminal else { return Ok(()) };
    // The task of a new payment is in the change that makes both.
    if events.contains(&Event::Created) {
        return Ok(());
    }
    let Some(kept) = book::task(store, after.id.into()).await? else { return Ok(()) };
    let mut next = kept.value.follow(after, at);
    let mut batch = OpenBatch { kept: None, changed: false };
    for event in events {
        match event {
            Event::Captured { amount, .. } => {
                let open = batch.load(store, &next, at).await?;
                let kind = match terms.direction {
                    Direction::Sale => TransactionKind::Sale,
                    Direction::Refund => TransactionKind::Refund,
                };
                let reference = next.reference.as_deref();
                let booked = open.value.book(NewTransaction {
                    task: next.id,
                    kind,
                    amount: *amount,
                    payment: after,
                    reference,
                    at,
                });
                (next.batch, next.sequence) = (Some(booked.batch), Some(booked.sequence));
                change.documents.push(transaction_write(&booked)?);
                batch.changed = true;
            }
            Event::VoidSent { reason: CloseReason::Reversed } => {
                undo(store, after, change, at, Undo::Begun).await?;
            }
            Event::VoidFailed { reason } => {
                let ended = Undo::Ended(End::Declined(*reason), None);
                undo(store, after, change, at, ended).await?;
            }
            Event::Reversed { amount, .. } => {
                let open = batch.load(store, &next, at).await?;
                let kind = TransactionKind::undoing(terms.direction, next.batch, open.value.number);
                let by = undoing_task(store, after).await?;
                let id = by.as_ref().map_or(TaskId::new(-next.id.get()), |by| by.value.id);
                let reference = by.as_ref().and_then(|by| by.value.reference.as_deref());
                let booked = open.value.book(NewTransaction {
                    task: id,
                    kind,
                    amount: *amount,
                    payment: after,
                    reference,
                    at,
                });
                change.documents.push(transaction_write(&booked)?);
                next.undone_by = by.as_ref().map(|by| by.value.id);
                let ended = Undo::Ended(End::Approved, Some((booked.batch, booked.sequence)));
                batch.changed = true;
                undo(store, after, change, at, ended).await?;
            }
            Event::Closed { .. } | Event::Abandoned { .. } if after.attempts > 0 => {
                batch.load(store, &next, at).await?.value.invalid += 1;
                batch.changed = true;
            }
            _ => {}
        }
    }
    if next != kept.value {
        task_change(change, &kept, &next, at)?;
    } else if events.iter().any(concerns_the_device) {
        change.signals.push(book::signal(next.terminal));
    }
    batch.write(change)
}

/// Whether whoever stands at the terminal wants to know.
fn concerns_the_device(event: &Event) -> bool {
    matches!(
        event,
        Event::Authorised { .. }
            | Event::Declined { .. }
            | Event::AuthorisationNotMade
            | Event::CaptureSent { .. }
    )
}

struct OpenBatch {
    kept: Option<Kept<domain::Batch>>,
    changed: bool,
}

impl OpenBatch {
    async fn load(
        &mut self,
        store: &dyn Store,
        task: &Task,
        at: Timestamp,
    ) -> Result<&mut Kept<domain::Batch>, StoreError> {
        let kept = match self.kept.take() {
            Some(kept) => kept,
            None => book::open_batch(store, task.terminal, at).await?,
        };
        Ok(self.kept.insert(kept))
    }

    fn write(self, change: &mut Change) -> Result<(), StoreError> {
        if let Some(kept) = self.kept.filter(|_| self.changed) {
            change.documents.push(batch_write(&kept.value, kept.version)?);
        }
        Ok(())
    }
}

enum Undo {
    Begun,
    Ended(End, Option<(u32, u32)>),
}

/// The running task that undoes the payment.
async fn undoing_task(store: &dyn Store, payment: &Payment) -> Result<Option<Kept<Task>>, StoreError> {
    let Some(terminal) = book::terminal_of(payment) else { return Ok(None) };
    let running = book::running(store, terminal).await?;
    let undoes =
        |kept: &Kept<Task>| matches!(kept.value.kind, TaskKind::Void { payment: of, .. } if of == payment.id);
    Ok(running.filter(undoes))
}

async fn undo(
    store: &dyn Store,
    payment: &Payment,
    change: &mut Change,
    at: Timestamp,
    what: Undo,
) -> Result<(), StoreError> {
    let Some(kept) = undoing_task(store, payment).await? else { return Ok(()) };
    let mut next = kept.value.clone();
    match what {
        Undo::Begun => next.working = true,
        Undo::Ended(end, place) => {
            let Ok(mut ended) = next.finish(end, at) else { return Ok(()) };
            if let Some((batch, sequence)) = place {
                (ended.batch, ended.sequence) = (Some(batch), Some(sequence));
            }
            next = ended;
        }
    }
    task_change(change, &kept, &next, at)
}
