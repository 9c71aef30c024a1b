//! The buttons of the built-in simulated devices: pressed through the sandbox's door, felt by the device, which answers.
//! A device is on the node that runs it; its buttons are there too.

use std::collections::HashMap;

use domain::{DeclineReason, TaskId, TerminalId};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

use super::CardRead;

/// Buttons that may be pressed ahead.
const MOST_WAITING: usize = 16;
/// How long a press may take: longer than an acquirer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the device does with the next tasks by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextOutcome {
    Approved,
    Declined(DeclineReason),
    WrongPin,
    CancelledByCustomer,
    CancelledByOperator,
    SignatureRefused,
    /// The device breaks.
    Fails,
    /// The acquirer's answer is lost.
    AnswerLost,
    /// The line is cut after the approval.
    Lost,
    /// Nothing, until a button is pressed.
    Wait,
}

/// An outcome for so many tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scripted {
    pub outcome: NextOutcome,
    pub times: u16,
}

#[derive(Debug)]
pub enum Press {
    /// Hold a card to the terminal, for the task that waits for one.
    Present(Box<CardRead>),
    Abort {
        by_operator: bool,
    },
    Offline,
    Online,
    Next(Scripted),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    Done,
    /// About a task: look there for what came of it.
    Task(TaskId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PressError {
    #[error("this terminal has no simulated device here")]
    NoDevice,
    #[error("another device is this terminal, or it is offline")]
    NotHere,
    #[error("no task waits for that")]
    NothingToDo,
    #[error("the device is busy")]
    Busy,
    #[error("it did not work")]
    Failed,
}

type Answer = oneshot::Sender<Result<Pressed, PressError>>;
type Button = mpsc::Sender<(Press, Answer)>;

#[derive(Default, Clone)]
pub struct Presses(Arc<Mutex<HashMap<TerminalId, Button>>>);

/// A device's end of the wire. Without it the buttons do nothing.
pub struct PressGuard {
    presses: Presses,
    terminal: TerminalId,
    felt: mpsc::Receiver<(Press, Answer)>,
}

impl Presses {
    /// A device feels the buttons of a terminal from now on.
    #[must_use]
    pub fn feel(&self, terminal: TerminalId) -> PressGuard {
        let (button, felt) = mpsc::channel(MOST_WAITING);
        self.0.lock().insert(terminal, button);
        PressGuard { presses: self.clone(), terminal, felt }
    }

    /// Presses a button and waits for what comes of it.
    pub async fn press(&self, terminal: TerminalId, press: Press) -> Result<Pressed, PressError> {
        let button = self.0.lock().get(&terminal).cloned().ok_or(PressError::NoDevice)?;
        let (answer, answered) = oneshot::channel();
        button.try_send((press, answer)).map_err(|_| PressError::Busy)?;
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(PressError::Failed),
            Err(_late) => Err(PressError::Busy),
        }
    }
}

impl PressGuard {
    /// The next button; `None` never comes while the guard is held.
    pub async fn next(&mut self) -> Option<(Press, Answer)> {
        self.felt.recv().await
    }
}

impl Drop for PressGuard {
    fn drop(&mut self) {
        self.presses.0.lock().remove(&self.terminal);
    }
}
