//! What doors can ask for: create, pay, capture, void, refund, cancel.
//!
//! An operation that moves money has two commits. The first makes the intent durable, then the acquirer is
//! asked, and the second records what it said. When it said nothing, the intent stays pending and
//! [`crate::recovery`] finds out later; the caller is told [`Done::Unresolved`], which is the truth.

use std::time::Duration;

use acquirer::{Authentication, Authorisation, FollowUp, Reference, Reply};
use domain::{
    CancelledBy, CardData, CardSummary, Command, DeclineReason, Event, Minor, Outcome, Payment, PaymentId,
    Pending, PendingKind, RefundRules, Refusal, Terms, Version,
};
use store::{Claim, ClaimScope, CommitError, Recorded};

use crate::change::Changed;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::idempotency::RequestKey;
use crate::keyring::hex;

/// How long the acquirer may take before its answer counts as lost.
const ACQUIRER_TIMEOUT: Duration = Duration::from_secs(10);

/// How an operation on a payment ended.
#[derive(Debug, Clone)]
pub enum Done {
    Finished(Payment),
    /// The acquirer refused; nothing has moved.
    Failed(Payment, DeclineReason),
    /// The outcome is not known yet; it will be found out and announced.
    Unresolved(Payment),
}

/// Where a payer is after giving a card.
#[derive(Debug, Clone)]
pub enum CardStep {
    Done(Box<Done>),
    /// The issuer wants the payer's answer; the challenge is known by this name.
    Challenge {
        challenge: String,
    },
}

impl Gateway {
    /// A new payment. With a key that was used before for the same request, the payment it made.
    pub async fn create(&self, terms: Terms, key: Option<&RequestKey>) -> Result<Payment, Error> {
        if let Some(key) = key
            && let Some(claim) = self.store.claim(ClaimScope::Idempotency, key.key()).await?
        {
            return self.created_before(key, &claim).await;
        }
        let id = self.ids.next(self.store.as_ref()).await?;
        match self.record_new(id, terms, key).await {
            Ok(payment) => Ok(payment),
            Err(CommitError::Claimed(claim)) => match key {
                Some(key) => self.created_before(key, &claim).await,
                None => Err(Error::Internal("a claim without a key".to_owned())),
            },
            Err(other) => Err(other.into()),
        }
    }

    /// The payment as it was when it was created: the answer is the same, whatever happened since.
    async fn created_before(&self, key: &RequestKey, claim: &Claim) -> Result<Payment, Error> {
        if !key.matches(claim) {
            return Err(Error::KeyReused);
        }
        let now = self.load(claim.owner).await?;
        let created = domain::open(now.id, now.terms, now.created_at);
        Ok(domain::evolve(created, &Event::Created, now.created_at))
    }

    /// The payer gives a card. `attempts` is how many had been tried when the payer was asked: a form sent
    /// twice, or an old one, uses up one attempt and no more.
    pub async fn pay_by_card(
        &self,
        id: PaymentId,
        card: CardData,
        attempts: Option<u8>,
    ) -> Result<CardStep, Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        let payment = self.load(id).await?;
        if payment.is_open() && attempts.is_some_and(|shown| shown != payment.attempts) {
            return Err(Refusal::AttemptedMeanwhile.into());
        }
        let summary = self.summary(&card);
        let now = self.clock.now();
        // Nothing is asked of an issuer for a payment that cannot be paid.
        domain::decide(&payment, Command::Authorise(summary.clone()), now)?;
        let asked = self.acquirer.authenticate(&card, payment.terms.amount);
        match tokio::time::timeout(ACQUIRER_TIMEOUT, asked).await.unwrap_or(Authentication::Refused) {
            Authentication::Frictionless => {
                let done = self.authorise(payment, &card, summary).await?;
                Ok(CardStep::Done(Box::new(done)))
            }
            Authentication::Challenge => {
                self.change_once(payment, Command::Authenticate(summary)).await?;
                let challenge = self.challenges.keep(id, card, now).ok_or(Error::Overloaded)?;
                Ok(CardStep::Challenge { challenge })
            }
            Authentication::Refused => {
                let payment = self.change_once(payment, Command::Authenticate(summary)).await?;
                let payment = self.change_once(payment, Command::FailAuthentication).await?;
                let done = Done::Failed(payment, DeclineReason::ThreeDSecureFailed);
                Ok(CardStep::Done(Box::new(done)))
            }
        }
    }

    /// The payer answers the issuer's challenge. Without a card that waits for it nothing happens, and the
    /// payer has to give the card again.
    pub async fn answer_challenge(
        &self,
        id: PaymentId,
        challenge: &str,
        confirmed: bool,
    ) -> Result<Done, Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        let card = self.challenges.take(challenge, id, self.clock.now()).ok_or(Refusal::NotAuthenticating)?;
        let payment = self.load(id).await?;
        if !confirmed {
            let payment = self.change_once(payment, Command::FailAuthentication).await?;
            return Ok(Done::Failed(payment, DeclineReason::ThreeDSecureFailed));
        }
        let summary = self.summary(&card);
        self.authorise(payment, &card, summary).await
    }

    async fn authorise(&self, seen: Payment, card: &CardData, summary: CardSummary) -> Result<Done, Error> {
        let payment = self.change_once(seen, Command::Authorise(summary)).await?;
        let Some(pending) = payment.pending else {
            return Err(Error::Internal("an intent left nothing pending".to_owned()));
        };
        let request = Authorisation {
            reference: reference(&payment, &pending),
            money: payment.terms.amount,
            card,
            capture: !payment.is_preauthorised(),
        };
        let asked = self.acquirer.authorise(request);
        let reply = tokio::time::timeout(ACQUIRER_TIMEOUT, asked).await.unwrap_or(Reply::Unknown);
        self.conclude(payment, reply).await
    }

    /// The payer, or somebody for the merchant, gives up.
    pub async fn cancel(&self, id: PaymentId, by: CancelledBy) -> Result<Payment, Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        self.change_once(self.load(id).await?, Command::Cancel(by)).await
    }

    /// Takes what is held, or a part of it. Like the next two it takes the payment as the caller has seen it.
    pub async fn capture(
        &self,
        seen: Payment,
        amount: Option<Minor>,
        partial_allowed: bool,
        key: Option<&RequestKey>,
    ) -> Result<Done, Error> {
        self.operate(seen, Command::Capture { amount, partial_allowed }, key).await
    }

    /// Releases what is held.
    pub async fn void(&self, seen: Payment, key: Option<&RequestKey>) -> Result<Done, Error> {
        self.operate(seen, Command::Void, key).await
    }

    /// Gives back a part of what was taken, or all that is left of it.
    pub async fn refund(
        &self,
        seen: Payment,
        amount: Option<Minor>,
        rules: RefundRules,
        key: Option<&RequestKey>,
    ) -> Result<Done, Error> {
        self.operate(seen, Command::Refund { amount, rules }, key).await
    }

    async fn operate(
        &self,
        seen: Payment,
        command: Command,
        key: Option<&RequestKey>,
    ) -> Result<Done, Error> {
        let _held = self.locks.hold(seen.id).await.ok_or(Refusal::Busy)?;
        if let Some(key) = key
            && let Some(claim) = self.store.claim(ClaimScope::Idempotency, key.key()).await?
        {
            return self.done_before(key, &claim).await;
        }
        match (self.change(seen, command, key).await?, key) {
            (Changed::Done(payment), _) => {
                let reply = self.ask(&payment).await;
                self.conclude(*payment, reply).await
            }
            (Changed::Before(claim), Some(key)) => self.done_before(key, &claim).await,
            (Changed::Before(_), None) => Err(Error::Internal("a claim without a key".to_owned())),
        }
    }

    /// How the operation ended that used the key first.
    async fn done_before(&self, key: &RequestKey, claim: &Claim) -> Result<Done, Error> {
        if !key.matches(claim) {
            return Err(Error::KeyReused);
        }
        let payment = self.load(claim.owner).await?;
        let events = self.store.events(claim.owner).await?;
        Ok(match ending(&events, claim.version) {
            Some(Ending::Finished) => Done::Finished(payment),
            Some(Ending::Failed(reason)) => Done::Failed(payment, reason),
            None => Done::Unresolved(payment),
        })
    }

    /// Asks the acquirer about what is pending: what became of an authorisation, or for the capture, void or
    /// refund itself. Asking again is harmless.
    pub(crate) async fn ask(&self, payment: &Payment) -> Reply {
        tokio::time::timeout(ACQUIRER_TIMEOUT, self.ask_unhurried(payment)).await.unwrap_or(Reply::Unknown)
    }

    async fn ask_unhurried(&self, payment: &Payment) -> Reply {
        let Some(pending) = payment.pending else { return Reply::Unknown };
        let reference = reference(payment, &pending);
        let follow_up = |amount| {
            let intent = payment.authorization?;
            Some(FollowUp { reference, authorisation: Reference { payment: payment.id, intent }, amount })
        };
        match pending.kind {
            PendingKind::Authorisation => self.acquirer.inquire(reference).await,
            PendingKind::Capture { amount } => match follow_up(amount) {
                Some(request) => self.acquirer.capture(request).await,
                None => Reply::Unknown,
            },
            PendingKind::Void { .. } => match follow_up(payment.authorized) {
                Some(request) => self.acquirer.void(request).await,
                None => Reply::Unknown,
            },
            PendingKind::Refund { amount, .. } => match follow_up(amount) {
                Some(request) => self.acquirer.refund(request).await,
                None => Reply::Unknown,
            },
        }
    }

    /// Records what the acquirer said about what is pending.
    pub(crate) async fn conclude(&self, payment: Payment, reply: Reply) -> Result<Done, Error> {
        let outcome = match reply {
            Reply::Approved => Outcome::Approved,
            Reply::Declined(reason) => Outcome::Declined(reason),
            Reply::NeverHappened => Outcome::NeverHappened,
            Reply::Unknown => return Ok(Done::Unresolved(payment)),
        };
        let payment = self.change_once(payment, Command::Settle(outcome)).await?;
        Ok(match outcome {
            Outcome::Approved => Done::Finished(payment),
            Outcome::Declined(reason) => Done::Failed(payment, reason),
            Outcome::NeverHappened => Done::Failed(payment, DeclineReason::TechnicalProblem),
        })
    }

    /// What may be remembered of a card.
    pub(crate) fn summary(&self, card: &CardData) -> CardSummary {
        let issuer = self.acquirer.issuer(&card.pan);
        let [a, b, c, d, e, f, g, h, ..] = self.fingerprints.mac(&[card.pan.expose().as_bytes()]);
        CardSummary {
            first_six: card.pan.first_six().to_owned(),
            last_four: card.pan.last_four().to_owned(),
            expiry: card.expiry,
            brand: issuer.brand.to_owned(),
            country: issuer.country.to_owned(),
            bank: issuer.bank.to_owned(),
            fingerprint: Some(hex(&[a, b, c, d, e, f, g, h])),
        }
    }
}

pub(crate) fn reference(payment: &Payment, pending: &Pending) -> Reference {
    Reference { payment: payment.id, intent: pending.reference }
}

enum Ending {
    Finished,
    Failed(DeclineReason),
}

/// How the operation ended whose intent is the event at `intent`: told by the first verdict after it.
fn ending(events: &[Recorded], intent: Version) -> Option<Ending> {
    events.iter().filter(|recorded| recorded.version > intent).find_map(|recorded| match recorded.event {
        Event::Captured { .. } | Event::Refunded { .. } | Event::Closed { .. } => Some(Ending::Finished),
        Event::CaptureFailed { reason }
        | Event::VoidFailed { reason }
        | Event::RefundFailed { reason, .. } => Some(Ending::Failed(reason)),
        _ => None,
    })
}
