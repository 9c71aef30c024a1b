//! What time brings about at points of sale: customers who only stood there are forgotten, refunds nobody decided on
//! are given.

use std::sync::Arc;

use store::{Change, Document, DocumentKind};

use super::PosError;
use super::book::{self, Floor, PosRefund, PosRefundState};
use crate::documents;
use crate::error::Error;
use crate::gateway::Gateway;

/// How many are looked at in one go, and how often in a row.
const ROUND: u32 = 256;
const MOST_ROUNDS: usize = 1_000;

impl Gateway {
    /// Does what is due; returns how much that was.
    pub(crate) async fn run_due_points_of_sale(self: &Arc<Self>) -> Result<u64, Error> {
        let mut done = 0;
        for kind in [DocumentKind::CheckIn, DocumentKind::MobilePayRefund] {
            for _ in 0..MOST_ROUNDS {
                let due = self.store.due_documents(kind, self.clock.now(), ROUND).await?;
                let before = done;
                for document in &due {
                    let ended = match kind {
                        DocumentKind::CheckIn => self.forget_customer(document).await,
                        _ => self.give_overdue(document).await,
                    };
                    match ended {
                        Ok(()) => done += 1,
                        Err(PosError::Unresolved | PosError::Declined) => {}
                        Err(error) => {
                            tracing::error!(id = document.id, ?kind, %error, "what is due could not be done");
                        }
                    }
                }
                if done == before {
                    break;
                }
            }
        }
        Ok(done)
    }

    async fn forget_customer(&self, document: &Document) -> Result<(), PosError> {
        let kept = documents::read::<Floor>(document)?;
        let mut next = kept.value.clone();
        let Some(standing) = next.customer.take() else { return Ok(()) };
        let change = Change {
            documents: vec![book::floor_write(document.id, &next, kept.version)?],
            released: vec![book::phone_key(standing.phone)],
            signals: vec![book::pos_signal(document.id), book::phone_signal(standing.phone)],
            ..Change::default()
        };
        match self.store.commit(change).await {
            // Somebody was there just now: it is not due any more.
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
        self.give_refund(&refund, payment).await
    }
}
