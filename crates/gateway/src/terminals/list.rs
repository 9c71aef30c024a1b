//! Lists, and whether a terminal is there.

use domain::{Batch, Task, TaskId, TerminalId, Transaction};
use store::{DocumentKind, Order};

use super::{Paper, TerminalError, book};
use crate::gateway::Gateway;

/// The most that is listed in one go.
const MOST: u32 = 200;

/// Whether a terminal is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    Online,
    /// Its device is connected here and says that it cannot reach what it needs.
    HostDown,
    /// No device is connected.
    Absent,
}

/// A batch with its transactions, or the first of them.
#[derive(Debug, Clone)]
pub struct BatchPage {
    pub batch: Batch,
    pub transactions: Vec<Transaction>,
}

impl Gateway {
    pub async fn terminal_link(&self, terminal: TerminalId) -> Result<Link, TerminalError> {
        let Some(device) = self.device(terminal).await?.map(|kept| kept.value) else {
            return Ok(Link::Absent);
        };
        if !device.connected || !self.runs(device.node).await? {
            return Ok(Link::Absent);
        }
        Ok(if device.host_up { Link::Online } else { Link::HostDown })
    }

    /// The paper of the device, as it last said.
    pub async fn terminal_paper(&self, terminal: TerminalId) -> Result<Option<Paper>, TerminalError> {
        Ok(self.device(terminal).await?.map(|kept| kept.value.paper))
    }

    /// What runs on a terminal.
    pub async fn running_task(&self, terminal: TerminalId) -> Result<Option<Task>, TerminalError> {
        Ok(book::running(self.store.as_ref(), terminal).await?.map(|kept| kept.value))
    }

    /// A terminal's tasks, the newest number first, behind `before`.
    pub async fn terminal_tasks(
        &self,
        terminal: TerminalId,
        before: Option<TaskId>,
        limit: u32,
    ) -> Result<Vec<Task>, TerminalError> {
        let (kind, parent) = (DocumentKind::TerminalTask, terminal.get());
        self.newest(kind, parent, before.map(TaskId::get), limit).await
    }

    /// A terminal's batches, the newest first: the first one is open, once anything was booked.
    pub async fn terminal_batches(
        &self,
        terminal: TerminalId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<Batch>, TerminalError> {
        let before = before.map(|number| book::batch_id(terminal, number));
        self.newest(DocumentKind::Batch, terminal.get(), before, limit).await
    }

    /// One batch.
    pub async fn terminal_batch(
        &self,
        terminal: TerminalId,
        number: u32,
    ) -> Result<Option<Batch>, TerminalError> {
        Ok(book::batch(self.store.as_ref(), terminal, number).await?)
    }

    /// The batch that is open now.
    pub async fn open_batch(&self, terminal: TerminalId) -> Result<Batch, TerminalError> {
        Ok(book::open_batch(self.store.as_ref(), terminal, self.clock.now()).await?.value)
    }

    /// A batch's transactions, the newest first, behind the one a task did.
    pub async fn batch_transactions(
        &self,
        terminal: TerminalId,
        number: u32,
        before: Option<TaskId>,
        limit: u32,
    ) -> Result<Vec<Transaction>, TerminalError> {
        let parent = book::batch_id(terminal, number);
        self.newest(DocumentKind::Transaction, parent, before.map(TaskId::get), limit).await
    }

    /// What a task has booked.
    pub async fn transaction(&self, task: TaskId) -> Result<Option<Transaction>, TerminalError> {
        let found = self.store.document(DocumentKind::Transaction, task.get()).await?;
        Ok(found.map(|found| book::read(&found).map(|kept| kept.value)).transpose()?)
    }

    async fn newest<T: serde::de::DeserializeOwned>(
        &self,
        kind: DocumentKind,
        parent: i64,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<T>, TerminalError> {
        let limit = limit.min(MOST);
        let found = self.store.documents_of(kind, parent, before, Order::NewestFirst, limit).await?;
        let parsed = found.iter().map(|document| Ok(book::read(document)?.value));
        parsed.collect()
    }
}
