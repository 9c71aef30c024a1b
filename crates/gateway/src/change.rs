//! A command becomes a decision, a decision a commit. Every change of a payment goes through here.

use domain::{Command, Event, Payment, PaymentId, Refusal, Span, Terms, Timestamp, decide, entries, evolve};
use store::{
    Change, Claim, ClaimScope, CommitError, DocumentWrite, NewNotification, PaymentWrite, Recorded,
    RecordedEntry,
};

use crate::error::Error;
use crate::gateway::Gateway;
use crate::idempotency::RequestKey;
use crate::outbox::destination;
use crate::points_of_sale;
use crate::terminals;

/// How often a decision is taken again because another node was faster.
const MOST_CONFLICTS: usize = 8;

/// A message is delivered at once by the node that wrote it; another node takes over after this long: longer
/// than a call can take, with some waiting for its turn.
const TAKE_OVER: Span = Span::from_secs(60);

/// What came of trying to change a payment.
pub(crate) enum Changed {
    Done(Box<Payment>),
    /// The idempotency key was used before; this is what it did.
    Before(Box<Claim>),
}

impl Gateway {
    /// Decides a command against the payment as it is, and makes the events durable.
    ///
    /// `seen` is the payment as the caller last saw it: usually it still is so, and a load is saved. When it
    /// is not, the store says so; a refusal is never decided on anything but a fresh load.
    pub(crate) async fn change(
        &self,
        seen: Payment,
        command: Command,
        key: Option<&RequestKey>,
    ) -> Result<Changed, Error> {
        self.change_with(seen, command, key, &[]).await
    }

    /// The same with documents that are written in the same commit.
    pub(crate) async fn change_with(
        &self,
        seen: Payment,
        command: Command,
        key: Option<&RequestKey>,
        documents: &[DocumentWrite],
    ) -> Result<Changed, Error> {
        let id = seen.id;
        let mut seen = Some(seen);
        for _ in 0..MOST_CONFLICTS {
            let (before, fresh) = match seen.take() {
                Some(seen) => (seen, false),
                None => (self.load(id).await?, true),
            };
            let now = self.clock.now();
            let events = match decide(&before, command.clone(), now) {
                Ok(events) => events,
                Err(refusal) if fresh => return Err(refusal.into()),
                Err(_) => continue,
            };
            if events.is_empty() {
                return Ok(Changed::Done(Box::new(before)));
            }
            match self.record(&before, &events, now, key, documents).await {
                Err(CommitError::Conflict(_) | CommitError::DocumentConflict(..)) => {}
                // Another payment has just made the same card a stored one.
                Err(CommitError::Claimed(claim)) if claim.scope == ClaimScope::CardToken => {}
                Err(CommitError::Claimed(claim)) if claim.scope == ClaimScope::Idempotency => {
                    return Ok(Changed::Before(claim));
                }
                // There may be only one of something at a time, and there is one: on the terminal, at the till.
                Err(CommitError::Claimed(_)) => return Err(Refusal::Busy.into()),
                Err(other) => return Err(other.into()),
                Ok(after) => return Ok(Changed::Done(Box::new(after))),
            }
        }
        tracing::warn!(payment = %id, "gave up after too many conflicts");
        Err(Error::Overloaded)
    }

    /// The same without an idempotency key, which can only be done or refused.
    pub(crate) async fn change_once(&self, seen: Payment, command: Command) -> Result<Payment, Error> {
        match self.change(seen, command, None).await? {
            Changed::Done(payment) => Ok(*payment),
            Changed::Before(_) => Err(Error::Internal("a claim without a key".to_owned())),
        }
    }

    pub(crate) async fn load(&self, id: PaymentId) -> Result<Payment, Error> {
        self.store.payment(id).await?.ok_or(Error::NotFound)
    }

    async fn record(
        &self,
        before: &Payment,
        events: &[Event],
        at: Timestamp,
        key: Option<&RequestKey>,
        documents: &[DocumentWrite],
    ) -> Result<Payment, CommitError> {
        let expected = before.version;
        let (after, mut change) = Self::consequences(before, events, at);
        change.documents.extend_from_slice(documents);
        self.beside(before, &after, events, at, &mut change).await?;
        change.payment = Some(PaymentWrite::Update { payment: after.clone(), expected });
        change.claims.extend(key.map(|key| key.claim(after.id, expected.next(), at)));
        self.commit(change).await?;
        Ok(after)
    }

    /// Records a payment that did not exist.
    pub(crate) async fn record_new(
        &self,
        id: PaymentId,
        terms: Terms,
        key: Option<&RequestKey>,
    ) -> Result<Payment, CommitError> {
        let now = self.clock.now();
        let before = domain::open(id, terms.into(), now);
        let events = [Event::Created];
        let (after, mut change) = Self::consequences(&before, &events, now);
        self.beside(&before, &after, &events, now, &mut change).await?;
        change.payment = Some(PaymentWrite::Insert(after.clone()));
        change.claims.extend(key.map(|key| key.claim(id, after.version, now)));
        self.commit(change).await?;
        Ok(after)
    }

    /// What is written together with a payment's change beside the payment itself: a line for each concern. It is
    /// asked anew whenever the change is decided anew.
    pub(crate) async fn beside(
        &self,
        before: &Payment,
        after: &Payment,
        events: &[Event],
        at: Timestamp,
        change: &mut Change,
    ) -> Result<(), CommitError> {
        change.notifications.extend(self.announcement(before, after, at));
        terminals::beside(self.store.as_ref(), after, events, at, change).await?;
        points_of_sale::beside(self.store.as_ref(), before, after, events, at, change).await?;
        self.beside_a_card_on_file(after, events, at, change).await?;
        self.beside_a_later_charge(after, events, at, change).await?;
        self.beside_a_receipt(before, after, events, at, change).await?;
        Ok(())
    }

    /// What follows from events alone: the next payment, its history, the ledger's entries.
    pub(crate) fn consequences(before: &Payment, events: &[Event], at: Timestamp) -> (Payment, Change) {
        let mut change = Change::default();
        let mut after = before.clone();
        for event in events {
            after = evolve(after, event, at);
            let (payment, version) = (after.id, after.version);
            change.events.push(Recorded { version, at, event: event.clone() });
            let lines = entries(&after, event).into_iter();
            change.entries.extend(lines.map(|entry| RecordedEntry { payment, version, at, entry }));
        }
        (after, change)
    }

    fn announcement(&self, before: &Payment, after: &Payment, at: Timestamp) -> Option<NewNotification> {
        let announce = self.announcers.get(&after.terms.door)?;
        let url = announce(before, after)?;
        Some(NewNotification {
            payment: after.id,
            version: after.version,
            destination: destination(&url),
            url,
            created_at: at,
            next_at: at.plus(TAKE_OVER),
        })
    }

    /// Commits, and wakes the outbox for what was written.
    pub(crate) async fn commit(&self, change: Change) -> Result<(), CommitError> {
        let messages: Vec<(PaymentId, String)> =
            change.notifications.iter().map(|new| (new.payment, new.destination.clone())).collect();
        self.store.commit(change).await?;
        for (payment, destination) in messages {
            self.outbox.nudge(payment, destination);
        }
        Ok(())
    }
}
