//! The one task that writes.
//!
//! Changes arrive through a bounded queue. A group is whatever is there when the last commit has finished,
//! so an idle system commits one change at a time with the best latency, and a busy one pays for a flush
//! once per group. There is no timer, and one connection with one group in flight.
//!
//! What always holds: every change is answered exactly once; a group is tried a bounded number of times, on
//! a connection that is looked for a bounded number of times; and what may have been committed is never
//! tried again here.

use std::collections::VecDeque;
use std::time::Duration;

use metrics::histogram;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::Config;

use super::apply::{Link, Outcome};
use super::encoded::Encoded;
use super::failure::{Failure, describe};
use super::group::{self, Job, Settled};
use crate::signal::Signals;
use crate::{Change, CommitError, GROUP, StoreError};

/// How often a group is tried when another node is in the way or the connection is lost.
const TRIES: usize = 5;
/// Pauses before each attempt to connect anew.
const PAUSES_MS: [u64; 5] = [0, 100, 300, 900, 1_800];

enum Message {
    Commit(Box<Job>),
    Close(oneshot::Sender<()>),
}

pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    pub(super) async fn start(config: Config, queue: usize, signals: Signals) -> Result<Self, StoreError> {
        let link = Link::open(&config).await;
        let link = link.map_err(|error| StoreError::database("start its writer", describe(&error)))?;
        let (queue, messages) = mpsc::channel(queue.max(1));
        let task =
            Task { messages, config, link: Some(link), waiting: VecDeque::new(), closers: vec![], signals };
        tokio::spawn(task.run());
        Ok(Self { queue })
    }

    pub(super) async fn commit(&self, change: Change) -> Result<(), CommitError> {
        // The place is taken first: what is refused should cost nothing.
        let place = self.queue.try_reserve().map_err(|refused| match refused {
            TrySendError::Full(()) => CommitError::Overloaded,
            TrySendError::Closed(()) => StoreError::Unavailable.into(),
        })?;
        let encoded = Encoded::of(change)?;
        let (answer, answered) = oneshot::channel();
        place.send(Message::Commit(Box::new(Job { encoded, alone: false, answer })));
        answered.await.unwrap_or(Err(StoreError::Unavailable.into()))
    }

    pub(super) async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.queue.send(Message::Close(answer)).await.is_ok() {
            // An error means the writer is gone already, which is what was wanted.
            let _ = answered.await;
        }
    }
}

struct Task {
    messages: mpsc::Receiver<Message>,
    config: Config,
    /// Absent after it was lost.
    link: Option<Link>,
    /// At most [`GROUP`], in order of arrival.
    waiting: VecDeque<Job>,
    closers: Vec<oneshot::Sender<()>>,
    signals: Signals,
}

impl Task {
    async fn run(mut self) {
        while self.receive().await {
            let group = group::take(&mut self.waiting);
            if group.is_empty() {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "a group is at most GROUP long")]
            histogram!("polytill_store_group_size").record(group.len() as f64);
            let settled = self.write(group).await;
            settled.tell(&mut self.waiting);
        }
        self.link = None;
        for closer in self.closers {
            let _ = closer.send(());
        }
    }

    /// Takes in what has arrived, and waits for something when there is nothing to do. False at the end.
    async fn receive(&mut self) -> bool {
        let mut arrived = Vec::new();
        if self.waiting.is_empty() {
            if self.messages.recv_many(&mut arrived, GROUP).await == 0 {
                return false;
            }
        } else {
            let room = GROUP.saturating_sub(self.waiting.len());
            arrived.extend(std::iter::from_fn(|| self.messages.try_recv().ok()).take(room));
        }
        for message in arrived {
            match message {
                Message::Commit(job) => self.waiting.push_back(*job),
                Message::Close(closer) => {
                    // What was queued before is still received; nothing new is let in.
                    self.messages.close();
                    self.closers.push(closer);
                }
            }
        }
        true
    }

    /// Writes a group and answers everybody in it, but for those that are to travel alone.
    async fn write(&mut self, mut group: Vec<Job>) -> Settled {
        let mut settled = Settled::default();
        let mut tries = 0;
        while !group.is_empty() {
            match self.attempt(&group).await {
                Ok(Outcome::Committed) => {
                    for job in group.drain(..) {
                        settled.committed(&job.encoded);
                        job.encoded.change.signals.iter().for_each(|signal| self.signals.tell(*signal));
                        job.tell(Ok(()));
                    }
                }
                Ok(Outcome::Lost(lost)) => {
                    let before = group.len();
                    group = tell_losers(group, lost, &mut settled);
                    // A claim was there and then was not: rare, and not for ever.
                    tries += usize::from(group.len() == before);
                    if tries >= TRIES {
                        fail(&mut group, "settle who holds a claim", "it kept changing hands");
                    }
                }
                Err(failure) => {
                    tries += 1;
                    self.recover(failure, &mut group, tries);
                }
            }
        }
        settled
    }

    async fn attempt(&mut self, group: &[Job]) -> Result<Outcome, Failure> {
        let link = match self.link.take().filter(|link| !link.is_closed()) {
            Some(link) => link,
            None => reconnect(&self.config).await?,
        };
        let group: Vec<&Encoded> = group.iter().map(|job| &job.encoded).collect();
        self.link.insert(link).attempt(&group).await
    }

    /// Leaves in the group what is to be tried again at once.
    fn recover(&mut self, failure: Failure, group: &mut Vec<Job>, tries: usize) {
        match failure {
            Failure::InTheWay(_) if tries < TRIES => {}
            Failure::InTheWay(cause) => fail(group, "write a group of changes", &cause),
            Failure::Disconnected(_) if tries < TRIES => self.link = None,
            Failure::Refused(_) if group.len() > 1 => {
                for mut job in group.drain(..).rev() {
                    job.alone = true;
                    self.waiting.push_front(job);
                }
            }
            Failure::Refused(cause) => fail(group, "take a change", &cause),
            Failure::Disconnected(cause) | Failure::Failed(cause) => {
                self.link = None;
                fail(group, "write a group of changes", &cause);
            }
            Failure::Unknown(cause) => {
                self.link = None;
                fail(group, "tell whether a commit was made", &cause);
            }
        }
    }
}

/// Looks for the server for a few seconds.
async fn reconnect(config: &Config) -> Result<Link, Failure> {
    let mut cause = String::new();
    for pause_ms in PAUSES_MS {
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        match Link::open(config).await {
            Ok(link) => return Ok(link),
            Err(error) => cause = describe(&error),
        }
    }
    Err(Failure::Failed(cause))
}

/// Answers those that lost and returns the others.
fn tell_losers(group: Vec<Job>, lost: Vec<Option<CommitError>>, settled: &mut Settled) -> Vec<Job> {
    let tell = |(job, lost): (Job, Option<CommitError>)| match lost {
        Some(error) => {
            settled.refused(&error);
            job.tell(Err(error));
            None
        }
        None => Some(job),
    };
    group.into_iter().zip(lost).filter_map(tell).collect()
}

fn fail(group: &mut Vec<Job>, doing: &'static str, cause: &str) {
    tracing::error!(changes = group.len(), cause, "the database could not {doing}");
    for job in group.drain(..) {
        job.tell(Err(StoreError::database(doing, cause).into()));
    }
}
