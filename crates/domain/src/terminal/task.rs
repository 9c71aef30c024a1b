//! Something a terminal has to do: queued, running under an attempt, done.
//!
//! The task of a sale or a refund follows its payment ([`Task::follow`]) and is changed in no other way; a void and
//! a closing have a life of their own, changed by the methods here. Each gives the next task or a refusal.

use serde::{Deserialize, Serialize};

use crate::{
    CloseReason, DeclineReason, Door, MAX_RELEASES, MoneyState, Payment, PaymentId, Span, Stage, TaskId,
    TerminalId, Timestamp,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    Sale,
    /// To the payer, without reference to a sale.
    Refund,
    /// Undoes all of a sale or a refund: in its open batch only, or for so long after it.
    Void {
        payment: PaymentId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<Span>,
    },
    CloseBatch,
}

impl TaskKind {
    /// Whether it has a payment of the same number.
    #[must_use]
    pub const fn has_payment(self) -> bool {
        matches!(self, Self::Sale | Self::Refund)
    }
}

/// Who gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Customer,
    Operator,
    Register,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    Approved,
    Declined(DeclineReason),
    Cancelled(By),
    TimedOut,
    /// What was held has been, or is being, reversed.
    DeviceLost,
    DeviceFault,
    NotVoidable,
    Technical,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    Queued,
    Running,
    Done(End),
}

/// Where it was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Register,
    Device,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub terminal: TerminalId,
    pub kind: TaskKind,
    pub door: Door,
    pub origin: Origin,
    pub state: TaskState,
    /// 0 until it has begun once.
    pub attempt: u32,
    /// How often it was given back.
    #[serde(default)]
    pub releases: u8,
    /// A void or a closing is being carried out: it runs to its end.
    #[serde(default)]
    pub working: bool,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Until when it may begin and, running, be taken up.
    pub expires_at: Timestamp,
    /// Whether it may wait for its turn: only such a task can be given back.
    pub queueable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    pub print: bool,
    /// The device's own name for one begun by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The batch it was booked in, or closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<u32>,
    /// Its place among the transactions of that batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u32>,
    /// The task that has undone it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<TaskId>,
    /// The door's own record of the request, never read here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub extra: String,
}

/// Why a task was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaskRefusal {
    #[error("the task is over")]
    Over,
    #[error("another attempt has begun since")]
    StaleAttempt,
    #[error("not in this phase")]
    WrongPhase,
}

impl Task {
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self.state, TaskState::Done(_))
    }

    #[must_use]
    pub fn end(&self) -> Option<End> {
        match self.state {
            TaskState::Done(end) => Some(end),
            TaskState::Queued | TaskState::Running => None,
        }
    }

    /// Whether its time is over and nothing of it is being done.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        !self.is_done() && !self.kind.has_payment() && !self.working && self.expires_at <= now
    }

    /// When it needs looking at by itself; a payment of the same number looks after itself.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        let waits = !self.is_done() && !self.kind.has_payment() && !self.working;
        waits.then_some(self.expires_at)
    }

    /// Begins, or begins anew for another device, which has until `expires_at` to take it up.
    pub fn begin(mut self, now: Timestamp, expires_at: Timestamp) -> Result<Self, TaskRefusal> {
        if self.is_done() {
            return Err(TaskRefusal::Over);
        }
        self.state = TaskState::Running;
        self.attempt = self.attempt.saturating_add(1);
        self.started_at = Some(now);
        self.expires_at = expires_at;
        Ok(self)
    }

    /// The device takes up a void or a closing.
    pub fn work(mut self, attempt: u32) -> Result<Self, TaskRefusal> {
        self.current(attempt)?;
        self.working = true;
        Ok(self)
    }

    pub fn current(&self, attempt: u32) -> Result<(), TaskRefusal> {
        match self.state {
            TaskState::Done(_) => Err(TaskRefusal::Over),
            TaskState::Running if self.attempt == attempt => Ok(()),
            TaskState::Queued | TaskState::Running => Err(TaskRefusal::StaleAttempt),
        }
    }

    /// Whether the device may give it back, as far as the task knows.
    #[must_use]
    pub const fn is_releasable(&self) -> bool {
        self.queueable && self.releases < MAX_RELEASES && !self.working
    }

    /// Back to the queue.
    pub fn release(mut self, attempt: u32, expires_at: Timestamp) -> Result<Self, TaskRefusal> {
        self.current(attempt)?;
        if !self.is_releasable() {
            return Err(TaskRefusal::WrongPhase);
        }
        self.state = TaskState::Queued;
        self.releases = self.releases.saturating_add(1);
        self.expires_at = expires_at;
        Ok(self)
    }

    pub fn finish(mut self, end: End, now: Timestamp) -> Result<Self, TaskRefusal> {
        if self.is_done() {
            return Err(TaskRefusal::Over);
        }
        self.state = TaskState::Done(end);
        self.working = false;
        self.ended_at = Some(now);
        Ok(self)
    }

    /// The task as its payment has made it.
    #[must_use]
    pub fn follow(&self, payment: &Payment, now: Timestamp) -> Self {
        let mut next = self.clone();
        if self.is_done() {
            return next;
        }
        let at = payment.terminal.unwrap_or_default();
        next.state = match payment.money {
            MoneyState::Captured => TaskState::Done(End::Approved),
            MoneyState::Closed(reason) => TaskState::Done(ending(reason)),
            MoneyState::Open | MoneyState::Authorized if payment.stage == Stage::Created => TaskState::Queued,
            MoneyState::Open | MoneyState::Authorized => TaskState::Running,
        };
        if let Some(wake_at) = payment.wake_at
            && payment.pending.is_none()
        {
            next.expires_at = wake_at;
        }
        if at.attempt > self.attempt {
            next.attempt = at.attempt;
            next.started_at = Some(now);
        }
        if self.state == TaskState::Running && next.state == TaskState::Queued {
            next.releases = next.releases.saturating_add(1);
        }
        if next.is_done() {
            next.ended_at = Some(now);
        }
        next
    }
}

fn ending(reason: CloseReason) -> End {
    match reason {
        CloseReason::Declined(reason) => End::Declined(reason),
        CloseReason::CancelledByPayer => End::Cancelled(By::Customer),
        CloseReason::CancelledByOperator => End::Cancelled(By::Operator),
        CloseReason::CancelledByMerchant => End::Cancelled(By::Register),
        CloseReason::Expired => End::TimedOut,
        CloseReason::DeviceLost | CloseReason::HoldExpired => End::DeviceLost,
        CloseReason::DeviceFault => End::DeviceFault,
        // Only what was captured or held by hand ends so, and its task was over before.
        CloseReason::Voided | CloseReason::Reversed | CloseReason::TooYoung | CloseReason::Withdrawn => {
            End::Technical
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closing() -> Task {
        let at = Timestamp::from_millis(0);
        Task {
            id: TaskId::new(1),
            terminal: TerminalId::new(1),
            kind: TaskKind::CloseBatch,
            door: Door::Comgate,
            origin: Origin::Register,
            state: TaskState::Queued,
            attempt: 0,
            releases: 0,
            working: false,
            created_at: at,
            started_at: None,
            ended_at: None,
            expires_at: Timestamp::from_millis(100),
            queueable: true,
            reference: None,
            print: true,
            request: None,
            batch: None,
            sequence: None,
            undone_by: None,
            extra: String::new(),
        }
    }

    #[test]
    fn a_former_attempt_has_nothing_to_say() {
        let at = Timestamp::from_millis;
        let first = closing().begin(at(1), at(50)).unwrap();
        let second = first.begin(at(2), at(60)).unwrap();
        assert_eq!(second.clone().work(1), Err(TaskRefusal::StaleAttempt));
        let working = second.work(2).unwrap();
        assert_eq!(working.wake_at(), None, "what is being done is not given up");
        let done = working.finish(End::Approved, at(3)).unwrap();
        assert_eq!(done.clone().finish(End::TimedOut, at(4)), Err(TaskRefusal::Over));
        assert_eq!(done.begin(at(5), at(70)), Err(TaskRefusal::Over));
    }

    #[test]
    fn it_is_given_back_three_times_at_most() {
        let at = Timestamp::from_millis;
        let mut task = closing();
        for attempt in 1..=3 {
            task = task.begin(at(1), at(50)).unwrap().release(attempt, at(100)).unwrap();
        }
        let task = task.begin(at(1), at(50)).unwrap();
        assert_eq!(task.release(4, at(100)), Err(TaskRefusal::WrongPhase));
    }
}
