//! Messages to merchants: delivered at least once, in order per payment, and never in anybody's way.
//!
//! A message is a row written in the commit that it tells about. The node that wrote it delivers it at
//! once; if that node dies, another finds the row overdue and takes over. Work is per payment: its messages
//! go out one after the other, the next only when the one before was delivered or given up. Receivers
//! have lanes of their own, and a lane that fails shrinks to one call at a time, so a dead receiver delays
//! nobody else's messages. Only status 200 is success (gopay.md §11); every attempt is kept.

mod deliver;
mod dispatch;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{PaymentId, Span};
use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::gateway::Tuning;

pub(crate) use dispatch::Dispatcher;

/// How many payments may wait to be noticed; more are found by the scan for overdue messages.
const NUDGES: usize = 16_384;

/// How often a message is tried (gopay.md §11).
pub const MOST_ATTEMPTS: u16 = 20;

/// The pause after the nth failed attempt; the last one repeats.
pub const PAUSES: [Span; 9] = [
    Span::from_secs(10),
    Span::from_secs(30),
    Span::from_secs(60),
    Span::from_secs(2 * 60),
    Span::from_secs(5 * 60),
    Span::from_secs(10 * 60),
    Span::from_secs(20 * 60),
    Span::from_secs(30 * 60),
    Span::from_hours(1),
];

/// The pause before the next attempt, when this many have failed; `None` when there is no next.
pub(crate) fn pause_after(attempts: u16, tuning: &Tuning) -> Option<Span> {
    if attempts >= tuning.attempts {
        return None;
    }
    let place = usize::from(attempts).saturating_sub(1);
    tuning.pauses.get(place).or(tuning.pauses.last()).copied()
}

/// Carries a message: calls an address and says which status came back, or why none did.
#[async_trait]
pub trait Courier: Send + Sync {
    async fn call(&self, url: &str) -> Result<u16, String>;
}

/// A payment that has a message to deliver.
#[derive(Debug)]
pub(crate) struct Nudge {
    pub(crate) payment: PaymentId,
    pub(crate) destination: String,
}

/// Where changes drop their messages off.
pub struct Outbox {
    nudges: mpsc::Sender<Nudge>,
    /// Taken by the dispatcher when it starts.
    inbox: Mutex<Option<mpsc::Receiver<Nudge>>>,
    courier: Arc<dyn Courier>,
}

impl Outbox {
    #[must_use]
    pub fn new(courier: Arc<dyn Courier>) -> Self {
        let (nudges, inbox) = mpsc::channel(NUDGES);
        Self { nudges, inbox: Mutex::new(Some(inbox)), courier }
    }

    /// Says that a payment has something to deliver. When too many wait, the scan finds it later.
    pub(crate) fn nudge(&self, payment: PaymentId, destination: String) {
        let _ = self.nudges.try_send(Nudge { payment, destination });
    }

    pub(crate) fn inbox(&self) -> Option<mpsc::Receiver<Nudge>> {
        self.inbox.lock().take()
    }

    pub(crate) fn courier(&self) -> &dyn Courier {
        self.courier.as_ref()
    }
}

/// Host and port of an address, for telling receivers apart.
pub(crate) fn destination(url: &str) -> String {
    url::Url::parse(url).ok().map_or_else(String::new, |url| {
        format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_attempts_and_then_none() {
        let pauses: Vec<_> =
            (1..=20).map(|attempts| pause_after(attempts, &Tuning::default()).map(Span::millis)).collect();
        assert_eq!(pauses[0], Some(10_000));
        assert_eq!(pauses[8], Some(3_600_000));
        assert_eq!(pauses[18], Some(3_600_000));
        assert_eq!(pauses[19], None);
    }
}
