//! New tasks. One that must begin at once takes the terminal's claim in the commit that creates it, so of fifty that
//! come together one begins and the others are refused; one that may wait takes a place in the queue.

use std::sync::Arc;

use domain::{
    CaptureMode, Direction, End, Event, Minor, Origin, Span, Task, TaskId, TaskKind, TaskState, Terminal,
    TerminalTerms, Terms, Tip, Windows,
};
use store::{Change, Claim, ClaimScope, CommitError, PaymentWrite};

use super::book::{self, Kept};
use super::{Link, NewSale, NewTask, Queueing, TaskView, TerminalError, Unvoidable};
use crate::gateway::Gateway;
use crate::idempotency::RequestKey;

/// How many numbers in a row may be taken already.
const MOST_TAKEN_IDS: usize = 1_000;

impl Gateway {
    /// A sale, or a refund that refers to no sale.
    pub async fn terminal_sale(
        self: &Arc<Self>,
        terminal: &Terminal,
        direction: Direction,
        new: NewSale,
        key: Option<&RequestKey>,
    ) -> Result<TaskView, TerminalError> {
        self.terminal_sale_for(terminal, direction, new, None, key).await
    }

    pub(crate) async fn terminal_sale_for(
        self: &Arc<Self>,
        terminal: &Terminal,
        direction: Direction,
        new: NewSale,
        request: Option<String>,
        key: Option<&RequestKey>,
    ) -> Result<TaskView, TerminalError> {
        if let Some(done) = self.asked_before(key).await? {
            return Ok(done);
        }
        let terms = self.sale_terms(terminal, direction, &new)?;
        self.reachable(terminal, new.queueing, new.origin).await?;
        let kind = match direction {
            Direction::Sale => TaskKind::Sale,
            Direction::Refund => TaskKind::Refund,
        };
        let task = NewTask {
            door: new.door,
            kind,
            reference: new.reference,
            extra: new.extra,
            print: new.print,
            queueing: new.queueing,
            origin: new.origin,
        };
        for _ in 0..MOST_TAKEN_IDS {
            let id = self.ids.next(self.store.as_ref()).await?;
            let now = self.clock.now();
            let payment = domain::open(id, terms.clone().into(), now);
            let mut events = vec![Event::Created];
            if new.queueing == Queueing::AtOnce {
                events.push(Event::Begun { attempt: 1 });
            }
            let (after, mut change) = Self::consequences(&payment, &events, now);
            self.beside(&payment, &after, &events, now, &mut change).await?;
            let task = self.fresh(terminal, id.into(), &task, request.clone()).follow(&after, now);
            let task = Task { attempt: after.terminal.map_or(0, |at| at.attempt), ..task };
            change.payment = Some(PaymentWrite::Insert(after.clone()));
            change.claims.extend(key.map(|key| key.claim(id, after.version, now)));
            match self.insert_task(change, &task).await {
                Ok(()) => return Ok(TaskView { task, payment: Some(after) }),
                Err(CommitError::Conflict(_) | CommitError::DocumentConflict(..)) => {}
                Err(CommitError::Claimed(claim)) => return self.claimed(&claim, key).await,
                Err(other) => return Err(other.into()),
            }
        }
        Err(TerminalError::Internal("no free number was found".to_owned()))
    }

    fn sale_terms(
        &self,
        terminal: &Terminal,
        direction: Direction,
        new: &NewSale,
    ) -> Result<Terms, TerminalError> {
        if !terminal.active {
            return Err(TerminalError::Inactive);
        }
        if direction == Direction::Refund && !terminal.refund_enabled {
            return Err(TerminalError::RefundDisabled);
        }
        if !terminal.takes_currency(new.money.currency) {
            return Err(TerminalError::Currency);
        }
        let tip = match (direction, new.tip) {
            (Direction::Sale, Tip::Fixed(tip)) if tip.is_positive() => Tip::Fixed(tip),
            (Direction::Sale, Tip::Ask) if terminal.tips => Tip::Ask,
            _ => Tip::None,
        };
        let most = match tip {
            Tip::Fixed(tip) => new.money.amount.plus(tip),
            Tip::Ask => new.money.amount.plus(new.money.amount),
            Tip::None => new.money.amount,
        };
        if !terminal.takes_amount(new.money) || most > Minor::MAX {
            return Err(TerminalError::Amount);
        }
        let directory = self.directory();
        let shop = directory.shop(terminal.shop);
        let shop =
            shop.ok_or_else(|| TerminalError::Internal("the terminal's shop is not known".to_owned()))?;
        Ok(Terms {
            door: new.door,
            shop: shop.id,
            amount: new.money,
            capture: CaptureMode::Manual,
            order_number: new.reference.clone().unwrap_or_default(),
            description: None,
            language: terminal.language.clone(),
            return_url: None,
            notification_url: None,
            card_allowed: false,
            other_methods: domain::OtherMethods::None,
            preselected: None,
            windows: Windows {
                choose_ms: waiting(terminal, new.queueing),
                card_ms: new.present.unwrap_or(terminal.timings.present_ms),
                hold_ms: terminal.timings.settle_ms,
                ..Windows::default()
            },
            fee: shop.settings.fee,
            terminal: Some(TerminalTerms { terminal: terminal.id, direction, tip }),
            on_file: domain::OnFile::default(),
            eet: None,
            extra: new.extra.clone(),
        })
    }

    /// A void or a closing. It is carried out when the device takes it up.
    pub async fn terminal_task_for_host(
        self: &Arc<Self>,
        terminal: &Terminal,
        new: NewTask,
        key: Option<&RequestKey>,
    ) -> Result<TaskView, TerminalError> {
        self.host_task_for(terminal, new, None, key).await
    }

    pub(crate) async fn host_task_for(
        self: &Arc<Self>,
        terminal: &Terminal,
        new: NewTask,
        request: Option<String>,
        key: Option<&RequestKey>,
    ) -> Result<TaskView, TerminalError> {
        if let Some(done) = self.asked_before(key).await? {
            return Ok(done);
        }
        if !terminal.active {
            return Err(TerminalError::Inactive);
        }
        if let TaskKind::Void { payment, within } = new.kind {
            self.voidable(terminal.id, payment, within).await?;
        }
        self.reachable(terminal, new.queueing, new.origin).await?;
        for _ in 0..MOST_TAKEN_IDS {
            let id: TaskId = self.ids.next(self.store.as_ref()).await?.into();
            let now = self.clock.now();
            let mut task = self.fresh(terminal, id, &new, request.clone());
            if new.queueing == Queueing::AtOnce {
                task = task.begin(now, now.plus(terminal.timings.present_ms))?;
            }
            let mut change = Change::default();
            change.claims.extend(key.map(|key| key.claim(id.into(), domain::Version::default(), now)));
            if let TaskKind::Void { payment, .. } = new.kind {
                change.claims.push(book::claim(book::void_key(payment), id, now));
            }
            match self.insert_task(change, &task).await {
                Ok(()) => return self.view(id).await,
                Err(CommitError::DocumentConflict(..)) => {}
                Err(CommitError::Claimed(claim)) => return self.claimed(&claim, key).await,
                Err(other) => return Err(other.into()),
            }
        }
        Err(TerminalError::Internal("no free number was found".to_owned()))
    }

    /// A task that is over from the beginning: what it asks for cannot be, and the register learns it from the task.
    pub async fn terminal_task_refused(
        self: &Arc<Self>,
        terminal: &Terminal,
        new: NewTask,
        key: Option<&RequestKey>,
    ) -> Result<TaskView, TerminalError> {
        if let Some(done) = self.asked_before(key).await? {
            return Ok(done);
        }
        if !terminal.active {
            return Err(TerminalError::Inactive);
        }
        for _ in 0..MOST_TAKEN_IDS {
            let id: TaskId = self.ids.next(self.store.as_ref()).await?.into();
            let now = self.clock.now();
            let task = self.fresh(terminal, id, &new, None).finish(End::NotVoidable, now)?;
            let mut change = Change { documents: vec![book::task_write(&task, None)?], ..Change::default() };
            change.claims.extend(key.map(|key| key.claim(id.into(), domain::Version::default(), now)));
            change.signals.push(book::signal(terminal.id));
            match self.commit(change).await {
                Ok(()) => return self.view(id).await,
                Err(CommitError::DocumentConflict(..)) => {}
                Err(CommitError::Claimed(claim)) => return self.claimed(&claim, key).await,
                Err(other) => return Err(other.into()),
            }
        }
        Err(TerminalError::Internal("no free number was found".to_owned()))
    }

    async fn insert_task(&self, mut change: Change, task: &Task) -> Result<(), CommitError> {
        let new = Kept { value: task.clone(), version: None };
        book::task_change(&mut change, &new, task, task.created_at)?;
        self.commit(change).await
    }

    /// Somebody else was faster: the very same request, or another task.
    async fn claimed(&self, claim: &Claim, key: Option<&RequestKey>) -> Result<TaskView, TerminalError> {
        match claim.scope {
            ClaimScope::TerminalTask => Err(TerminalError::Busy),
            ClaimScope::Name => Err(Unvoidable::UnderWay.into()),
            _ => match key {
                Some(key) if key.matches(claim) => self.view(claim.owner.into()).await,
                _ => Err(TerminalError::KeyReused),
            },
        }
    }

    /// The task that this very request has made before.
    pub async fn asked_before(&self, key: Option<&RequestKey>) -> Result<Option<TaskView>, TerminalError> {
        let Some(key) = key else { return Ok(None) };
        match self.store.claim(ClaimScope::Idempotency, key.key()).await? {
            None => Ok(None),
            Some(claim) if key.matches(&claim) => self.view(claim.owner.into()).await.map(Some),
            Some(_) => Err(TerminalError::KeyReused),
        }
    }

    /// What must begin at once needs a device. One that asks itself is there.
    async fn reachable(
        &self,
        terminal: &Terminal,
        queueing: Queueing,
        origin: Origin,
    ) -> Result<(), TerminalError> {
        if queueing != Queueing::AtOnce || origin == Origin::Device {
            return Ok(());
        }
        match self.terminal_link(terminal.id).await? {
            Link::Online | Link::HostDown => Ok(()),
            Link::Absent => Err(TerminalError::Unreachable),
        }
    }

    fn fresh(&self, terminal: &Terminal, id: TaskId, new: &NewTask, request: Option<String>) -> Task {
        let now = self.clock.now();
        Task {
            id,
            terminal: terminal.id,
            kind: new.kind,
            door: new.door,
            origin: new.origin,
            state: TaskState::Queued,
            attempt: 0,
            releases: 0,
            working: false,
            created_at: now,
            started_at: None,
            ended_at: None,
            expires_at: now.plus(waiting(terminal, new.queueing)),
            queueable: new.queueing != Queueing::AtOnce,
            reference: new.reference.clone(),
            print: new.print,
            request,
            batch: None,
            sequence: None,
            undone_by: None,
            extra: new.extra.clone(),
        }
    }
}

fn waiting(terminal: &Terminal, queueing: Queueing) -> Span {
    match queueing {
        Queueing::Queue { ttl: Some(ttl) } => ttl,
        Queueing::Queue { ttl: None } => terminal.timings.queue_ms,
        Queueing::AtOnce => terminal.timings.present_ms,
    }
}
