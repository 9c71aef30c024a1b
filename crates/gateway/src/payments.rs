//! What doors can ask for: create, pay, capture, void, refund, cancel.
//!
//! An operation that moves money has two commits. The first makes the intent durable, then the acquirer is
//! asked, and the second records what it said. When it said nothing, the intent stays pending and
//! [`crate::recovery`] finds out later; the caller is told [`Done::Unresolved`], which is the truth.

use std::sync::Arc;
use std::time::Duration;

use acquirer::{Authentication, Authorisation, FollowUp, Reference, Reply};
use domain::{
    CancelledBy, CardData, CardSummary, Command, DeclineReason, EetSums, Event, Minor, Outcome, Payment,
    PaymentId, Pending, PendingKind, RefundRules, Refusal, Span, Terms, Version,
};
use store::{Claim, ClaimScope, CommitError, DocumentWrite, Recorded};

use crate::change::Changed;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::idempotency::RequestKey;
use crate::keyring::hex;

/// An intent that is older than this when it has become durable is not carried out any more: recovery may
/// already be asking about it.
const STALE: Span = Span::from_secs(15);

/// How long the acquirer may take before its answer counts as lost.
pub(crate) const ACQUIRER_TIMEOUT: Duration = Duration::from_secs(10);

/// How many numbers in a row may belong to imported payments.
pub(crate) const MOST_TAKEN_IDS: usize = 1_000;

/// When the acquirer is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Now,
    /// By recovery, half a minute after the intent is durable.
    Later,
}

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
    /// The payment that this very request has created before. Asked for before the request is looked at
    /// any closer: what was answered once is answered again, whatever has changed since.
    pub async fn created_under(&self, key: &RequestKey) -> Result<Option<Payment>, Error> {
        match self.store.claim(ClaimScope::Idempotency, key.key()).await? {
            Some(claim) => self.created_before(key, &claim).await.map(Some),
            None => Ok(None),
        }
    }

    /// A new payment. With a key that was used before for the same request, the payment it made.
    pub async fn create(&self, terms: Terms, key: Option<&RequestKey>) -> Result<Payment, Error> {
        for _ in 0..MOST_TAKEN_IDS {
            let id = self.ids.next(self.store.as_ref()).await?;
            match self.record_new(id, terms.clone(), key).await {
                Ok(payment) => return Ok(payment),
                // An imported payment has this number, or what is written beside it has moved on.
                Err(CommitError::Conflict(_) | CommitError::DocumentConflict(..)) => {}
                Err(CommitError::Claimed(claim)) if claim.scope == ClaimScope::Idempotency => {
                    let Some(key) = key else { break };
                    return self.created_before(key, &claim).await;
                }
                Err(CommitError::Claimed(_)) => return Err(Refusal::Busy.into()),
                Err(other) => return Err(other.into()),
            }
        }
        Err(Error::Internal("no free payment id was found".to_owned()))
    }

    /// The payment as it was when it was created: the answer is the same, whatever happened since.
    pub(crate) async fn created_before(&self, key: &RequestKey, claim: &Claim) -> Result<Payment, Error> {
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
        self: &Arc<Self>,
        id: PaymentId,
        card: CardData,
        attempts: Option<u8>,
    ) -> Result<CardStep, Error> {
        let gateway = Arc::clone(self);
        to_the_end(async move { gateway.take_card(id, card, attempts).await }).await
    }

    pub(crate) async fn take_card(
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
        let asked = self.acquirer.authenticate(&card, payment.amount());
        match tokio::time::timeout(ACQUIRER_TIMEOUT, asked).await.unwrap_or(Authentication::Refused) {
            Authentication::Frictionless => {
                let done = self.authorise(payment, &card, summary).await?;
                Ok(CardStep::Done(Box::new(done)))
            }
            Authentication::Challenge => {
                let challenge = self.challenges.keep(id, card, now).ok_or(Error::Overloaded)?;
                let asked = self.change_once(payment, Command::Authenticate(summary)).await;
                if asked.is_err() {
                    self.challenges.take(&challenge, id, now);
                }
                asked.map(|_| CardStep::Challenge { challenge })
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
        self: &Arc<Self>,
        id: PaymentId,
        challenge: &str,
        confirmed: bool,
    ) -> Result<Done, Error> {
        let (gateway, challenge) = (Arc::clone(self), challenge.to_owned());
        to_the_end(async move { gateway.take_answer(id, &challenge, confirmed).await }).await
    }

    async fn take_answer(&self, id: PaymentId, challenge: &str, confirmed: bool) -> Result<Done, Error> {
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

    /// A typed card pays. One that has to be kept is sealed before the acquirer hears of it: what has paid must not be
    /// forgotten when this process is.
    async fn authorise(&self, seen: Payment, card: &CardData, summary: CardSummary) -> Result<Done, Error> {
        let kept = self.kept_while_asking(&seen, card).await?;
        self.authorise_with(seen, card, Command::Authorise(summary), &kept).await
    }

    /// Makes the intent durable and asks the acquirer.
    pub(crate) async fn authorise_by(
        &self,
        seen: Payment,
        card: &CardData,
        intent: Command,
    ) -> Result<Done, Error> {
        self.authorise_with(seen, card, intent, &[]).await
    }

    async fn authorise_with(
        &self,
        seen: Payment,
        card: &CardData,
        intent: Command,
        documents: &[DocumentWrite],
    ) -> Result<Done, Error> {
        match self.change_with(seen, intent, None, documents).await? {
            Changed::Done(payment) => self.ask_for(*payment, card).await,
            Changed::Before(_) => Err(Error::Internal("a claim without a key".to_owned())),
        }
    }

    /// Asks the acquirer for the authorisation whose intent is durable.
    pub(crate) async fn ask_for(&self, payment: Payment, card: &CardData) -> Result<Done, Error> {
        let Some(pending) = payment.pending else {
            return Err(Error::Internal("an intent left nothing pending".to_owned()));
        };
        if self.is_stale(&payment) {
            return Ok(Done::Unresolved(payment));
        }
        let on_file = &payment.terms.on_file;
        let request = Authorisation {
            reference: reference(&payment, &pending),
            money: payment.amount(),
            card,
            capture: !payment.is_preauthorised(),
            agreed_in: on_file.parent,
            statement_text: on_file.statement_text.as_deref(),
        };
        let asked = self.acquirer.authorise(request);
        let reply = tokio::time::timeout(ACQUIRER_TIMEOUT, asked).await.unwrap_or(Reply::Unknown);
        Ok(self.conclude(payment, reply).await)
    }

    /// Whether making the intent durable took so long that somebody else may be finding out about it.
    pub(crate) fn is_stale(&self, intent: &Payment) -> bool {
        self.clock.now().since(intent.changed_at) > STALE
    }

    /// The payer, or somebody for the merchant, gives up.
    pub async fn cancel(&self, id: PaymentId, by: CancelledBy) -> Result<Payment, Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        self.change_once(self.load(id).await?, Command::Cancel(by)).await
    }

    /// Takes what is held, or a part of it. Like the next two it takes the payment as the caller has seen it.
    pub async fn capture(
        self: &Arc<Self>,
        seen: Payment,
        amount: Option<Minor>,
        partial_allowed: bool,
        key: Option<&RequestKey>,
    ) -> Result<Done, Error> {
        self.operate(seen, Command::Capture { amount, partial_allowed }, key, None, When::Now).await
    }

    /// A capture or a refund with the sums that its report shall have.
    pub async fn operate_reporting(
        self: &Arc<Self>,
        seen: Payment,
        command: Command,
        sums: Option<EetSums>,
        key: Option<&RequestKey>,
        when: When,
    ) -> Result<Done, Error> {
        self.operate(seen, command, key, sums, when).await
    }

    /// Releases what is held.
    pub async fn void(self: &Arc<Self>, seen: Payment, key: Option<&RequestKey>) -> Result<Done, Error> {
        self.operate(seen, Command::Void, key, None, When::Now).await
    }

    /// Gives back a part of what was taken, or all that is left of it.
    pub async fn refund(
        self: &Arc<Self>,
        seen: Payment,
        amount: Option<Minor>,
        rules: RefundRules,
        key: Option<&RequestKey>,
    ) -> Result<Done, Error> {
        self.operate(seen, Command::Refund { amount, rules }, key, None, When::Now).await
    }

    async fn operate(
        self: &Arc<Self>,
        seen: Payment,
        command: Command,
        key: Option<&RequestKey>,
        sums: Option<EetSums>,
        when: When,
    ) -> Result<Done, Error> {
        let (gateway, key) = (Arc::clone(self), key.cloned());
        to_the_end(async move { gateway.carry_out(seen, command, key.as_ref(), sums, when).await }).await
    }

    async fn carry_out(
        &self,
        seen: Payment,
        command: Command,
        key: Option<&RequestKey>,
        sums: Option<EetSums>,
        when: When,
    ) -> Result<Done, Error> {
        let _held = self.locks.hold(seen.id).await.ok_or(Refusal::Busy)?;
        if let Some(key) = key
            && let Some(claim) = self.store.claim(ClaimScope::Idempotency, key.key()).await?
        {
            return self.done_before(key, &claim).await;
        }
        let documents = self.sums_beside(&seen, sums).await?;
        match (self.change_with(seen, command, key, &documents).await?, key) {
            (Changed::Done(payment), _) => {
                if when == When::Later || self.is_stale(&payment) {
                    return Ok(Done::Unresolved(*payment));
                }
                let reply = self.ask(&payment).await;
                Ok(self.conclude(*payment, reply).await)
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
        Ok(self.recorded(payment, claim.version).await)
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
            PendingKind::Reversal => match payment.authorization {
                Some(intent) => self.acquirer.reverse(Reference { payment: payment.id, intent }).await,
                None => Reply::Unknown,
            },
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

    /// Records what the acquirer said about what is pending. Whatever goes wrong here, the intent is durable:
    /// nobody is told that nothing was done.
    pub(crate) async fn conclude(&self, intent: Payment, reply: Reply) -> Done {
        let outcome = match reply {
            Reply::Approved => Outcome::Approved,
            Reply::Declined(reason) => Outcome::Declined(reason),
            Reply::NeverHappened => Outcome::NeverHappened,
            Reply::Unknown => return Done::Unresolved(intent),
        };
        self.conclude_with(intent, outcome).await
    }

    /// The same for an outcome that is known in more detail.
    pub(crate) async fn conclude_with(&self, intent: Payment, outcome: Outcome) -> Done {
        let Some(pending) = intent.pending else { return Done::Unresolved(intent) };
        let command = Command::Settle { reference: pending.reference, outcome };
        match self.change_once(intent.clone(), command).await {
            Ok(payment) => match outcome {
                Outcome::Approved | Outcome::ApprovedAs(_) => Done::Finished(payment),
                Outcome::Declined(reason) => Done::Failed(payment, reason),
                Outcome::NeverHappened => Done::Failed(payment, DeclineReason::TechnicalProblem),
            },
            // Another node was faster: what it recorded is what happened.
            Err(Error::Refused(_)) => self.recorded(intent, pending.reference).await,
            Err(error) => {
                tracing::error!(payment = %intent.id, %error, "an outcome could not be recorded yet");
                Done::Unresolved(intent)
            }
        }
    }

    /// How an operation ended, as its history tells it.
    async fn recorded(&self, intent: Payment, reference: Version) -> Done {
        let found = async {
            let payment = self.load(intent.id).await?;
            Ok::<_, Error>((payment, self.store.events(intent.id).await?))
        };
        match found.await {
            Ok((payment, events)) => match ending(&events, reference) {
                Some(Ending::Finished) => Done::Finished(payment),
                Some(Ending::Failed(reason)) => Done::Failed(payment, reason),
                None => Done::Unresolved(payment),
            },
            Err(error) => {
                tracing::error!(payment = %intent.id, %error, "an outcome could not be read");
                Done::Unresolved(intent)
            }
        }
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
        Event::Authorised { .. }
        | Event::Captured { .. }
        | Event::Refunded { .. }
        | Event::Reversed { .. }
        | Event::ReversalConfirmed
        | Event::LateApproval { .. }
        | Event::Closed { .. } => Some(Ending::Finished),
        Event::Declined { reason }
        | Event::CaptureFailed { reason }
        | Event::VoidFailed { reason }
        | Event::RefundFailed { reason, .. } => Some(Ending::Failed(reason)),
        Event::AuthorisationNotMade => Some(Ending::Failed(DeclineReason::TechnicalProblem)),
        _ => None,
    })
}

/// Runs to its end even when whoever asked has hung up: between an intent and its outcome nobody leaves.
pub(crate) async fn to_the_end<T: Send + 'static, E: From<Error> + Send + 'static>(
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> Result<T, E> {
    match tokio::spawn(work).await {
        Ok(done) => done,
        Err(_) => Err(Error::Internal("an operation ended in a panic".to_owned()).into()),
    }
}
