//! What only a sandbox can do: move the clock, script the acquirer, look into the outbox, start over.

use std::sync::Arc;

use acquirer::{Fault, Operation};
use domain::{NotificationId, PaymentId, Span, Timestamp};
use store::{Attempt, Change, Notification, Signal, Topic};

use crate::eet::Authority;
use crate::error::Error;
use crate::gateway::{Gateway, SandboxParts};
use crate::terminals::Presses;

/// Where the clock's distance is kept, so that a restart does not turn time back.
pub const CLOCK_SETTING: &str = "clock_ahead_ms";

/// A message with everything that was tried.
#[derive(Debug, Clone)]
pub struct Dispatch {
    pub message: Notification,
    pub attempts: Vec<Attempt>,
}

/// The sandbox's buttons. There is no way to get one in production.
pub struct Sandbox<'a> {
    gateway: &'a Arc<Gateway>,
    parts: &'a SandboxParts,
}

impl Gateway {
    /// The sandbox's buttons, if this is a sandbox.
    #[must_use]
    pub fn sandbox(self: &Arc<Self>) -> Option<Sandbox<'_>> {
        self.sandbox.as_ref().map(|parts| Sandbox { gateway: self, parts })
    }
}

impl Sandbox<'_> {
    /// Moves the clock forward and does everything that has become due. Durable when it returns.
    pub async fn advance(&self, by: Span) -> Result<Timestamp, Error> {
        // One step after the other, so that none is lost and the larger distance is the one that is kept.
        let _step = self.gateway.clock_steps.lock().await;
        let ahead = self.parts.clock.ahead_after(by);
        let setting = (CLOCK_SETTING.to_owned(), ahead.millis().to_string());
        self.gateway.store.commit(Change { settings: vec![setting], ..Change::default() }).await?;
        self.parts.clock.set_ahead(ahead);
        self.gateway.run_due().await?;
        self.gateway.run_due_points_of_sale().await?;
        self.gateway.run_due_recurrences().await?;
        self.gateway.run_due_payouts().await?;
        self.gateway.run_due_receipts().await?;
        self.gateway.clock_moved.send_modify(|count| *count = count.wrapping_add(1));
        Ok(self.gateway.clock.now())
    }

    /// Decides the next operation of a kind on a payment. False when too many decisions are waiting.
    #[must_use]
    pub fn script(&self, payment: PaymentId, operation: Operation, fault: Fault) -> bool {
        self.parts.simulator.script(payment, operation, fault)
    }

    /// The tax authority that sales are reported to.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        &self.gateway.eet
    }

    /// The buttons of the simulated terminals on this node.
    #[must_use]
    pub fn presses(&self) -> &Presses {
        &self.gateway.presses
    }

    /// The messages about a payment, oldest first.
    pub async fn dispatches(&self, payment: PaymentId) -> Result<Vec<Dispatch>, Error> {
        // In this order a message never looks older than its attempts.
        let attempts = self.gateway.store.attempts(payment).await?;
        let messages = self.gateway.store.notifications(payment).await?;
        let tried = |message: &Notification| {
            attempts.iter().filter(|attempt| attempt.notification == message.id).cloned().collect()
        };
        Ok(messages.into_iter().map(|message| Dispatch { attempts: tried(&message), message }).collect())
    }

    /// Sends a message again, now.
    pub async fn resend(&self, id: NotificationId) -> Result<(), Error> {
        self.gateway.requeue(id).await
    }

    /// Forgets all payments. Merchants, shops and the clock stay.
    pub async fn reset(&self) -> Result<(), Error> {
        self.parts.simulator.reset();
        self.gateway.store.reset().await?;
        self.gateway.vault.forget();
        self.gateway.paid.forget();
        self.gateway.eet.reset();
        let signals = vec![Signal { topic: Topic::Directory, key: 0 }];
        self.gateway.store.commit(Change { signals, ..Change::default() }).await?;
        self.gateway.renew_lease_after_reset().await?;
        self.gateway.hub.poke_all();
        Ok(())
    }
}
