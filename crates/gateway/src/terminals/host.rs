//! What is done without a card: a void, which gives up a captured sale or refund as a whole, and a closing, which cuts
//! the batch.

use domain::{
    CloseReason, Command, End, MoneyState, Payment, PaymentId, Refusal, Span, TaskId, TerminalCommand,
    TerminalId,
};
use store::{Change, CommitError};

use super::{MOST_CONFLICTS, TerminalError, Unvoidable, book, unvoidable};
use crate::error::Error;
use crate::gateway::Gateway;

impl Gateway {
    /// Whether a payment may be undone at this terminal now. Without `within` only in its open batch.
    pub async fn voidable(
        &self,
        terminal: TerminalId,
        payment: PaymentId,
        within: Option<Span>,
    ) -> Result<Payment, TerminalError> {
        let payment = self.store.payment(payment).await?.ok_or(Unvoidable::NotFound)?;
        match book::terminal_of(&payment) {
            Some(of) if of == terminal => {}
            _ => return Err(Unvoidable::OtherTerminal.into()),
        }
        let captured_at = match (payment.money, payment.captured_at) {
            (MoneyState::Captured, Some(at)) => at,
            (MoneyState::Closed(CloseReason::Reversed), _) => return Err(Unvoidable::AlreadyVoided.into()),
            _ => return Err(Unvoidable::NotPaid.into()),
        };
        if payment.pending.is_some() {
            return Err(Unvoidable::UnderWay.into());
        }
        if payment.refunded.is_positive() {
            return Err(Unvoidable::Refunded.into());
        }
        let now = self.clock.now();
        let in_time = match within {
            Some(within) => now.since(captured_at) <= within,
            None => {
                let open = book::open_batch(self.store.as_ref(), terminal, now).await?;
                let task = book::task(self.store.as_ref(), payment.id.into()).await?;
                task.and_then(|kept| kept.value.batch) == Some(open.value.number)
            }
        };
        if in_time { Ok(payment) } else { Err(Unvoidable::TooLate.into()) }
    }

    /// Carries out a void that the device has taken up. Between the look and the change no batch is closed, because
    /// this task runs.
    pub(crate) async fn carry_out_void(
        &self,
        terminal: TerminalId,
        id: TaskId,
        attempt: u32,
        payment: PaymentId,
        within: Option<Span>,
    ) -> Result<(), TerminalError> {
        let _held = self.locks.hold(payment).await.ok_or(Refusal::Busy)?;
        let kept = self.task_at(terminal, id).await?;
        // Somebody, or this device before a cut, has taken it up already.
        if kept.value.working || kept.value.is_done() {
            return Ok(());
        }
        kept.value.current(attempt)?;
        let intent = match self.voidable(terminal, payment, within).await {
            Ok(seen) => {
                self.change_once(seen, Command::Terminal(TerminalCommand::Reverse)).await.map_err(|error| {
                    match error {
                        Error::Refused(refusal) => TerminalError::NotVoidable(unvoidable(refusal)),
                        other => other.into(),
                    }
                })
            }
            Err(other) => Err(other),
        };
        match intent {
            Ok(intent) => {
                let reply = self.ask(&intent).await;
                self.conclude(intent, reply).await;
                Ok(())
            }
            Err(TerminalError::NotVoidable(Unvoidable::UnderWay)) => Ok(()),
            Err(TerminalError::NotVoidable(_)) => {
                self.finish_host_task(terminal, id, Some(attempt), End::NotVoidable).await
            }
            Err(other) => Err(other),
        }
    }

    /// Closes the open batch and opens the next, once, in one commit with the end of the task.
    pub(crate) async fn carry_out_closing(
        &self,
        terminal: TerminalId,
        id: TaskId,
        attempt: u32,
    ) -> Result<(), TerminalError> {
        for _ in 0..MOST_CONFLICTS {
            let kept = self.task_at(terminal, id).await?;
            if kept.value.is_done() {
                return Ok(());
            }
            kept.value.current(attempt)?;
            let now = self.clock.now();
            let open = book::open_batch(self.store.as_ref(), terminal, now).await?;
            let (closed, next) = open.value.close(id, now);
            let mut task = kept.value.clone().finish(End::Approved, now)?;
            task.batch = Some(closed.number);
            let mut change = Change {
                documents: vec![book::batch_write(&closed, open.version)?, book::batch_write(&next, None)?],
                ..Change::default()
            };
            book::task_change(&mut change, &kept, &task, now)?;
            match self.store.commit(change).await {
                Ok(()) => return Ok(()),
                Err(CommitError::DocumentConflict(..)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(TerminalError::Overloaded)
    }
}
