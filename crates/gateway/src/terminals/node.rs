//! This node among the others: a lease that says until when it is believed to run. A device is connected to a
//! node; when the node is gone, so is the device's connection. Leases are about machines, so they go by the machine's time
//! and not by a sandbox's clock.

use std::time::Duration;

use domain::{Span, Timestamp, Version};
use serde::{Deserialize, Serialize};
use store::{Change, CommitError, DocumentKind, DocumentWrite, Order};
use tokio::sync::{Mutex, watch};

use super::book;
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::gateway::Gateway;

/// How long a node is believed to run after it last said so.
const LEASE: Span = Span::from_secs(30);
const RENEW_EVERY: Duration = Duration::from_secs(10);
/// How long one that is gone is remembered.
const REMEMBERED: Span = Span::from_hours(1);
const MOST_FORGOTTEN: u32 = 100;

#[derive(Serialize, Deserialize)]
struct Lease {
    until: Timestamp,
}

/// The node's number and the version of its lease, once it has one.
#[derive(Default)]
pub(crate) struct Node(Mutex<Option<(i64, Option<Version>)>>);

impl Gateway {
    /// This node's number. The first asking enters it among the others.
    pub(crate) async fn node_number(&self) -> Result<i64, Error> {
        let mut node = self.node.0.lock().await;
        if let Some((number, _)) = *node {
            return Ok(number);
        }
        self.forget_old_nodes().await?;
        let number = self.ids.next(self.store.as_ref()).await?.get();
        let version = self.write_lease(number, None).await?;
        *node = Some((number, Some(version)));
        Ok(number)
    }

    async fn write_lease(&self, number: i64, seen: Option<Version>) -> Result<Version, CommitError> {
        let lease = Lease { until: SystemClock.now().plus(LEASE) };
        let write = book::write(DocumentKind::Node, number, 0, None, seen, &lease)?;
        self.store.commit(Change { documents: vec![write], ..Change::default() }).await?;
        Ok(seen.unwrap_or_default().next())
    }

    async fn renew_lease(&self) -> Result<(), Error> {
        let mut node = self.node.0.lock().await;
        let Some((number, version)) = *node else { return Ok(()) };
        match self.write_lease(number, version).await {
            Ok(version) => *node = Some((number, Some(version))),
            // Somebody has reset the sandbox: it is written anew next time.
            Err(CommitError::DocumentConflict(..)) => *node = Some((number, None)),
            Err(other) => return Err(other.into()),
        }
        Ok(())
    }

    pub(crate) async fn renew_lease_now_and_then(
        self: std::sync::Arc<Self>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let mut tick = tokio::time::interval(RENEW_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = stopped.changed() => return,
            }
            if let Err(error) = self.renew_lease().await {
                tracing::error!(%error, "this node's lease could not be renewed");
            }
        }
    }

    /// After everything was forgotten: enters the node again.
    pub(crate) async fn renew_lease_after_reset(&self) -> Result<(), Error> {
        if let Some((_, version)) = self.node.0.lock().await.as_mut() {
            *version = None;
        }
        self.renew_lease().await
    }

    /// Leaves the others. The lease is given up, so that nobody waits for its end.
    pub(crate) async fn leave(&self) {
        let Some((id, Some(expected))) = self.node.0.lock().await.take() else { return };
        let gone = DocumentWrite::Delete { kind: DocumentKind::Node, id, expected };
        // Without this the lease ends by itself.
        let _ = self.store.commit(Change { documents: vec![gone], ..Change::default() }).await;
    }

    /// Whether a node is believed to run.
    pub(crate) async fn runs(&self, number: i64) -> Result<bool, Error> {
        let Some(found) = self.store.document(DocumentKind::Node, number).await? else { return Ok(false) };
        let lease = book::read::<Lease>(&found)?.value;
        Ok(lease.until > SystemClock.now())
    }

    async fn forget_old_nodes(&self) -> Result<(), Error> {
        let nodes =
            self.store.documents_of(DocumentKind::Node, 0, None, Order::OldestFirst, MOST_FORGOTTEN).await?;
        let long_ago = SystemClock.now().plus(Span::from_millis(-REMEMBERED.millis()));
        for node in nodes {
            if book::read::<Lease>(&node)?.value.until < long_ago {
                let gone =
                    DocumentWrite::Delete { kind: DocumentKind::Node, id: node.id, expected: node.version };
                // Another node may have been faster.
                let _ = self.store.commit(Change { documents: vec![gone], ..Change::default() }).await;
            }
        }
        Ok(())
    }
}
