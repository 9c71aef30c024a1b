//! What a device does with a task. Everything may be said twice: it is done once and answered each time.

use std::sync::Arc;

use acquirer::{Reply, Verdict};
use domain::{
    Approval, CardData, CardEntry, CloseReason, Command, Direction, End, Minor, MoneyState, Outcome, Payment,
    PendingKind, Pin, Presented, Refusal, TaskId, TaskKind, TaskState, Terminal, TerminalCommand,
};

use super::{MOST_CONFLICTS, NewSale, NewTask, TaskView, TerminalError, book};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::payments::{ACQUIRER_TIMEOUT, reference, to_the_end};

/// A card as a device has read it.
#[derive(Debug, Clone)]
pub struct CardRead {
    pub card: CardData,
    pub entry: CardEntry,
    pub pin: Option<Pin>,
    /// The payer's own device has verified its owner.
    pub device_verified: bool,
    pub tip: Minor,
    pub conversion: Option<domain::Conversion>,
}

/// What came of presenting a card.
#[derive(Debug, Clone)]
pub struct Presentation {
    pub view: TaskView,
    /// As the issuer has told; not told again.
    pub pin_tries_left: Option<u8>,
}

impl Gateway {
    /// The device takes a task up: one that runs, or one of the queue. A void or a closing is carried out.
    pub async fn device_accept(
        self: &Arc<Self>,
        terminal: &Arc<Terminal>,
        id: TaskId,
        attempt: u32,
    ) -> Result<TaskView, TerminalError> {
        let (gateway, terminal) = (Arc::clone(self), Arc::clone(terminal));
        to_the_end(async move { gateway.accept(&terminal, id, attempt).await }).await
    }

    async fn accept(&self, terminal: &Terminal, id: TaskId, attempt: u32) -> Result<TaskView, TerminalError> {
        let kept = self.task_at(terminal.id, id).await?;
        match kept.value.state {
            TaskState::Done(_) => return self.view(id).await,
            TaskState::Queued if attempt == kept.value.attempt.saturating_add(1) => {
                self.begin(terminal, &kept).await?;
            }
            TaskState::Queued => return Err(TerminalError::StaleAttempt),
            TaskState::Running => kept.value.current(attempt)?,
        }
        match kept.value.kind {
            TaskKind::Sale | TaskKind::Refund => {}
            TaskKind::Void { payment, within } => {
                self.carry_out_void(terminal.id, id, attempt, payment, within).await?;
            }
            TaskKind::CloseBatch => self.carry_out_closing(terminal.id, id, attempt).await?,
        }
        self.view(id).await
    }

    /// A card is at the terminal: the time limit starts anew.
    pub async fn device_contact(
        &self,
        terminal: &Terminal,
        id: TaskId,
        attempt: u32,
    ) -> Result<(), TerminalError> {
        let payment = self.payment_at(terminal, id).await?;
        let contact = TerminalCommand::Contact { attempt };
        self.change_once(payment, Command::Terminal(contact)).await?;
        Ok(())
    }

    /// Gives a task back to the queue, before any card.
    pub async fn device_release(
        &self,
        terminal: &Terminal,
        id: TaskId,
        attempt: u32,
    ) -> Result<TaskView, TerminalError> {
        let kept = self.task_at(terminal.id, id).await?;
        kept.value.current(attempt)?;
        if !kept.value.is_releasable() {
            return Err(TerminalError::WrongPhase);
        }
        if kept.value.kind.has_payment() {
            let payment = self.load(id.into()).await?;
            self.change_once(payment, Command::Terminal(TerminalCommand::Release { attempt })).await?;
            return self.view(id).await;
        }
        let now = self.clock.now();
        let next = kept.value.clone().release(attempt, now.plus(terminal.timings.queue_ms))?;
        let mut change = store::Change::default();
        book::task_change(&mut change, &kept, &next, now)?;
        match self.store.commit(change).await {
            Ok(()) => self.view(id).await,
            Err(store::CommitError::DocumentConflict(..)) => Err(TerminalError::WrongPhase),
            Err(other) => Err(other.into()),
        }
    }

    /// Asks the issuer. `presentation` is one more than the cards presented so far; the same one again is answered
    /// from what is known.
    pub async fn device_authorise(
        self: &Arc<Self>,
        terminal: &Arc<Terminal>,
        id: TaskId,
        attempt: u32,
        presentation: u8,
        read: CardRead,
    ) -> Result<Presentation, TerminalError> {
        let (gateway, terminal) = (Arc::clone(self), Arc::clone(terminal));
        to_the_end(async move { gateway.present(&terminal, id, attempt, presentation, read).await }).await
    }

    async fn present(
        &self,
        terminal: &Terminal,
        id: TaskId,
        attempt: u32,
        presentation: u8,
        read: CardRead,
    ) -> Result<Presentation, TerminalError> {
        let _held = self.locks.hold(id.into()).await.ok_or(Refusal::Busy)?;
        let payment = self.payment_at(terminal, id).await?;
        let current = payment.terminal.is_some_and(|at| at.attempt == attempt);
        if current && presentation == payment.attempts && presentation > 0 {
            return Ok(Presentation { view: self.view(id).await?, pin_tries_left: None });
        }
        let presented = Presented {
            attempt,
            presentation,
            card: self.summary(&read.card),
            entry: read.entry,
            tip: read.tip,
            conversion: read.conversion,
        };
        let intent = Command::Terminal(TerminalCommand::Present(presented));
        let payment = self.change_once(payment, intent).await?;
        let pin_tries_left = self.ask_issuer(payment, &read).await?;
        Ok(Presentation { view: self.view(id).await?, pin_tries_left })
    }

    async fn ask_issuer(&self, payment: Payment, read: &CardRead) -> Result<Option<u8>, Error> {
        let Some(pending) = payment.pending else {
            return Err(Error::Internal("an intent left nothing pending".to_owned()));
        };
        if self.is_stale(&payment) {
            return Ok(None);
        }
        let tip = payment.terminal.map(|at| at.tip).unwrap_or_default();
        let money =
            domain::Money { amount: payment.amount().amount.plus(tip), currency: payment.amount().currency };
        let direction = payment.terms.terminal.map(|terms| terms.direction).unwrap_or(Direction::Sale);
        let asked = self.acquirer.present(acquirer::Presentation {
            reference: reference(&payment, &pending),
            money,
            direction,
            card: &read.card,
            entry: read.entry,
            pin: read.pin.as_ref(),
            device_verified: read.device_verified,
        });
        let silence = Verdict::from(Reply::Unknown);
        let verdict = tokio::time::timeout(ACQUIRER_TIMEOUT, asked).await.unwrap_or(silence);
        match verdict.reply {
            Reply::Approved => {
                let approval = Approval { code: verdict.code, verification: verdict.verification };
                self.conclude_with(payment, Outcome::ApprovedAs(approval)).await;
            }
            other => {
                self.conclude(payment, other).await;
            }
        }
        Ok(verdict.pin_tries_left)
    }

    /// The card and the payer agree: what is held is taken.
    pub async fn device_complete(
        self: &Arc<Self>,
        terminal: &Arc<Terminal>,
        id: TaskId,
        attempt: u32,
    ) -> Result<TaskView, TerminalError> {
        let (gateway, terminal) = (Arc::clone(self), Arc::clone(terminal));
        to_the_end(async move { gateway.complete(&terminal, id, attempt).await }).await
    }

    async fn complete(
        &self,
        terminal: &Terminal,
        id: TaskId,
        attempt: u32,
    ) -> Result<TaskView, TerminalError> {
        let _held = self.locks.hold(id.into()).await.ok_or(Refusal::Busy)?;
        let payment = self.payment_at(terminal, id).await?;
        let capturing = |pending: domain::Pending| matches!(pending.kind, PendingKind::Capture { .. });
        let over = !matches!(payment.money, MoneyState::Open | MoneyState::Authorized);
        if over || payment.pending.is_some_and(capturing) {
            return self.view(id).await;
        }
        let complete = Command::Terminal(TerminalCommand::Complete { attempt });
        let intent = self.change_once(payment, complete).await?;
        let reply = if self.is_stale(&intent) { Reply::Unknown } else { self.ask(&intent).await };
        self.conclude(intent, reply).await;
        self.view(id).await
    }

    /// Nothing comes of it. What may be held is reversed; a task that is over stays as it ended.
    pub async fn device_abort(
        self: &Arc<Self>,
        terminal: &Arc<Terminal>,
        id: TaskId,
        attempt: u32,
        reason: CloseReason,
    ) -> Result<TaskView, TerminalError> {
        let (gateway, terminal) = (Arc::clone(self), Arc::clone(terminal));
        to_the_end(async move { gateway.abort(&terminal, id, Some(attempt), reason).await }).await
    }

    /// A register, or an operator, takes back a task that has not begun.
    pub async fn cancel_queued(
        self: &Arc<Self>,
        terminal: &Arc<Terminal>,
        id: TaskId,
        reason: CloseReason,
    ) -> Result<TaskView, TerminalError> {
        let kept = self.task_at(terminal.id, id).await?;
        match kept.value.state {
            TaskState::Done(_) => self.view(id).await,
            TaskState::Running => Err(TerminalError::WrongPhase),
            // Begun in this moment, it has the next attempt, which is not this one.
            TaskState::Queued => self.device_abort(terminal, id, kept.value.attempt, reason).await,
        }
    }

    async fn abort(
        self: &Arc<Self>,
        terminal: &Terminal,
        id: TaskId,
        attempt: Option<u32>,
        reason: CloseReason,
    ) -> Result<TaskView, TerminalError> {
        let _held = self.locks.hold(id.into()).await.ok_or(Refusal::Busy)?;
        let kept = self.task_at(terminal.id, id).await?;
        if kept.value.is_done() {
            return self.view(id).await;
        }
        // In the queue's list a task bears the attempt that would begin.
        let attempt = match kept.value.state {
            TaskState::Queued => attempt.map(|given| given.min(kept.value.attempt)),
            TaskState::Running | TaskState::Done(_) => attempt,
        };
        if !kept.value.kind.has_payment() {
            self.finish_host_task(terminal.id, id, attempt, host_end(reason)).await?;
            return self.view(id).await;
        }
        let payment = self.load(id.into()).await?;
        let abandon = Command::Terminal(TerminalCommand::Abandon { attempt, reason });
        match self.change_once(payment, abandon).await {
            Ok(payment) => self.reverse_soon(payment),
            // It ended by itself.
            Err(Error::Refused(Refusal::NotOpen)) => {}
            Err(other) => return Err(other.into()),
        }
        self.view(id).await
    }

    /// Asks for the reversal of what is no longer wanted, without anybody waiting for it. When that fails, recovery
    /// asks again.
    fn reverse_soon(self: &Arc<Self>, payment: Payment) {
        if payment.pending.is_none_or(|pending| pending.kind != PendingKind::Reversal) {
            return;
        }
        let gateway = Arc::clone(self);
        tokio::spawn(async move {
            let Some(_held) = gateway.locks.hold(payment.id).await else { return };
            let reply = gateway.ask(&payment).await;
            gateway.conclude(payment, reply).await;
        });
    }

    /// An operation begun by hand. The same request makes one task.
    pub async fn device_start_sale(
        self: &Arc<Self>,
        terminal: &Terminal,
        direction: Direction,
        new: NewSale,
        request: &str,
    ) -> Result<TaskView, TerminalError> {
        let body = format!("{direction:?} {} {}", new.money.amount, new.money.currency);
        let key = self.device_request_key(terminal.id, request, body.as_bytes());
        self.terminal_sale_for(terminal, direction, new, Some(request.to_owned()), Some(&key)).await
    }

    /// The same for a void or a closing.
    pub async fn device_start_task(
        self: &Arc<Self>,
        terminal: &Terminal,
        new: NewTask,
        request: &str,
    ) -> Result<TaskView, TerminalError> {
        let body = format!("{:?}", new.kind);
        let key = self.device_request_key(terminal.id, request, body.as_bytes());
        self.host_task_for(terminal, new, Some(request.to_owned()), Some(&key)).await
    }

    /// The payment of a sale's or a refund's task at this terminal.
    async fn payment_at(&self, terminal: &Terminal, id: TaskId) -> Result<Payment, TerminalError> {
        let payment = self.store.payment(id.into()).await?.ok_or(TerminalError::NotFound)?;
        match book::terminal_of(&payment) {
            Some(of) if of == terminal.id => Ok(payment),
            _ => Err(TerminalError::NotFound),
        }
    }
}

fn host_end(reason: CloseReason) -> End {
    match reason {
        CloseReason::CancelledByPayer => End::Cancelled(domain::By::Customer),
        CloseReason::CancelledByMerchant => End::Cancelled(domain::By::Register),
        CloseReason::CancelledByOperator => End::Cancelled(domain::By::Operator),
        _ => End::DeviceFault,
    }
}

/// Conflicts that nobody can cause by asking once.
const _: () = assert!(MOST_CONFLICTS > 1);
