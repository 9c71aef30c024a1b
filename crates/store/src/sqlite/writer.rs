//! The one thread that writes.
//!
//! Jobs arrive through a bounded queue. A group is whatever is there when the last commit has finished, so
//! an idle system commits one change at a time with the best latency, and a busy one pays for a flush once
//! per group. Order is the order of arrival.

use std::thread;

use metrics::histogram;
use parking_lot::Mutex;
use rusqlite::{Connection, Transaction};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::apply;
use crate::{Change, CommitError, GROUP, StoreError};

type Answer<T> = oneshot::Sender<T>;
/// Tells one asker how it went, once the group's fate is known.
type Tell = Box<dyn FnOnce(&Result<(), String>)>;
type Finish = Box<dyn FnOnce() + Send>;

enum Job {
    Commit(Box<Change>, Answer<Result<(), CommitError>>),
    /// Something else that writes; it returns how to answer, which is called once it is durable.
    Run(Box<dyn FnOnce(&Connection) -> Finish + Send>),
    Close(Answer<()>),
}

pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, queue: usize) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(queue.max(1));
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write(connection, jobs))
            .map_err(|error| StoreError::database("start its writer", error))?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn commit(&self, change: Change) -> Result<(), CommitError> {
        // The place is taken first: what is refused should cost nothing.
        let place = self.queue.try_reserve().map_err(|refused| match refused {
            TrySendError::Full(()) => CommitError::Overloaded,
            TrySendError::Closed(()) => StoreError::Unavailable.into(),
        })?;
        let (answer, answered) = oneshot::channel();
        place.send(Job::Commit(Box::new(change), answer));
        answered.await.unwrap_or(Err(StoreError::Unavailable.into()))
    }

    /// Runs a write of another kind in the same group commit, and answers once it is durable.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = Job::Run(Box::new(move |connection| {
            let result = work(connection);
            Box::new(move || drop(answer.send(result)))
        }));
        self.queue.send(job).await.map_err(|_| StoreError::Unavailable)?;
        answered.await.unwrap_or(Err(StoreError::Unavailable))
    }

    pub(super) async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.queue.send(Job::Close(answer)).await.is_ok() {
            // An error means the writer is gone already, which is what was wanted.
            let _ = answered.await;
        }
        let thread = self.thread.lock().take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the store's writer ended in a panic");
        }
    }
}

fn write(mut connection: Connection, mut jobs: mpsc::Receiver<Job>) {
    let mut group = Vec::with_capacity(GROUP);
    while jobs.blocking_recv_many(&mut group, GROUP) > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a group is at most GROUP long")]
        histogram!("polytill_store_group_size").record(group.len() as f64);
        if let Some(closed) = commit_group(&mut connection, &mut group) {
            drop(jobs);
            drop(connection);
            let _ = closed.send(());
            return;
        }
    }
}

/// Writes one group and answers everybody in it. Returns who asked to close, if anybody did.
fn commit_group(connection: &mut Connection, group: &mut Vec<Job>) -> Option<Answer<()>> {
    let mut closed = None;
    let mut answers: Vec<Tell> = Vec::with_capacity(group.len());
    let durable = (|| {
        let mut transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for job in group.drain(..) {
            match job {
                Job::Commit(change, answer) => {
                    let result = apply_in_savepoint(&mut transaction, &change);
                    answers.push(Box::new(move |durable| drop(answer.send(verdict(result, durable)))));
                }
                Job::Run(work) => {
                    let finish = work(&transaction);
                    answers.push(Box::new(move |durable| {
                        // Unanswered, the asker learns that the store is unavailable.
                        if durable.is_ok() {
                            finish();
                        }
                    }));
                }
                Job::Close(answer) => closed = Some(answer),
            }
        }
        transaction.commit()
    })()
    .map_err(|error: rusqlite::Error| error.to_string());
    group.clear();
    if let Err(error) = &durable {
        tracing::error!(error, "a group of changes could not be committed");
    }
    for answer in answers {
        answer(&durable);
    }
    closed
}

fn apply_in_savepoint(transaction: &mut Transaction<'_>, change: &Change) -> Result<(), CommitError> {
    let failed = |error| CommitError::Store(StoreError::database("write a change", error));
    let savepoint = transaction.savepoint().map_err(failed)?;
    // A savepoint that is dropped is rolled back: a refused change leaves nothing behind.
    apply::change(&savepoint, change)?;
    savepoint.commit().map_err(failed)
}

/// A change is done only when its group is durable.
fn verdict(applied: Result<(), CommitError>, durable: &Result<(), String>) -> Result<(), CommitError> {
    match durable {
        Ok(()) => applied,
        Err(error) => Err(StoreError::database("commit", error).into()),
    }
}
