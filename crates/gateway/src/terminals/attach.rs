//! One device at a time is a terminal. Which one is a document, changed at its version, so that two that come at
//! once take turns; the one that was replaced finds out by looking.

use std::sync::Arc;

use domain::{Batch, SecretHash, Task, Terminal, TerminalCommand, TerminalId, Tid, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Change, CommitError, DocumentKind};

use super::book::{self, Kept};
use super::{MOST_CONFLICTS, TerminalError};
use crate::directory::device_key_hash;
use crate::error::Error;
use crate::gateway::Gateway;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    #[default]
    Ok,
    Low,
    Out,
}

/// The device that is a terminal, or was last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Device {
    /// One for every time a device is let in.
    pub(crate) session: i64,
    instance: String,
    /// The node that it is connected to.
    pub(crate) node: i64,
    pub(crate) connected: bool,
    /// It makes room for whoever comes.
    yielding: bool,
    pub(crate) host_up: bool,
    #[serde(default)]
    pub(crate) paper: Paper,
    pub(crate) model: String,
    since: Timestamp,
}

/// Who wants to be a terminal.
#[derive(Debug, Clone)]
pub struct DeviceInfo {
    /// Tells this device from any other, over reconnects.
    pub instance: String,
    pub model: String,
}

/// How a device wants in.
#[derive(Debug, Clone)]
pub struct Entrance {
    pub device: DeviceInfo,
    /// Replace the device that is the terminal now.
    pub takeover: bool,
    /// Make room for whoever comes: the built-in one does.
    pub yielding: bool,
}

#[derive(Debug, Clone)]
pub enum Attached {
    /// It is the terminal now.
    In { session: i64, batch: Box<Batch> },
    /// Another one is.
    Occupied { model: String },
}

pub(crate) fn hello_to(key: &crate::keyring::Key, terminal: TerminalId, secret: &str) -> SecretHash {
    device_key_hash(key, terminal, secret)
}

impl Gateway {
    /// The terminal whose device key this is. Takes as long for an unknown TID as for a wrong key.
    #[must_use]
    pub fn admit_device(&self, tid: &Tid, secret: &str) -> Option<Arc<Terminal>> {
        self.directory().admit_device(self.client_secrets(), tid, secret)
    }

    pub(crate) async fn device(&self, terminal: TerminalId) -> Result<Option<Kept<Device>>, Error> {
        let found = self.store.document(DocumentKind::TerminalDevice, terminal.get()).await?;
        Ok(found.map(|found| book::read(&found)).transpose()?)
    }

    /// Makes a device the terminal, if nobody else is or it may take over.
    pub async fn attach(&self, terminal: &Terminal, entrance: &Entrance) -> Result<Attached, TerminalError> {
        if !terminal.active {
            return Err(TerminalError::Inactive);
        }
        let node = self.node_number().await?;
        for _ in 0..MOST_CONFLICTS {
            let before = self.device(terminal.id).await?;
            if let Some(other) = self.somebody_else(before.as_ref(), entrance).await? {
                return Ok(Attached::Occupied { model: other });
            }
            let now = self.clock.now();
            let session = self.ids.next(self.store.as_ref()).await?.get();
            let device = Device {
                session,
                instance: entrance.device.instance.clone(),
                node,
                connected: true,
                yielding: entrance.yielding,
                host_up: true,
                paper: Paper::Ok,
                model: entrance.device.model.clone(),
                since: now,
            };
            let seen = before.as_ref().and_then(|kept| kept.version);
            match self.write_device(terminal.id, &device, seen).await {
                Ok(()) => {}
                Err(CommitError::DocumentConflict(..)) => continue,
                Err(other) => return Err(other.into()),
            }
            if before.is_some_and(|kept| kept.value.instance != device.instance) {
                self.hand_over(terminal).await?;
            }
            let batch = book::open_batch(self.store.as_ref(), terminal.id, now).await?.value;
            return Ok(Attached::In { session, batch: Box::new(batch) });
        }
        Err(TerminalError::Overloaded)
    }

    /// The model of the device that must not be replaced.
    async fn somebody_else(
        &self,
        before: Option<&Kept<Device>>,
        entrance: &Entrance,
    ) -> Result<Option<String>, Error> {
        let Some(Kept { value: device, .. }) = before else { return Ok(None) };
        let same = device.instance == entrance.device.instance;
        let polite = entrance.yielding && !device.yielding;
        let may_replace = same || (device.yielding && !entrance.yielding) || (entrance.takeover && !polite);
        if may_replace || !device.connected || !self.runs(device.node).await? {
            return Ok(None);
        }
        Ok(Some(device.model.clone()))
    }

    async fn write_device(
        &self,
        terminal: TerminalId,
        device: &Device,
        seen: Option<domain::Version>,
    ) -> Result<(), CommitError> {
        let kind = DocumentKind::TerminalDevice;
        let write = book::write(kind, terminal.get(), 0, None, seen, device)?;
        let signals = vec![book::signal(terminal)];
        self.store.commit(Change { documents: vec![write], signals, ..Change::default() }).await
    }

    /// Changes what is known of a device, while it is the terminal.
    async fn change_device(
        &self,
        terminal: TerminalId,
        session: i64,
        change: impl Fn(&mut Device),
    ) -> Result<(), TerminalError> {
        for _ in 0..MOST_CONFLICTS {
            let Some(kept) = self.device(terminal).await? else { return Ok(()) };
            let mut next = kept.value.clone();
            change(&mut next);
            if kept.value.session != session || next == kept.value {
                return Ok(());
            }
            match self.write_device(terminal, &next, kept.version).await {
                Ok(()) => return Ok(()),
                Err(CommitError::DocumentConflict(..)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(TerminalError::Overloaded)
    }

    /// The device's connection is over. One that was replaced changes nothing.
    pub async fn detach(&self, terminal: TerminalId, session: i64) -> Result<(), TerminalError> {
        self.change_device(terminal, session, |device| device.connected = false).await
    }

    /// What the device says of itself.
    pub async fn device_status(
        &self,
        terminal: TerminalId,
        session: i64,
        host_up: Option<bool>,
        paper: Option<Paper>,
    ) -> Result<(), TerminalError> {
        self.change_device(terminal, session, |device| {
            device.host_up = host_up.unwrap_or(device.host_up);
            device.paper = paper.unwrap_or(device.paper);
        })
        .await
    }

    /// What runs goes on under a new attempt: the device that was replaced has nothing more to say about it.
    async fn hand_over(&self, terminal: &Terminal) -> Result<(), TerminalError> {
        for _ in 0..MOST_CONFLICTS {
            let Some(kept) = book::running(self.store.as_ref(), terminal.id).await? else { return Ok(()) };
            if kept.value.kind.has_payment() {
                let payment = self.load(kept.value.id.into()).await?;
                let attempt = kept.value.attempt.saturating_add(1);
                let begin = domain::Command::Terminal(TerminalCommand::Begin { attempt });
                return match self.change_once(payment, begin).await {
                    // It ended or was begun anew meanwhile.
                    Ok(_) | Err(Error::Refused(_)) => Ok(()),
                    Err(other) => Err(other.into()),
                };
            }
            if kept.value.working {
                return Ok(());
            }
            match self.begin_host_task(&kept, terminal).await {
                Err(CommitError::DocumentConflict(..)) => {}
                other => return Ok(other?),
            }
        }
        Err(TerminalError::Overloaded)
    }

    /// Begins a void or a closing, or begins it anew.
    pub(crate) async fn begin_host_task(
        &self,
        kept: &Kept<Task>,
        terminal: &Terminal,
    ) -> Result<(), CommitError> {
        let now = self.clock.now();
        let until = now.plus(terminal.timings.present_ms);
        let Ok(next) = kept.value.clone().begin(now, until) else { return Ok(()) };
        let mut change = Change::default();
        book::task_change(&mut change, kept, &next, now)?;
        self.store.commit(change).await
    }
}
