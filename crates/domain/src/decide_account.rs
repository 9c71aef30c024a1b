//! What may be done to a payment that is not paid by a typed card: choosing a method, collecting from an account or
//! a wallet, and what banks and providers confirm by themselves.
//!
//! A collection is asked of the payer's bank and has an intent and an outcome, as an authorisation has. A
//! confirmation comes unasked and is the outcome itself. Either way the money moves by `Captured` alone.

use crate::decide::{approved, close_after_last, payable};
use crate::{
    CardSummary, DeclineReason, Event, Evidence, MAX_CHOICES, Method, Payment, Refusal, Source, Stage,
    Timestamp,
};

/// What a bank or a provider says by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// How it was paid, which need not be what the payer chose last.
    pub method: Method,
    pub verdict: Verdict,
    pub source: Source,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The money is there; a bank says by what it is known.
    Received(Option<Evidence>),
    /// Announced, and somebody has to look at it before it counts.
    UnderReview,
    Refused(DeclineReason),
}

fn payable_by(payment: &Payment, method: Method, now: Timestamp) -> Result<(), Refusal> {
    payable(payment)?;
    if payment.wake_at.is_some_and(|end| end <= now) {
        return Err(Refusal::NotOpen);
    }
    if payment.terms.allows(method) { Ok(()) } else { Err(Refusal::MethodNotAllowed) }
}

/// The choice, when it is one.
pub(crate) fn switch(payment: &Payment, method: Method) -> Option<Event> {
    (payment.method() != Some(method)).then_some(Event::MethodChosen { method })
}

pub(crate) fn choose(payment: &Payment, method: Method, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    payable_by(payment, method, now)?;
    if payment.stage == Stage::MethodChosen(method) {
        return Ok(vec![]);
    }
    if payment.choices >= MAX_CHOICES {
        return Err(Refusal::TooManyChallenges);
    }
    Ok(vec![Event::MethodChosen { method }])
}

/// A card in a telephone: its owner has proved to be there, so the issuer does not ask again.
pub(crate) fn authorise_device(
    payment: &Payment,
    method: Method,
    card: CardSummary,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    payable_by(payment, method, now)?;
    if !matches!(method, Method::GooglePay | Method::ApplePay) {
        return Err(Refusal::MethodNotAllowed);
    }
    let mut events: Vec<Event> = switch(payment, method).into_iter().collect();
    events.push(Event::AuthorisationSent { card });
    Ok(events)
}

pub(crate) fn collect(
    payment: &Payment,
    method: Method,
    source: Source,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    payable_by(payment, method, now)?;
    if method.is_by_card() {
        return Err(Refusal::MethodNotAllowed);
    }
    let mut events: Vec<Event> = switch(payment, method).into_iter().collect();
    events.push(Event::CollectionSent { source });
    Ok(events)
}

pub(crate) fn confirm(
    payment: &Payment,
    confirmation: Confirmation,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let Confirmation { method, verdict, source } = confirmation;
    payable_by(payment, method, now)?;
    if method.is_by_card() {
        return Err(Refusal::MethodNotAllowed);
    }
    let mut events: Vec<Event> = switch(payment, method).into_iter().collect();
    match verdict {
        Verdict::Received(evidence) => {
            events.push(Event::ConfirmationReceived { evidence, source });
            events.extend(approved(payment));
        }
        Verdict::UnderReview if payment.evidence == Some(Evidence::Unconfirmed) => events.clear(),
        Verdict::UnderReview => {
            events.push(Event::ConfirmationReceived { evidence: Some(Evidence::Unconfirmed), source });
        }
        Verdict::Refused(reason) => {
            events.push(Event::ConfirmationRefused { reason });
            close_after_last(&mut events, payment.attempts.saturating_add(1), reason);
        }
    }
    Ok(events)
}

/// What the provider's own list says about what happens next, noted before it happens.
pub(crate) fn remark(payment: &Payment, code: u16) -> Result<Vec<Event>, Refusal> {
    payable(payment)?;
    let attempt = payment.attempts.saturating_add(1);
    if payment.remark.is_some_and(|before| before.code == code && before.attempt == attempt) {
        return Ok(vec![]);
    }
    Ok(vec![Event::Remarked { code }])
}
