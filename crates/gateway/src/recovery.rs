//! What happens without anybody asking: windows that pass, and outcomes that were lost.
//!
//! A payment says itself when it next needs looking at (`wake_at`). An outcome that is not known is asked
//! for, with growing pauses, until it is known: an authorisation by inquiry, a capture, void or refund by
//! asking for it again under the same reference. Nothing is guessed. Two nodes may wake the same payment;
//! the store lets one of them change it.

use acquirer::Reply;
use domain::{Command, MoneyState, Payment, PaymentId, PendingKind, Refusal};
use metrics::counter;

use crate::error::Error;
use crate::gateway::Gateway;
use crate::payments::Done;

/// How many due payments are looked at in one go.
const ROUND: u32 = 256;

impl Gateway {
    /// Looks at every payment that is due now; returns how many there were.
    pub async fn run_due(&self) -> Result<u64, Error> {
        let mut woken = 0;
        loop {
            let due = self.store.due_payments(self.clock.now(), ROUND).await?;
            if due.is_empty() {
                return Ok(woken);
            }
            let mut progress = false;
            for id in due {
                match self.wake(id).await {
                    Ok(()) => {
                        woken += 1;
                        progress = true;
                    }
                    Err(error) => tracing::error!(payment = %id, %error, "a due payment could not be woken"),
                }
            }
            if !progress {
                return Ok(woken);
            }
        }
    }

    async fn wake(&self, id: PaymentId) -> Result<(), Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        let payment = self.load(id).await?;
        // Somebody may have been here between the list and the lock.
        if payment.wake_at.is_none_or(|at| at > self.clock.now()) {
            return Ok(());
        }
        if payment.pending.is_some() {
            return self.resolve(payment).await;
        }
        let payment = self.change_once(payment, Command::Expire).await?;
        if payment.pending.is_some() { self.resolve(payment).await } else { Ok(()) }
    }

    /// Finds out what became of what is pending, or notes that it is still not known.
    async fn resolve(&self, payment: Payment) -> Result<(), Error> {
        let reply = self.ask(&payment).await;
        if reply == Reply::Unknown {
            counter!("polytill_outcomes_still_unknown_total").increment(1);
            self.change_once(payment, Command::RemainUnknown).await?;
            return Ok(());
        }
        let kind = payment.pending.map(|pending| pending.kind);
        let done = self.conclude(payment, reply).await?;
        if let (Some(PendingKind::Authorisation), Done::Finished(payment)) = (kind, &done) {
            tracing::info!(payment = %payment.id, held = payment.money == MoneyState::Authorized,
                "an authorisation whose answer was lost turned out approved");
        }
        Ok(())
    }
}
