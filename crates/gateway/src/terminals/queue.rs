//! Whose turn it is. A terminal in automatic mode begins with the oldest task as soon as it is idle; in assisted mode
//! its operator picks. Only the node whose device is the terminal takes turns, and only when the device is there.

use domain::{Command, End, Mode, Task, Terminal, TerminalCommand, TerminalId};
use store::{Change, CommitError, DocumentKind};

use super::book::{self, Kept};
use super::{MOST_CONFLICTS, TerminalError};
use crate::error::Error;
use crate::gateway::Gateway;

/// How many places of a queue are looked at for the next turn.
const LOOKED_AT: u32 = 50;
/// How many due tasks are looked at in one go.
const ROUND: u32 = 256;

impl Gateway {
    /// Begins with the next task if the terminal is idle and takes turns by itself.
    pub(crate) async fn take_turn(&self, terminal: &Terminal) -> Result<(), TerminalError> {
        if terminal.mode == Mode::Assisted {
            return Ok(());
        }
        let (places, _) = book::queued(self.store.as_ref(), terminal.id, LOOKED_AT).await?;
        for id in places {
            let Some(kept) = book::task(self.store.as_ref(), id).await? else { continue };
            match self.begin(terminal, &kept).await {
                // Something runs: its end is signalled, and the next turn is taken then.
                Ok(()) | Err(TerminalError::Busy) => return Ok(()),
                // It is over or was begun meanwhile.
                Err(TerminalError::WrongPhase | TerminalError::StaleAttempt) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Begins a queued task, if nothing runs.
    pub(crate) async fn begin(&self, terminal: &Terminal, kept: &Kept<Task>) -> Result<(), TerminalError> {
        let task = &kept.value;
        if task.kind.has_payment() {
            let payment = self.load(task.id.into()).await?;
            let attempt = task.attempt.saturating_add(1);
            let begin = Command::Terminal(TerminalCommand::Begin { attempt });
            self.change_once(payment, begin).await?;
            return Ok(());
        }
        match self.begin_host_task(kept, terminal).await {
            Ok(()) => Ok(()),
            Err(CommitError::Claimed(_)) => Err(TerminalError::Busy),
            Err(CommitError::DocumentConflict(..)) => Err(TerminalError::StaleAttempt),
            Err(other) => Err(other.into()),
        }
    }

    /// Ends a void or a closing that nothing has been done of.
    pub(crate) async fn finish_host_task(
        &self,
        terminal: TerminalId,
        id: domain::TaskId,
        attempt: Option<u32>,
        end: End,
    ) -> Result<(), TerminalError> {
        for _ in 0..MOST_CONFLICTS {
            let kept = self.task_at(terminal, id).await?;
            if kept.value.is_done() {
                return Ok(());
            }
            if kept.value.working {
                return Err(TerminalError::WrongPhase);
            }
            if let Some(attempt) = attempt
                && attempt != kept.value.attempt
            {
                return Err(TerminalError::StaleAttempt);
            }
            let now = self.clock.now();
            let next = kept.value.clone().finish(end, now)?;
            let mut change = Change::default();
            book::task_change(&mut change, &kept, &next, now)?;
            match self.store.commit(change).await {
                Ok(()) => return Ok(()),
                Err(CommitError::DocumentConflict(..)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(TerminalError::Overloaded)
    }

    /// A task of this terminal. Another's does not exist.
    pub(crate) async fn task_at(
        &self,
        terminal: TerminalId,
        id: domain::TaskId,
    ) -> Result<Kept<Task>, TerminalError> {
        let found = book::task(self.store.as_ref(), id).await?;
        found.filter(|kept| kept.value.terminal == terminal).ok_or(TerminalError::NotFound)
    }

    /// Ends every void and closing whose time is over; returns how many.
    pub(crate) async fn run_due_tasks(&self) -> Result<u64, Error> {
        let now = self.clock.now();
        let due = self.store.due_documents(DocumentKind::TerminalTask, now, ROUND).await?;
        let mut ended = 0;
        for document in &due {
            let kept = book::read::<Task>(document)?;
            if !kept.value.is_due(now) {
                continue;
            }
            match self.finish_host_task(kept.value.terminal, kept.value.id, None, End::TimedOut).await {
                Ok(()) => ended += 1,
                // It was taken up just now.
                Err(TerminalError::WrongPhase | TerminalError::NotFound) => {}
                Err(error) => tracing::error!(task = %kept.value.id, %error, "a due task could not be ended"),
            }
        }
        Ok(ended)
    }
}
