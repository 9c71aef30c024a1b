//! One payment's messages, oldest first, until one fails or none is left.

use std::time::Instant;

use domain::{NotificationId, PaymentId, Timestamp};
use metrics::counter;
use store::{Attempt, Change, Delivery, DeliveryState, Notification};

use super::pause_after;
use crate::error::Error;
use crate::gateway::Gateway;

/// How often a message is queued anew when its deliveries are faster.
const MOST_REQUEUES: usize = 8;

/// How a round of deliveries for a payment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// Nothing is left to deliver, or what is left is not due.
    Clear,
    /// The receiver failed.
    Failed,
}

impl Gateway {
    /// Delivers a payment's messages. One that has failed before waits for its time, unless it was `leased`:
    /// then the store has found it due and put its time off for everybody else.
    pub(crate) async fn deliver(&self, payment: PaymentId, leased: bool) -> Result<Round, Error> {
        let messages = self.store.notifications(payment).await?;
        let waiting = messages.iter().filter(|message| message.state == DeliveryState::Pending);
        for (place, message) in waiting.enumerate() {
            let retry = message.attempts > 0 && !(leased && place == 0);
            if retry && message.next_at.is_some_and(|at| at > self.clock.now()) {
                return Ok(Round::Clear);
            }
            if self.attempt(message).await? == DeliveryState::Pending {
                return Ok(Round::Failed);
            }
        }
        Ok(Round::Clear)
    }

    async fn attempt(&self, message: &Notification) -> Result<DeliveryState, Error> {
        let started = Instant::now();
        let result = self.outbox.courier().call(&message.url).await;
        let elapsed_ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        let number = message.attempts.saturating_add(1);
        let (state, next_at) = match (&result, pause_after(number, &self.tuning)) {
            (Ok(200), _) => (DeliveryState::Delivered, None),
            (_, Some(pause)) => (DeliveryState::Pending, Some(self.clock.now().plus(pause))),
            (_, None) => (DeliveryState::GivenUp, None),
        };
        let outcome = if state == DeliveryState::Delivered { "delivered" } else { "failed" };
        counter!("polytill_notification_attempts_total", "outcome" => outcome).increment(1);
        let attempt = Attempt {
            notification: message.id,
            number,
            at: self.clock.now(),
            status: result.as_ref().ok().copied(),
            error: result.err(),
            elapsed_ms,
        };
        self.store_delivery(message, state, number, next_at, Some(attempt)).await?;
        Ok(state)
    }

    async fn store_delivery(
        &self,
        message: &Notification,
        state: DeliveryState,
        attempts: u16,
        next_at: Option<Timestamp>,
        attempt: Option<Attempt>,
    ) -> Result<(), Error> {
        let delivery = Delivery {
            notification: message.id,
            payment: message.payment,
            state,
            attempts,
            next_at,
            attempt,
        };
        let change = Change { deliveries: vec![delivery], ..Change::default() };
        Ok(self.store.commit(change).await?)
    }

    /// Puts a message back at the start of its schedule, whatever became of it. What was tried stays on record.
    /// An attempt that is recorded at the same moment overtakes this; then it is done again.
    pub(crate) async fn requeue(&self, id: NotificationId) -> Result<(), Error> {
        for _ in 0..MOST_REQUEUES {
            let message = self.store.notification(id).await?.ok_or(Error::NotFound)?;
            let now = self.clock.now();
            self.store_delivery(&message, DeliveryState::Pending, message.attempts, Some(now), None).await?;
            // Overtaken is whoever finds more attempts than before, even when the message is still to be sent: then
            // it waits for the pause after the failed one.
            let queued = self.store.notification(id).await?;
            if queued.is_some_and(|queued| queued.attempts == message.attempts) {
                self.outbox.nudge(message.payment, message.destination);
                return Ok(());
            }
        }
        Err(Error::Overloaded)
    }
}
