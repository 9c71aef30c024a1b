//! What happens without anybody asking: windows that pass, and outcomes that were lost.
//!
//! A payment says itself when it next needs looking at (`wake_at`). An outcome that is not known is asked
//! for, with growing pauses, until it is known: an authorisation by inquiry, a capture, void or refund by
//! asking for it again under the same reference. Nothing is guessed. Two nodes may wake the same payment;
//! the store lets one of them change it.

use std::collections::HashSet;
use std::sync::Arc;

use acquirer::Reply;
use domain::{Command, Payment, PaymentId, PendingKind, Refusal};
use metrics::counter;
use tokio::task::JoinSet;

use crate::error::Error;
use crate::gateway::Gateway;
use crate::payments::reference;

/// How many due payments are looked at in one go, and how many of them side by side.
const ROUND: u32 = 256;
const SIDE_BY_SIDE: usize = 32;

impl Gateway {
    /// Looks at every payment that is due now; returns how many there were. One that cannot be woken, or
    /// panics, does not keep the others asleep.
    pub async fn run_due(self: &Arc<Self>) -> Result<u64, Error> {
        let mut woken = self.run_due_tasks().await?;
        let mut failed: HashSet<PaymentId> = HashSet::new();
        loop {
            let limit = ROUND.saturating_add(u32::try_from(failed.len()).unwrap_or(u32::MAX));
            let mut due = self.store.due_payments(self.clock.now(), limit).await?;
            due.retain(|id| !failed.contains(id));
            if due.is_empty() {
                return Ok(woken);
            }
            let mut waking = JoinSet::new();
            for id in due {
                if waking.len() >= SIDE_BY_SIDE {
                    note(waking.join_next().await, &mut woken, &mut failed);
                }
                let gateway = Arc::clone(self);
                waking.spawn(async move {
                    // A task of its own: its panic is told here and ends nothing else.
                    let result = tokio::spawn(async move { gateway.wake(id).await }).await;
                    (id, result.unwrap_or_else(|_| Err(Error::Internal("a panic".to_owned()))))
                });
            }
            while let Some(ended) = waking.join_next().await {
                note(Some(ended), &mut woken, &mut failed);
            }
        }
    }

    pub(crate) async fn wake(&self, id: PaymentId) -> Result<(), Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        let payment = self.load(id).await?;
        // Somebody may have been here between the list and the lock.
        if payment.wake_at.is_none_or(|at| at > self.clock.now()) {
            return Ok(());
        }
        if payment.pending.is_some() {
            return self.resolve(payment).await;
        }
        if payment.is_open() && payment.is_later_charge() {
            return self.charge_on_file(payment).await.map(|_| ());
        }
        let payment = self.change_once(payment, Command::Expire).await?;
        if payment.pending.is_some() { self.resolve(payment).await } else { Ok(()) }
    }

    /// Finds out what became of what is pending, or notes that it is still not known.
    async fn resolve(&self, payment: Payment) -> Result<(), Error> {
        let Some(pending) = payment.pending else { return Ok(()) };
        let mut reply = self.ask(&payment).await;
        if reply == Reply::NeverHappened && pending.kind == PendingKind::Authorisation {
            // It may still be on its way: only what is reversed has certainly not happened.
            reply = match self.acquirer.reverse(reference(&payment, &pending)).await {
                Reply::Approved => Reply::NeverHappened,
                Reply::Declined(_) | Reply::Unknown | Reply::NeverHappened => Reply::Unknown,
            };
        }
        if reply == Reply::Unknown {
            counter!("polytill_outcomes_still_unknown_total").increment(1);
            let command = Command::RemainUnknown { reference: pending.reference };
            return match self.change_once(payment, command).await {
                Ok(_) | Err(Error::Refused(Refusal::NothingPending)) => Ok(()),
                Err(other) => Err(other),
            };
        }
        self.conclude(payment, reply).await;
        Ok(())
    }
}

type Ended = Result<(PaymentId, Result<(), Error>), tokio::task::JoinError>;

fn note(ended: Option<Ended>, woken: &mut u64, failed: &mut HashSet<PaymentId>) {
    match ended {
        Some(Ok((_, Ok(())))) => *woken += 1,
        Some(Ok((id, Err(error)))) => {
            tracing::error!(payment = %id, %error, "a due payment could not be woken");
            counter!("polytill_due_payments_failed_total").increment(1);
            failed.insert(id);
        }
        Some(Err(_)) | None => {}
    }
}
