//! One device that is a terminal: its messages become calls of the gateway, news becomes messages. Knows no socket,
//! so that the simulated device goes the same way.
//!
//! What always holds: what is told is read from the store, never remembered from what was asked. A session
//! remembers only what it has told last, so that it tells everything once and a new one tells it again.

use std::sync::Arc;

use domain::{CloseReason, Direction, Origin, Payment, Task, TaskId, TaskKind, TaskState, Terminal, Tip};
use gateway::Gateway;
use gateway::terminals::{
    Agenda, Attached, CardRead, DeviceInfo, Entrance, NewSale, NewTask, Queueing, TaskView, TerminalError,
};
use serde_json::{Value, json};

use crate::wire::{
    self, Aborted, Authorise, BadMessage, By, Code, Complete, CompleteResult, DeviceMessage, Host, Paper,
    Phase, Progress, Start, StartKind, Status, Step, TaskRef,
};

/// Where the terminal stands: what every receipt says.
pub(crate) struct Place {
    pub(crate) terminal: Arc<Terminal>,
    pub(crate) merchant: String,
    pub(crate) shop: String,
    /// No money moves here.
    pub(crate) test: bool,
}

impl Place {
    pub(crate) fn of(gateway: &Arc<Gateway>, terminal: Arc<Terminal>) -> Self {
        let directory = gateway.directory();
        let merchant = directory.merchant(terminal.merchant).map(|merchant| merchant.name.clone());
        let shop = directory.shop(terminal.shop).map(|shop| shop.name.clone());
        Self {
            merchant: merchant.unwrap_or_default(),
            shop: shop.unwrap_or_default(),
            test: gateway.sandbox().is_some(),
            terminal,
        }
    }
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// Another device is the terminal.
    Replaced,
    /// Everything was forgotten: the device may come again.
    Forgotten,
}

/// What a device is told, and whether it is over then.
pub(crate) struct Told {
    pub(crate) messages: Vec<Value>,
    pub(crate) over: Option<Over>,
}

/// What was told last about the task on the screen.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shown {
    task: TaskId,
    attempt: u32,
    /// The presentation whose verdict was told, and whether it was one.
    verdict: Option<(u8, bool)>,
}

pub(crate) struct Session {
    gateway: Arc<Gateway>,
    pub(crate) place: Place,
    pub(crate) number: i64,
    shown: Option<Shown>,
    queue: Option<Value>,
}

pub(crate) enum Opened {
    In(Box<Session>, Vec<Value>),
    Occupied(String),
}

impl Session {
    /// Makes the device the terminal, if it may be.
    pub(crate) async fn open(
        gateway: &Arc<Gateway>,
        terminal: Arc<Terminal>,
        device: DeviceInfo,
        takeover: bool,
        yielding: bool,
        last: Option<TaskRef>,
    ) -> Result<Opened, TerminalError> {
        let entrance = Entrance { device, takeover, yielding };
        let (number, batch) = match gateway.attach(&terminal, &entrance).await? {
            Attached::In { session, batch } => (session, batch),
            Attached::Occupied { model } => return Ok(Opened::Occupied(model)),
        };
        let place = Place::of(gateway, terminal);
        let welcome = wire::welcome(&place, number, &batch, gateway.clock().now());
        let mut session = Self { gateway: Arc::clone(gateway), place, number, shown: None, queue: None };
        let mut messages = vec![welcome];
        let news = session.news().await?.messages;
        // Asked only now: a task that is not running by this time is over, and nobody would tell it later.
        if let Some(last) = last.filter(|last| session.shown.is_none_or(|shown| shown.task != last.task)) {
            messages.extend(session.ended(last.task).await?);
        }
        messages.extend(news);
        Ok(Opened::In(Box::new(session), messages))
    }

    pub(crate) async fn close(&self) {
        let gone = self.gateway.detach(self.place.terminal.id, self.number).await;
        if let Err(error) = gone {
            tracing::warn!(%error, "that a device is gone could not be noted; its lease ends by itself");
        }
    }

    /// What has changed since the device was told last.
    pub(crate) async fn news(&mut self) -> Result<Told, TerminalError> {
        let (running, queue) = match self.gateway.agenda(&self.place.terminal, self.number).await? {
            Agenda::Forgotten => return Ok(Told { messages: vec![], over: Some(Over::Forgotten) }),
            Agenda::Replaced { model } => {
                return Ok(Told { messages: vec![wire::replaced(&model)], over: Some(Over::Replaced) });
            }
            Agenda::Current { running, queue } => (running, queue),
        };
        let mut messages = Vec::new();
        let now = running.as_ref().map(|view| view.task.id);
        if let Some(shown) = self.shown.filter(|shown| Some(shown.task) != now) {
            messages.extend(self.ended(shown.task).await?);
            self.shown = None;
        }
        if let Some(view) = running {
            messages.extend(self.about(&view));
        }
        if let Some((tasks, more)) = queue {
            let told = wire::queue(&tasks, more);
            if self.queue.as_ref() != Some(&told) {
                self.queue = Some(told.clone());
                messages.push(told);
            }
        }
        Ok(Told { messages, over: None })
    }

    /// What the device does not know yet about the running task.
    fn about(&mut self, view: &TaskView) -> Option<Value> {
        let (task, attempt) = (view.task.id, view.task.attempt);
        let verdict = verdict(view);
        match &mut self.shown {
            Some(shown) if shown.task == task && shown.attempt == attempt => {
                let told = shown.verdict;
                // That it is not known is no verdict, and is told to whoever asked.
                let fresh = verdict.filter(|fresh| fresh.1 && told != Some(*fresh))?;
                shown.verdict = Some(fresh);
                wire::authorised(view, None)
            }
            _ => {
                let within = (wire::phase(view) == Phase::Authorised).then_some(verdict).flatten();
                let before = verdict.filter(|_| wire::phase(view) != Phase::Authorising);
                self.shown = Some(Shown { task, attempt, verdict: within.or(before) });
                Some(wire::task(view))
            }
        }
    }

    /// The last word about a task that is over.
    async fn ended(&self, id: TaskId) -> Result<Option<Value>, TerminalError> {
        let Some(view) = self.gateway.terminal_task(id).await? else { return Ok(None) };
        if view.task.terminal != self.place.terminal.id {
            return Ok(None);
        }
        self.done(&view).await
    }

    async fn done(&self, view: &TaskView) -> Result<Option<Value>, TerminalError> {
        let batch = match (view.task.kind, view.task.batch) {
            (TaskKind::CloseBatch, Some(number)) => {
                self.gateway.terminal_batch(self.place.terminal.id, number).await?
            }
            _ => None,
        };
        Ok(wire::done(view, &self.place, batch.as_ref()))
    }

    /// Carries out what a device says and tells what comes of it.
    pub(crate) async fn handle(&mut self, message: &DeviceMessage) -> Vec<Value> {
        let about = subject(message);
        match self.carry_out(message).await {
            Ok(answers) => answers,
            Err(refused) => self.refusal(refused, about),
        }
    }

    fn refusal(&self, refused: Refused, about: Option<(&'static str, Value)>) -> Vec<Value> {
        match refused {
            Refused::Message(BadMessage(what)) => vec![wire::error(Code::BadMessage, &what, about)],
            Refused::Gateway(error) => {
                let code = Code::from(&error);
                if code == Code::Internal {
                    tracing::error!(%error, terminal = %self.place.terminal.tid, "a device's message failed");
                    return vec![wire::error(code, "something went wrong here", about)];
                }
                vec![wire::error(code, &error.to_string(), about)]
            }
        }
    }

    async fn carry_out(&mut self, message: &DeviceMessage) -> Result<Vec<Value>, Refused> {
        let gateway = Arc::clone(&self.gateway);
        let terminal = Arc::clone(&self.place.terminal);
        match message {
            DeviceMessage::Hello(_) => Err(BadMessage("hello was said already".to_owned()).into()),
            DeviceMessage::Ping => Ok(vec![wire::pong(gateway.clock().now())]),
            DeviceMessage::Accept(of) => {
                let view = gateway.device_accept(&terminal, of.task, of.attempt).await?;
                self.tell(&view).await
            }
            DeviceMessage::Progress(Progress { of, step }) => {
                if *step == Step::Card {
                    gateway.device_contact(&terminal, of.task, of.attempt).await?;
                }
                Ok(vec![])
            }
            DeviceMessage::Release(of) => {
                let view = gateway.device_release(&terminal, of.task, of.attempt).await?;
                self.tell(&view).await
            }
            DeviceMessage::Authorise(authorise) => self.authorise(authorise).await,
            DeviceMessage::Complete(complete) => self.complete(complete).await,
            DeviceMessage::Abort(abort) => self.abort(abort).await,
            DeviceMessage::Status(status) => self.status(status).await,
            DeviceMessage::Start(start) => self.start(start).await,
            DeviceMessage::Totals { request } => {
                let batch = gateway.open_batch(terminal.id).await?;
                Ok(vec![wire::totals(request, &batch)])
            }
            DeviceMessage::Receipt { request, task } => self.receipt(request, *task).await,
        }
    }

    /// What the device is told about a task it has just done something with.
    async fn tell(&mut self, view: &TaskView) -> Result<Vec<Value>, Refused> {
        if view.task.state == TaskState::Running {
            return Ok(self.about(view).into_iter().collect());
        }
        if self.shown.is_some_and(|shown| shown.task == view.task.id) {
            self.shown = None;
        }
        Ok(self.done(view).await?.into_iter().collect())
    }

    async fn authorise(&mut self, asked: &Authorise) -> Result<Vec<Value>, Refused> {
        let read = asked.read(self.gateway.clock().now())?;
        self.present(asked.of, asked.presentation, read).await
    }

    /// Presents a card that is no text any more: the simulated device's.
    pub(crate) async fn authorise_card(
        &mut self,
        of: TaskRef,
        presentation: u8,
        read: CardRead,
    ) -> Vec<Value> {
        let presented = self.present(of, presentation, read).await;
        presented.unwrap_or_else(|refused| self.refusal(refused, Some(("task", json!(of.task.get())))))
    }

    async fn present(
        &mut self,
        of: TaskRef,
        presentation: u8,
        read: CardRead,
    ) -> Result<Vec<Value>, Refused> {
        let terminal = &self.place.terminal;
        let asked = self.gateway.device_authorise(terminal, of.task, of.attempt, presentation, read).await?;
        let view = asked.view;
        let mut answers: Vec<Value> = wire::authorised(&view, asked.pin_tries_left).into_iter().collect();
        if let Some(shown) = self.shown.as_mut().filter(|shown| shown.task == view.task.id) {
            shown.verdict = verdict(&view);
        }
        if view.task.is_done() {
            answers.extend(self.tell(&view).await?);
        }
        Ok(answers)
    }

    async fn complete(&mut self, complete: &Complete) -> Result<Vec<Value>, Refused> {
        let (gateway, terminal, of) = (&self.gateway, &self.place.terminal, complete.of);
        let view = match complete.result {
            CompleteResult::Approved => gateway.device_complete(terminal, of.task, of.attempt).await?,
            CompleteResult::CardRefused | CompleteResult::SignatureRefused => {
                let refused = CloseReason::Declined(domain::DeclineReason::Refused);
                gateway.device_abort(terminal, of.task, of.attempt, refused).await?
            }
        };
        self.tell(&view).await
    }

    async fn abort(&mut self, abort: &Aborted) -> Result<Vec<Value>, Refused> {
        let reason = match abort.by {
            By::Customer => CloseReason::CancelledByPayer,
            By::Operator => CloseReason::CancelledByOperator,
            By::Device => CloseReason::DeviceFault,
        };
        let (terminal, of) = (&self.place.terminal, abort.of);
        let view = self.gateway.device_abort(terminal, of.task, of.attempt, reason).await?;
        self.tell(&view).await
    }

    async fn status(&self, status: &Status) -> Result<Vec<Value>, Refused> {
        use gateway::terminals::Paper as Kept;
        let host_up = status.host.map(|host| host == Host::Up);
        let paper = status.paper.map(|paper| match paper {
            Paper::Ok => Kept::Ok,
            Paper::Low => Kept::Low,
            Paper::Out => Kept::Out,
        });
        self.gateway.device_status(self.place.terminal.id, self.number, host_up, paper).await?;
        Ok(vec![])
    }

    /// An operation begun by hand. What runs is told as news is, with the request it came from.
    async fn start(&mut self, start: &Start) -> Result<Vec<Value>, Refused> {
        let terminal = Arc::clone(&self.place.terminal);
        let direction = match start.kind {
            StartKind::Sale => Some(Direction::Sale),
            StartKind::Refund => Some(Direction::Refund),
            StartKind::Void | StartKind::CloseBatch => None,
        };
        let view = match direction {
            Some(direction) => {
                let new = NewSale {
                    door: terminal.door,
                    money: start.money()?,
                    tip: if terminal.tips { Tip::Ask } else { Tip::None },
                    reference: start.reference.clone(),
                    extra: String::new(),
                    print: true,
                    queueing: Queueing::AtOnce,
                    present: None,
                    origin: Origin::Device,
                };
                self.gateway.device_start_sale(&terminal, direction, new, &start.request).await?
            }
            None => {
                let kind = match (start.kind, start.task) {
                    (StartKind::CloseBatch, _) => TaskKind::CloseBatch,
                    (_, Some(task)) => TaskKind::Void { payment: task.into(), within: None },
                    (_, None) => return Err(BadMessage("task".to_owned()).into()),
                };
                let new = NewTask {
                    door: terminal.door,
                    kind,
                    reference: start.reference.clone(),
                    extra: String::new(),
                    print: true,
                    queueing: Queueing::AtOnce,
                    origin: Origin::Device,
                };
                self.gateway.device_start_task(&terminal, new, &start.request).await?
            }
        };
        self.tell(&view).await
    }

    async fn receipt(&self, request: &str, task: Option<TaskId>) -> Result<Vec<Value>, Refused> {
        const LOOKED_AT: u32 = 20;
        let ids: Vec<TaskId> = match task {
            Some(task) => vec![task],
            None => {
                let mut tasks: Vec<Task> =
                    self.gateway.terminal_tasks(self.place.terminal.id, None, LOOKED_AT).await?;
                tasks.sort_by_key(|task| std::cmp::Reverse(task.ended_at));
                tasks.iter().map(|task| task.id).collect()
            }
        };
        for id in ids {
            let Some(view) = self.gateway.terminal_task(id).await? else { continue };
            if view.task.terminal == self.place.terminal.id
                && let Some(receipt) = wire::receipt(request, &view, &self.place)
            {
                return Ok(vec![receipt]);
            }
        }
        Err(TerminalError::NotFound.into())
    }
}

enum Refused {
    Message(BadMessage),
    Gateway(TerminalError),
}

impl From<BadMessage> for Refused {
    fn from(message: BadMessage) -> Self {
        Self::Message(message)
    }
}

impl From<TerminalError> for Refused {
    fn from(error: TerminalError) -> Self {
        Self::Gateway(error)
    }
}

/// The last presentation of a task, and whether what the issuer said to it is known.
fn verdict(view: &TaskView) -> Option<(u8, bool)> {
    let payment: &Payment = view.payment.as_ref().filter(|_| view.task.kind.has_payment())?;
    let asking = payment.is_open() && payment.pending.is_some();
    (payment.attempts > 0).then_some((payment.attempts, !asking))
}

/// What an error about a message names.
fn subject(message: &DeviceMessage) -> Option<(&'static str, Value)> {
    let task = match message {
        DeviceMessage::Accept(of) | DeviceMessage::Release(of) => of.task,
        DeviceMessage::Progress(progress) => progress.of.task,
        DeviceMessage::Authorise(authorise) => authorise.of.task,
        DeviceMessage::Complete(complete) => complete.of.task,
        DeviceMessage::Abort(abort) => abort.of.task,
        DeviceMessage::Start(Start { request, .. })
        | DeviceMessage::Totals { request }
        | DeviceMessage::Receipt { request, .. } => return Some(("request", json!(request))),
        DeviceMessage::Hello(_) | DeviceMessage::Ping | DeviceMessage::Status(_) => return None,
    };
    Some(("task", json!(task.get())))
}
