//! What time brings about at points of sale: customers who only stood there are forgotten, what was still being approved
//! when its point of sale was closed is withdrawn, refunds nobody decided on are given.

use std::collections::HashSet;
use std::sync::Arc;

use domain::PaymentId;
use store::{Change, Document, DocumentKind};
use tokio::task::{JoinError, JoinSet};

use super::PosError;
use super::book::{self, Floor, PosRefund, PosRefundState};
use crate::documents::{self, Kept};
use crate::error::Error;
use crate::gateway::Gateway;

/// How many are looked at in one go, how many of them side by side, and how often in a row.
const ROUND: u32 = 256;
const SIDE_BY_SIDE: usize = 32;
const MOST_ROUNDS: usize = 1_000;

impl Gateway {
    /// Does what is due; returns how much that was. What cannot be done now does not keep the rest waiting.
    pub(crate) async fn run_due_points_of_sale(self: &Arc<Self>) -> Result<u64, Error> {
        let mut done = 0;
        for kind in [DocumentKind::CheckIn, DocumentKind::MobilePayRefund] {
            let mut left: HashSet<i64> = HashSet::new();
            for _ in 0..MOST_ROUNDS {
                let limit = ROUND.saturating_add(u32::try_from(left.len()).unwrap_or(u32::MAX));
                let mut due = self.store.due_documents(kind, self.clock.now(), limit).await?;
                due.retain(|document| !left.contains(&document.id));
                if due.is_empty() {
                    break;
                }
                left.extend(due.iter().map(|document| document.id));
                for ended in self.do_due(due).await {
                    left.remove(&ended);
                    done += 1;
                }
            }
        }
        Ok(done)
    }

    /// Returns which of them are done.
    async fn do_due(self: &Arc<Self>, due: Vec<Document>) -> Vec<i64> {
        let (mut doing, mut done) = (JoinSet::new(), Vec::new());
        for document in due {
            if doing.len() >= SIDE_BY_SIDE {
                done.extend(doing.join_next().await.and_then(ended));
            }
            let gateway = Arc::clone(self);
            doing.spawn(async move { (document.id, document.kind, gateway.do_one(&document).await) });
        }
        while let Some(last) = doing.join_next().await {
            done.extend(ended(last));
        }
        done
    }

    async fn do_one(self: &Arc<Self>, document: &Document) -> Result<(), PosError> {
        if document.kind == DocumentKind::MobilePayRefund {
            return self.give_overdue(document).await;
        }
        let floor = documents::read::<Floor>(document)?;
        match floor.value.payment {
            Some(payment) => self.end_at_closed(document.id, floor, payment).await,
            None => self.forget_customer(document.id, floor).await,
        }
    }

    async fn forget_customer(&self, pos: i64, floor: Kept<Floor>) -> Result<(), PosError> {
        let mut next = floor.value;
        let Some(standing) = next.customer.take() else { return Ok(()) };
        let change = Change {
            documents: vec![book::floor_write(pos, &next, floor.version)?],
            released: vec![book::phone_key(standing.phone)],
            signals: vec![book::pos_signal(pos), book::phone_signal(standing.phone)],
            ..Change::default()
        };
        self.commit_unless_overtaken(change).await
    }

    /// Withdraws what is active where nothing is paid any more; what is being approved, as soon as that is known.
    async fn end_at_closed(&self, pos: i64, floor: Kept<Floor>, payment: PaymentId) -> Result<(), PosError> {
        let seen = self.load(payment).await?;
        if seen.pending.is_none() {
            return self.withdraw(payment).await;
        }
        let asked_again = seen.wake_at.filter(|at| *at > self.clock.now()).ok_or(PosError::Unresolved)?;
        let mut next = floor.value;
        next.withdraw_at = Some(asked_again);
        let documents = vec![book::floor_write(pos, &next, floor.version)?];
        self.commit_unless_overtaken(Change { documents, ..Change::default() }).await
    }

    /// Somebody who was there just now has written when it is due next.
    async fn commit_unless_overtaken(&self, change: Change) -> Result<(), PosError> {
        match self.store.commit(change).await {
            Ok(()) | Err(store::CommitError::DocumentConflict(..)) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    async fn give_overdue(self: &Arc<Self>, document: &Document) -> Result<(), PosError> {
        let refund = documents::read::<PosRefund>(document)?.value;
        if refund.state != PosRefundState::Reserved {
            return Ok(());
        }
        let payment = self.load(refund.payment).await?;
        self.give(&refund, payment).await
    }
}

type Ended = Result<(i64, DocumentKind, Result<(), PosError>), JoinError>;

/// The number of what was done.
fn ended(ended: Ended) -> Option<i64> {
    match ended {
        Ok((id, _, Ok(()))) => Some(id),
        Ok((_, _, Err(PosError::Unresolved | PosError::Declined))) => None,
        Ok((id, kind, Err(error))) => {
            tracing::error!(id, ?kind, %error, "what is due could not be done");
            None
        }
        Err(error) => {
            tracing::error!(%error, "what is due at points of sale ended in a panic");
            None
        }
    }
}
