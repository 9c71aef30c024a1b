//! What registers and devices see: a task with its payment, and what a device has to know.

use std::time::Duration;

use domain::{Payment, Task, TaskId, Terminal, TerminalId};
use store::{Signal, Topic};
use tokio::time::Instant;

use super::{LONGEST_WAIT, TerminalError, book, payment_of};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::signals::heard;

/// How many queued tasks an operator is shown.
const SHOWN: u32 = 50;

/// A task and the payment it is about: its own, or the one it undoes.
#[derive(Debug, Clone)]
pub struct TaskView {
    pub task: Task,
    pub payment: Option<Payment>,
}

/// What the device of a session has to know now.
#[derive(Debug, Clone)]
pub enum Agenda {
    /// Everything was forgotten: say hello again.
    Forgotten,
    /// Another device is the terminal.
    Replaced { model: String },
    Current {
        running: Option<Box<TaskView>>,
        /// In assisted mode: what the operator may pick, the oldest first, and whether there is more.
        queue: Option<(Vec<TaskView>, bool)>,
    },
}

impl Gateway {
    /// A task, whoever's it is: the door looks whose terminal it names.
    pub async fn terminal_task(&self, id: TaskId) -> Result<Option<TaskView>, TerminalError> {
        let Some((task, own)) = book::task_with_payment(self.store.as_ref(), id).await? else {
            return Ok(None);
        };
        match payment_of(task.kind, task.id) {
            Some(payment) if payment.get() == id.get() => Ok(Some(TaskView { task, payment: own })),
            _ => Ok(Some(self.with_payment(task).await?)),
        }
    }

    /// The same for whoever asks again and again: the payment of a task that has not begun says nothing that the task does
    /// not say, and is not read.
    pub async fn terminal_task_polled(&self, id: TaskId) -> Result<Option<TaskView>, TerminalError> {
        let Some(kept) = book::task(self.store.as_ref(), id).await? else { return Ok(None) };
        if kept.value.attempt == 0 && !kept.value.is_done() {
            return Ok(Some(TaskView { task: kept.value, payment: None }));
        }
        Ok(Some(self.with_payment(kept.value).await?))
    }

    pub(crate) async fn view(&self, id: TaskId) -> Result<TaskView, TerminalError> {
        self.terminal_task(id).await?.ok_or(TerminalError::NotFound)
    }

    async fn with_payment(&self, task: Task) -> Result<TaskView, Error> {
        let payment = match payment_of(task.kind, task.id) {
            Some(payment) => self.store.payment(payment).await?,
            None => None,
        };
        Ok(TaskView { task, payment })
    }

    /// The task when it is done, or as it is when the time is over.
    pub async fn await_task(&self, id: TaskId, patience: Duration) -> Result<TaskView, TerminalError> {
        let deadline = Instant::now() + patience.min(LONGEST_WAIT);
        // Listening begins before looking, so that nothing is missed in between.
        let mut signals = self.store.signals();
        loop {
            let view = self.view(id).await?;
            if view.task.is_done() {
                return Ok(view);
            }
            let key = view.task.terminal.get();
            if !heard(&mut signals, Signal { topic: Topic::Terminal, key }, deadline).await {
                return Ok(view);
            }
        }
    }

    /// What the device of a session has to know. When the terminal is idle the next task begins first.
    pub async fn agenda(&self, terminal: &Terminal, session: i64) -> Result<Agenda, TerminalError> {
        match self.device(terminal.id).await? {
            None => return Ok(Agenda::Forgotten),
            Some(kept) if kept.value.session != session => {
                return Ok(Agenda::Replaced { model: kept.value.model });
            }
            Some(_) => {}
        }
        let mut running = book::running(self.store.as_ref(), terminal.id).await?;
        if running.is_none() {
            self.take_turn(terminal).await?;
            running = book::running(self.store.as_ref(), terminal.id).await?;
        }
        let running = match running {
            Some(kept) => Some(Box::new(self.with_payment(kept.value).await?)),
            None => None,
        };
        let queue = match terminal.mode {
            domain::Mode::Automatic => None,
            domain::Mode::Assisted => Some(self.queue(terminal.id).await?),
        };
        Ok(Agenda::Current { running, queue })
    }

    /// The tasks that wait for their turn, the oldest first, and whether there are more than are told.
    pub async fn queue(&self, terminal: TerminalId) -> Result<(Vec<TaskView>, bool), TerminalError> {
        let (places, more) = book::queued(self.store.as_ref(), terminal, SHOWN).await?;
        let mut tasks = Vec::with_capacity(places.len());
        for id in places {
            tasks.extend(self.terminal_task(id).await?);
        }
        Ok((tasks, more))
    }
}
