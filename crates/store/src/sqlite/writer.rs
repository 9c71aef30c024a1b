//! The one thread that writes.
//!
//! Jobs arrive through a bounded queue. A group is whatever is there when the last commit has finished, so
//! an idle system commits one change at a time with the best latency, and a busy one pays for a flush once
//! per group. Order is the order of arrival.

use std::thread;

use metrics::histogram;
use parking_lot::Mutex;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::apply;
use crate::signal::Signals;
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
    pub(super) fn start(connection: Connection, queue: usize, signals: Signals) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(queue.max(1));
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write(connection, jobs, &signals))
            .map_err(|error| StoreError::database("start its writer", error))?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn commit(&self, change: Change) -> Result<(), CommitError> {
        // The place is taken first: what is refused should cost nothing.
        let place = self.queue.try_reserve().map_err(|refused| match refused {
            TrySendError::Full(()) => CommitError::Overloaded,
            TrySendError::Closed(()) => StoreError::Unavailable.into(),
        })?;
        change.check()?;
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
        let Some(thread) = thread else { return };
        // The thread may be at the end of a slow commit, which no worker of the runtime should wait for.
        if !matches!(tokio::task::spawn_blocking(|| thread.join()).await, Ok(Ok(()))) {
            tracing::error!("the store's writer ended in a panic");
        }
    }
}

fn write(mut connection: Connection, mut jobs: mpsc::Receiver<Job>, signals: &Signals) {
    let mut arrived = Vec::with_capacity(GROUP);
    while jobs.blocking_recv_many(&mut arrived, GROUP) > 0 {
        // Who asks to close is answered even if nothing can be written any more.
        let (closing, group): (Vec<Job>, Vec<Job>) =
            arrived.drain(..).partition(|job| matches!(job, Job::Close(_)));
        if !group.is_empty() {
            #[expect(clippy::cast_precision_loss, reason = "a group is at most GROUP long")]
            histogram!("polytill_store_group_size").record(group.len() as f64);
            commit_group(&mut connection, group, signals);
        }
        if !closing.is_empty() {
            drop(jobs);
            drop(connection);
            for job in closing {
                if let Job::Close(answer) = job {
                    let _ = answer.send(());
                }
            }
            return;
        }
    }
}

/// Writes one group and answers everybody in it.
fn commit_group(connection: &mut Connection, group: Vec<Job>, signals: &Signals) {
    let mut answers: Vec<Tell> = Vec::with_capacity(group.len());
    let durable = apply_group(connection, group, signals, &mut answers);
    if let Err(error) = &durable {
        tracing::error!(error, "a group of changes could not be committed");
    }
    for answer in answers {
        answer(&durable);
    }
}

/// Everybody in the group is in `answers` afterwards, whatever happened.
fn apply_group(
    connection: &mut Connection,
    group: Vec<Job>,
    signals: &Signals,
    answers: &mut Vec<Tell>,
) -> Result<(), String> {
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let (mut transaction, mut fate) = match begun {
        Ok(transaction) => (Some(transaction), Ok(())),
        Err(error) => (None, Err(error.to_string())),
    };
    for job in group {
        answers.push(apply_job(transaction.as_mut(), job, signals));
        // A full disk, a failed read and a lack of memory undo the whole transaction, not one savepoint. Were
        // another savepoint opened now, its release would commit it by itself.
        if transaction.as_ref().is_some_and(|transaction| transaction.is_autocommit()) {
            transaction = None;
            fate = Err("the database undid the whole group".to_owned());
        }
    }
    match transaction {
        Some(transaction) => transaction.commit().map_err(|error| error.to_string()),
        None => fate,
    }
}

/// Without a transaction nothing is done, and the group's fate is what the asker is told.
fn apply_job(transaction: Option<&mut Transaction<'_>>, job: Job, signals: &Signals) -> Tell {
    match (job, transaction) {
        (Job::Commit(change, answer), transaction) => {
            let result = transaction.map_or(Ok(()), |transaction| apply_in_savepoint(transaction, &change));
            let signals = signals.clone();
            Box::new(move |durable| {
                let verdict = verdict(result, durable);
                if verdict.is_ok() {
                    change.signals.iter().for_each(|signal| signals.tell(*signal));
                }
                drop(answer.send(verdict));
            })
        }
        (Job::Run(work), Some(transaction)) => {
            let finish = work(transaction);
            Box::new(move |durable| {
                // Unanswered, the asker learns that the store is unavailable.
                if durable.is_ok() {
                    finish();
                }
            })
        }
        (Job::Run(_) | Job::Close(_), _) => Box::new(|_| {}),
    }
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::{PaymentId, Timestamp, Version};
    use tempfile::TempDir;

    use super::super::{connect, migrate, reader};
    use super::*;
    use crate::NewNotification;

    type Answered = oneshot::Receiver<Result<(), CommitError>>;

    fn database() -> (TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("store.db")).unwrap();
        migrate(&mut connection).unwrap();
        (folder, connection)
    }

    fn job(change: Change) -> (Job, Answered) {
        let (answer, answered) = oneshot::channel();
        (Job::Commit(Box::new(change), answer), answered)
    }

    fn setting(key: &str) -> (Job, Answered) {
        job(Change { settings: vec![(key.to_owned(), String::new())], ..Change::default() })
    }

    fn too_big() -> (Job, Answered) {
        let message = NewNotification {
            payment: PaymentId::FIRST,
            version: Version::new(1),
            url: "u".repeat(4_000_000),
            destination: String::new(),
            created_at: Timestamp::from_millis(0),
            next_at: Timestamp::from_millis(0),
        };
        job(Change { notifications: vec![message], ..Change::default() })
    }

    #[test]
    fn a_group_that_the_database_undid_is_told_so_and_is_not_there() {
        let (_folder, mut connection) = database();
        connection.pragma_update(None, "max_page_count", 100).unwrap();
        let (jobs, answers): (Vec<Job>, Vec<Answered>) =
            [setting("before"), too_big(), setting("after")].into_iter().unzip();
        commit_group(&mut connection, jobs, &Signals::default());
        for answer in answers {
            assert!(matches!(answer.blocking_recv().unwrap(), Err(CommitError::Store(_))));
        }
        for key in ["before", "after"] {
            assert_eq!(reader::setting(&connection, key).unwrap(), None, "{key}");
        }

        let (next, answered) = setting("next");
        commit_group(&mut connection, vec![next], &Signals::default());
        answered.blocking_recv().unwrap().unwrap();
        assert_eq!(reader::setting(&connection, "next").unwrap().as_deref(), Some(""));
    }

    #[test]
    fn closing_is_answered_when_nothing_can_be_written() {
        let (folder, connection) = database();
        connection.busy_timeout(Duration::ZERO).unwrap();
        let other = connect(&folder.path().join("store.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (queue, jobs) = mpsc::channel(4);
        let ((refused, answered), (close, closed)) = (setting("key"), oneshot::channel());
        queue.blocking_send(refused).unwrap_or_else(|_| panic!("the queue is open"));
        queue.blocking_send(Job::Close(close)).unwrap_or_else(|_| panic!("the queue is open"));
        // A writer that overheard it would otherwise wait here for ever.
        drop(queue);
        write(connection, jobs, &Signals::default());
        assert!(matches!(answered.blocking_recv().unwrap(), Err(CommitError::Store(_))));
        closed.blocking_recv().unwrap();
    }
}
