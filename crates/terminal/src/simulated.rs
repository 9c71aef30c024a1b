//! The built-in device: a terminal without a person. It holds every terminal that is set up so until another device comes,
//! and speaks with the same [`Session`] as every device does. It does what its terminal's setting, a button of the
//! sandbox or the amount says:
//!
//! | minor units | what the device does |
//! |---|---|
//! | 1122 | the issuer declines |
//! | 1123, 1126 | nothing: the time passes |
//! | 1124 | it breaks |
//! | 1125 | the customer cancels |
//! | 9991 to 9994 | a card of another currency: converted with three decimals, with none, not accepted, not processed |
//! | others | a good card is presented |

use std::sync::Arc;
use std::time::Duration;

use domain::{
    CardCurrency, CardData, CardEntry, Conversion, ConversionStatus, DeclineReason, Expiry, Minor, Pan, Pin,
    Simulated, TaskId, TerminalId,
};
use gateway::terminals::{
    CardRead, DeviceInfo, NextOutcome, Press, PressError, PressGuard, Pressed, Scripted,
};
use gateway::{DEFAULT_CARD, Fault, Gateway, Operation, RIGHT_PIN};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};

use crate::session::{Opened, Over, Session};
use crate::stopped;
use crate::wire::{Aborted, By, Complete, CompleteResult, DeviceMessage, TaskRef};

/// After it was refused or cut off it comes again so much later, or as soon as there is news.
const COME_AGAIN: Duration = Duration::from_secs(5);
/// A card that no PIN helps.
const SIGNATURE_CARD: &str = "4444440000001226";
const WRONG_PIN: &str = "9999";
/// The last year a card can bear.
const LAST_YEAR: u16 = 2_099;

type Answer = oneshot::Sender<Result<Pressed, PressError>>;

pub(crate) struct Device {
    gateway: Arc<Gateway>,
    terminal: TerminalId,
    stopping: watch::Receiver<bool>,
    instance: String,
    online: bool,
    /// The task it took up last.
    began: Option<TaskId>,
    /// It has been the terminal since the server started.
    was_here: bool,
    scripted: Option<Scripted>,
    /// The task on the screen that waits for a card.
    waiting: Option<Waiting>,
}

#[derive(Clone, Copy)]
struct Waiting {
    of: TaskRef,
    presentations: u8,
    amount: i64,
    /// What was decided for it, kept over a second card.
    outcome: NextOutcome,
}

/// Why the device leaves its terminal.
#[derive(PartialEq, Eq)]
enum Leaves {
    Stopping,
    Away,
    /// Everything was forgotten, and it is nobody's.
    Forgotten,
}

impl Device {
    pub(crate) fn new(gateway: Arc<Gateway>, terminal: TerminalId, stopping: watch::Receiver<bool>) -> Self {
        let mut number = [0; 8];
        // Without randomness the number is still told apart from every real device's.
        let _ = getrandom::fill(&mut number);
        let instance = format!("simulated-{:016x}", u64::from_be_bytes(number));
        Self {
            gateway,
            terminal,
            stopping,
            instance,
            online: true,
            began: None,
            was_here: false,
            scripted: None,
            waiting: None,
        }
    }

    /// Plays until the server stops. `tried` is let go when it has tried to be the terminal once.
    pub(crate) async fn run(mut self, tried: mpsc::Sender<()>) {
        let mut tried = Some(tried);
        let gateway = Arc::clone(&self.gateway);
        let Some(mut buttons) = gateway.sandbox().map(|sandbox| sandbox.presses().feel(self.terminal)) else {
            return;
        };
        let Some(poke) = gateway.wait_for_news(self.terminal) else { return };
        let mut stopping = self.stopping.clone();
        loop {
            let entered = if self.online { self.enter().await } else { None };
            drop(tried.take());
            if let Some((mut session, welcome)) = entered {
                self.was_here = true;
                let leaves = self.be_the_terminal(&mut session, welcome, &mut buttons, &poke).await;
                session.close().await;
                self.waiting = None;
                match leaves {
                    Leaves::Stopping => return,
                    Leaves::Forgotten => continue,
                    Leaves::Away => {}
                }
            }
            tokio::select! {
                () = poke.poked() => {}
                () = tokio::time::sleep(COME_AGAIN) => {}
                Some((press, answer)) = buttons.next() => self.feel_outside(&press, answer),
                () = stopped(&mut stopping) => return,
            }
        }
    }

    async fn enter(&self) -> Option<(Session, Vec<Value>)> {
        let terminal = self.gateway.directory().terminal(self.terminal).cloned()?;
        terminal.simulated?;
        if self.was_here && self.is_somebody_elses().await {
            return None;
        }
        let device = DeviceInfo { instance: self.instance.clone(), model: "simulated".to_owned() };
        match Session::open(&self.gateway, terminal, device, false, true, None).await {
            Ok(Opened::In(session, welcome)) => Some((*session, welcome)),
            Ok(Opened::Occupied(_)) => None,
            Err(error) => {
                tracing::debug!(%error, "the simulated device was not let in");
                None
            }
        }
    }

    /// Whether a device was cut off in the middle of a task: its customer stands there, and it is the one to finish.
    async fn is_somebody_elses(&self) -> bool {
        let running = self.gateway.running_task(self.terminal).await;
        running.is_ok_and(|task| task.is_some_and(|task| Some(task.id) != self.began))
    }

    async fn be_the_terminal(
        &mut self,
        session: &mut Session,
        welcome: Vec<Value>,
        buttons: &mut PressGuard,
        poke: &gateway::terminals::Poke,
    ) -> Leaves {
        let mut stopping = self.stopping.clone();
        self.take_in(session, welcome).await;
        loop {
            if !self.online {
                return Leaves::Away;
            }
            tokio::select! {
                () = poke.poked() => match session.news().await {
                    Ok(told) => {
                        self.take_in(session, told.messages).await;
                        match told.over {
                            Some(Over::Replaced) => return Leaves::Away,
                            Some(Over::Forgotten) => return Leaves::Forgotten,
                            None => {}
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the simulated device could not look for news");
                        return Leaves::Away;
                    }
                },
                Some((press, answer)) = buttons.next() => {
                    let pressed = self.feel(session, press).await;
                    let _ = answer.send(pressed);
                }
                () = stopped(&mut stopping) => return Leaves::Stopping,
            }
        }
    }

    /// Reads what it is told and acts, until there is nothing more to read.
    async fn take_in(&mut self, session: &mut Session, messages: Vec<Value>) {
        let mut unread = std::collections::VecDeque::from(messages);
        while let Some(message) = unread.pop_front() {
            let answers = match message.get("type").and_then(Value::as_str) {
                Some("task") => self.on_task(session, &message).await,
                Some("authorised") => self.on_authorised(session, &message).await,
                Some("done") => {
                    self.waiting = None;
                    vec![]
                }
                _ => vec![],
            };
            unread.extend(answers);
        }
    }

    async fn on_task(&mut self, session: &mut Session, told: &Value) -> Vec<Value> {
        let Some(of) = task_ref(told) else { return vec![] };
        self.began = Some(of.task);
        let text = |member: &str| told.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        match (text("kind").as_str(), text("phase").as_str()) {
            ("void" | "close_batch", "waiting") => {
                if self.next_outcome(session, None) == NextOutcome::Wait {
                    return vec![];
                }
                session.handle(&DeviceMessage::Accept(of)).await
            }
            ("sale" | "refund", "waiting" | "card") => {
                let amount = told.get("amount_minor").and_then(Value::as_i64);
                let presentations = number(told, "presentations");
                let outcome = self.next_outcome(session, amount);
                let amount = amount.unwrap_or_default();
                self.waiting = Some(Waiting { of, presentations, amount, outcome });
                self.act(session).await
            }
            ("sale" | "refund", "authorising") => {
                // Somebody's card is being asked about; when nothing comes of it, ours is next.
                let outcome = NextOutcome::Approved;
                let presentations = number(told, "presentations");
                self.waiting = Some(Waiting { of, presentations, amount: 0, outcome });
                vec![]
            }
            (_, "authorised") => session.handle(&complete(of, CompleteResult::Approved)).await,
            _ => vec![],
        }
    }

    fn next_outcome(&mut self, session: &Session, amount: Option<i64>) -> NextOutcome {
        if let Some(scripted) = &mut self.scripted {
            scripted.times = scripted.times.saturating_sub(1);
            let outcome = scripted.outcome;
            if scripted.times == 0 {
                self.scripted = None;
            }
            return outcome;
        }
        match (session.place.terminal.simulated, amount) {
            (Some(Simulated::WhenTold) | None, Some(_)) => NextOutcome::Wait,
            (_, Some(1_122)) => NextOutcome::Declined(DeclineReason::Refused),
            (_, Some(1_123 | 1_126)) => NextOutcome::Wait,
            (_, Some(1_124)) => NextOutcome::Fails,
            (_, Some(1_125)) => NextOutcome::CancelledByCustomer,
            _ => NextOutcome::Approved,
        }
    }

    /// Does by itself what was decided for the task on the screen.
    async fn act(&mut self, session: &mut Session) -> Vec<Value> {
        let Some(waiting) = self.waiting else { return vec![] };
        match waiting.outcome {
            NextOutcome::Wait => vec![],
            NextOutcome::CancelledByCustomer => self.abort(session, By::Customer).await,
            NextOutcome::CancelledByOperator => self.abort(session, By::Operator).await,
            NextOutcome::Fails => self.abort(session, By::Device).await,
            NextOutcome::Declined(reason) => {
                self.script(waiting.of.task, Fault::Decline(reason));
                self.present(session, good_card()).await
            }
            NextOutcome::AnswerLost => {
                self.script(waiting.of.task, Fault::AnswerLost);
                self.present(session, good_card()).await
            }
            NextOutcome::WrongPin => self.present(session, card(DEFAULT_CARD, Some(WRONG_PIN))).await,
            NextOutcome::SignatureRefused => self.present(session, card(SIGNATURE_CARD, None)).await,
            NextOutcome::Approved | NextOutcome::Lost => self.present(session, good_card()).await,
        }
    }

    fn script(&self, task: TaskId, fault: Fault) {
        if let Some(sandbox) = self.gateway.sandbox() {
            // With too many waiting it happens as it would without.
            let _ = sandbox.script(task.into(), Operation::Authorise, fault);
        }
    }

    async fn present(&mut self, session: &mut Session, read: Option<CardRead>) -> Vec<Value> {
        let (Some(waiting), Some(mut read)) = (&mut self.waiting, read) else { return vec![] };
        read.conversion = conversion(waiting.amount);
        waiting.presentations = waiting.presentations.saturating_add(1);
        session.authorise_card(waiting.of, waiting.presentations, read).await
    }

    async fn abort(&mut self, session: &mut Session, by: By) -> Vec<Value> {
        let Some(waiting) = self.waiting.take() else { return vec![] };
        session.handle(&DeviceMessage::Abort(Aborted { of: waiting.of, by })).await
    }

    async fn on_authorised(&mut self, session: &mut Session, told: &Value) -> Vec<Value> {
        let Some(of) = task_ref(told) else { return vec![] };
        let text = |member: &str| told.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        let outcome = self.waiting.map(|waiting| waiting.outcome);
        match (text("outcome").as_str(), outcome) {
            ("approved", Some(NextOutcome::Lost)) => {
                self.online = false;
                vec![]
            }
            ("approved", Some(NextOutcome::SignatureRefused)) => {
                session.handle(&complete(of, CompleteResult::SignatureRefused)).await
            }
            ("approved", _) => session.handle(&complete(of, CompleteResult::Approved)).await,
            ("declined", Some(NextOutcome::WrongPin)) if text("retry") == "pin" => self.act(session).await,
            ("declined", Some(NextOutcome::Approved)) if text("retry") == "other_card" => {
                self.act(session).await
            }
            _ => vec![],
        }
    }

    /// A button while the device is the terminal.
    async fn feel(&mut self, session: &mut Session, press: Press) -> Result<Pressed, PressError> {
        match press {
            Press::Present(read) => {
                // A task that came just now may not have been looked at yet.
                self.look(session).await?;
                let of = self.waiting.ok_or(PressError::NothingToDo)?.of;
                if let Some(waiting) = &mut self.waiting {
                    waiting.outcome = NextOutcome::Wait;
                }
                let answers = self.present(session, Some(*read)).await;
                let refused =
                    answers.iter().any(|told| told.get("type").and_then(Value::as_str) == Some("error"));
                self.take_in(session, answers).await;
                if refused { Err(PressError::Failed) } else { Ok(Pressed::Task(of.task)) }
            }
            Press::Abort { by_operator } => {
                self.look(session).await?;
                let of = self.waiting.ok_or(PressError::NothingToDo)?.of;
                let by = if by_operator { By::Operator } else { By::Customer };
                let answers = self.abort(session, by).await;
                self.take_in(session, answers).await;
                Ok(Pressed::Task(of.task))
            }
            Press::Offline => {
                self.online = false;
                session.close().await;
                Ok(Pressed::Done)
            }
            Press::Online => Ok(Pressed::Done),
            Press::Next(scripted) => {
                self.scripted = Some(scripted);
                Ok(Pressed::Done)
            }
        }
    }

    async fn look(&mut self, session: &mut Session) -> Result<(), PressError> {
        let told = session.news().await.map_err(|_| PressError::Failed)?;
        if told.over.is_some() {
            self.online = true;
            return Err(PressError::NotHere);
        }
        self.take_in(session, told.messages).await;
        Ok(())
    }

    /// A button while it is not.
    fn feel_outside(&mut self, press: &Press, answer: Answer) {
        let pressed = match press {
            Press::Present(_) | Press::Abort { .. } => Err(PressError::NotHere),
            Press::Offline => {
                self.online = false;
                Ok(Pressed::Done)
            }
            Press::Online => {
                self.online = true;
                Ok(Pressed::Done)
            }
            Press::Next(scripted) => {
                self.scripted = Some(*scripted);
                Ok(Pressed::Done)
            }
        };
        let _ = answer.send(pressed);
    }
}

fn task_ref(told: &Value) -> Option<TaskRef> {
    let task = told.get("task").and_then(Value::as_i64)?;
    Some(TaskRef { task: TaskId::new(task), attempt: number(told, "attempt") })
}

fn number<T: TryFrom<u64> + Default>(told: &Value, member: &str) -> T {
    told.get(member).and_then(Value::as_u64).and_then(|value| T::try_from(value).ok()).unwrap_or_default()
}

fn complete(of: TaskRef, result: CompleteResult) -> DeviceMessage {
    DeviceMessage::Complete(Complete { of, result })
}

fn good_card() -> Option<CardRead> {
    card(DEFAULT_CARD, Some(RIGHT_PIN))
}

/// The offer that an amount stands for.
fn conversion(amount: i64) -> Option<Conversion> {
    let (status, currency, decimals, rate_millionths) = match amount {
        9_991 => (ConversionStatus::Accepted, "KWD", 3, 13_000),
        9_992 => (ConversionStatus::Accepted, "JPY", 0, 6_400_000),
        9_993 => (ConversionStatus::NotAccepted, "EUR", 2, 39_500),
        9_994 => (ConversionStatus::NotProcessed, "EUR", 2, 39_500),
        _ => return None,
    };
    Some(Conversion {
        status,
        currency: CardCurrency::parse(currency)?,
        amount: Conversion::converted(amount, rate_millionths, decimals),
        decimals,
        rate_millionths,
        markup_basis_points: 320,
        region: 1,
    })
}

fn card(number: &str, pin: Option<&str>) -> Option<CardRead> {
    Some(CardRead {
        card: CardData { pan: Pan::parse(number).ok()?, expiry: Expiry::new(LAST_YEAR, 12).ok()?, cvc: None },
        entry: CardEntry::Chip,
        pin: pin.and_then(|pin| Pin::parse(pin).ok()),
        device_verified: false,
        tip: Minor::ZERO,
        conversion: None,
    })
}
