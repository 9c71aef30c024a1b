//! What may be done to a payment, and when. A refusal says why in the field's terms; each door has its own
//! word for it.

use serde::{Deserialize, Serialize};

use crate::decide_account;
use crate::{
    CaptureMode, CardSummary, CloseReason, Confirmation, DeclineReason, Event, MAX_CARD_ATTEMPTS,
    MAX_CHALLENGES, Method, Minor, MoneyState, Outcome, Payment, Pending, PendingKind, PosCommand,
    PosRefusal, Source, Span, Stage, TerminalCommand, Timestamp, Version, point_of_sale, terminal,
};

/// Something somebody wants, or something the acquirer has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    ChooseMethod(Method),
    /// Show the issuer's challenge.
    Authenticate(CardSummary),
    /// The challenge was failed or refused.
    FailAuthentication,
    Authorise(CardSummary),
    /// The card on file pays, without its holder.
    Charge(CardSummary),
    /// A card in a telephone pays.
    AuthoriseDevice {
        method: Method,
        card: CardSummary,
    },
    /// Ask the payer's bank or wallet for the money.
    Collect {
        method: Method,
        source: Source,
    },
    /// A bank or a provider said something by itself.
    Confirm(Confirmation),
    /// The provider's own number for what happens next, to be shown beside the state.
    Remark(u16),
    Capture {
        amount: Option<Minor>,
        partial_allowed: bool,
    },
    Void,
    Refund {
        amount: Option<Minor>,
        rules: RefundRules,
    },
    Cancel(CancelledBy),
    /// The outcome of what is pending under this reference, and of nothing else.
    Settle {
        reference: Version,
        outcome: Outcome,
    },
    /// What is pending under this reference was asked about, and the answer could not be had.
    RemainUnknown {
        reference: Version,
    },
    /// A window has passed.
    Expire,
    /// What happens at a card terminal.
    Terminal(TerminalCommand),
    /// What happens at a point of sale.
    PointOfSale(PosCommand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelledBy {
    Payer,
    Merchant,
}

/// What a shop may refund (gopay.md §6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRules {
    /// For how long after capture.
    pub window: Span,
    /// How long after capture a part of the amount may be refunded; before that only all of it.
    pub partial_after: Span,
}

/// Why a command was not carried out. Nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("another operation on this payment is not finished")]
    Busy,
    #[error("nothing is waiting for this outcome")]
    NothingPending,
    #[error("the payer can no longer pay")]
    NotOpen,
    #[error("the way of paying does not allow this")]
    MethodNotAllowed,
    #[error("only one card may pay, and this is another")]
    OtherCard,
    #[error("a card has been tried since")]
    AttemptedMeanwhile,
    #[error("the issuer has been asked too often")]
    TooManyChallenges,
    #[error("no challenge is waiting for an answer")]
    NotAuthenticating,
    #[error("the amount is not positive")]
    AmountNotPositive,
    #[error("the amount is larger than what is available")]
    AmountTooLarge,
    #[error("the payment was not created for later capture")]
    NotPreauthorised,
    #[error("nothing is authorised yet")]
    NotAuthorised,
    #[error("already captured")]
    AlreadyCaptured,
    #[error("the authorisation is void")]
    AlreadyVoided,
    #[error("capturing a part is not allowed")]
    PartialCaptureNotAllowed,
    #[error("nothing has been paid")]
    NotPaid,
    #[error("everything has been refunded already")]
    AlreadyRefunded,
    #[error("the time for refunds is over")]
    RefundWindowOver,
    #[error("a part cannot be refunded yet")]
    PartialRefundTooEarly,
    #[error("no window has passed")]
    NotDue,
    #[error("this is not done at a terminal")]
    NotAtTerminal,
    #[error("another attempt has begun since")]
    StaleAttempt,
    #[error("a card has been presented")]
    CardPresented,
    #[error("this tip is not allowed")]
    TipNotAllowed,
    #[error("{0}")]
    PointOfSale(PosRefusal),
}

/// Decides a command against a payment as it is `now`.
pub fn decide(payment: &Payment, command: Command, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::ChooseMethod(method) => decide_account::choose(payment, method, now),
        Command::Authenticate(card) => authenticate(payment, card),
        Command::FailAuthentication => fail_authentication(payment),
        Command::Authorise(card) => authorise(payment, card, now),
        Command::Charge(card) => charge(payment, card),
        Command::AuthoriseDevice { method, card } => {
            decide_account::authorise_device(payment, method, card, now)
        }
        Command::Collect { method, source } => decide_account::collect(payment, method, source, now),
        Command::Confirm(confirmation) => decide_account::confirm(payment, confirmation, now),
        Command::Remark(code) => decide_account::remark(payment, code),
        Command::Capture { amount, partial_allowed } => capture(payment, amount, partial_allowed, now),
        Command::Void => void(payment, CloseReason::Voided),
        Command::Refund { amount, rules } => refund(payment, amount, rules, now),
        Command::Cancel(by) if payment.pos.is_some() => point_of_sale::cancel(payment, by, now),
        Command::Cancel(by) => cancel(payment, by),
        Command::Settle { reference, outcome } => settle(payment, reference, outcome),
        Command::RemainUnknown { reference } => remain_unknown(payment, reference, now),
        Command::Expire => expire(payment, now),
        Command::Terminal(command) => terminal::decide(payment, command, now),
        Command::PointOfSale(command) => point_of_sale::decide(payment, command, now),
    }
}

pub(crate) fn idle(payment: &Payment) -> Result<(), Refusal> {
    if payment.pending.is_some() { Err(Refusal::Busy) } else { Ok(()) }
}

pub(crate) fn payable(payment: &Payment) -> Result<(), Refusal> {
    if !payment.is_open() {
        return Err(Refusal::NotOpen);
    }
    idle(payment)
}

fn payable_by_card(payment: &Payment) -> Result<(), Refusal> {
    payable(payment)?;
    if payment.terms.card_allowed { Ok(()) } else { Err(Refusal::MethodNotAllowed) }
}

/// The card that pays may be the only one that may.
fn payable_by(payment: &Payment, card: &CardSummary) -> Result<(), Refusal> {
    payable_by_card(payment)?;
    if payment.terms.on_file.admits(card) { Ok(()) } else { Err(Refusal::OtherCard) }
}

fn authenticate(payment: &Payment, card: CardSummary) -> Result<Vec<Event>, Refusal> {
    payable_by(payment, &card)?;
    if payment.challenges >= MAX_CHALLENGES {
        return Err(Refusal::TooManyChallenges);
    }
    Ok(vec![Event::AuthenticationStarted { card }])
}

fn fail_authentication(payment: &Payment) -> Result<Vec<Event>, Refusal> {
    payable_by_card(payment)?;
    if payment.stage != Stage::Authenticating {
        return Err(Refusal::NotAuthenticating);
    }
    let mut events = vec![Event::AuthenticationFailed];
    close_after_last(&mut events, payment.attempts.saturating_add(1), DeclineReason::ThreeDSecureFailed);
    Ok(events)
}

fn authorise(payment: &Payment, card: CardSummary, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    payable_by(payment, &card)?;
    if payment.wake_at.is_some_and(|end| end <= now) {
        return Err(Refusal::NotOpen);
    }
    // A card typed in after something else was chosen is another choice.
    let mut events: Vec<Event> = match payment.method() {
        Some(other) if other != Method::Card => {
            decide_account::switch(payment, Method::Card).into_iter().collect()
        }
        Some(_) | None => vec![],
    };
    events.push(Event::AuthorisationSent { card });
    Ok(events)
}

fn charge(payment: &Payment, card: CardSummary) -> Result<Vec<Event>, Refusal> {
    payable(payment)?;
    if payment.is_later_charge() {
        Ok(vec![Event::AuthorisationSent { card }])
    } else {
        Err(Refusal::MethodNotAllowed)
    }
}

fn declined(payment: &Payment, reason: DeclineReason) -> Vec<Event> {
    let mut events = vec![Event::Declined { reason }];
    // Nobody is there to try another card.
    let attempts = if payment.is_later_charge() { MAX_CARD_ATTEMPTS } else { payment.attempts };
    close_after_last(&mut events, attempts, reason);
    events
}

/// The payer may try again. A card on file is charged again by itself, a few times.
fn not_made(payment: &Payment) -> Vec<Event> {
    let mut events = vec![Event::AuthorisationNotMade];
    if payment.is_later_charge() {
        close_after_last(&mut events, payment.attempts, DeclineReason::TechnicalProblem);
    }
    events
}

pub(crate) fn close_after_last(events: &mut Vec<Event>, attempts: u8, reason: DeclineReason) {
    if attempts >= MAX_CARD_ATTEMPTS {
        events.push(Event::Closed { reason: CloseReason::Declined(reason) });
    }
}

fn capture(
    payment: &Payment,
    amount: Option<Minor>,
    partial_allowed: bool,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    if !payment.is_preauthorised() || payment.terminal.is_some() {
        return Err(Refusal::NotPreauthorised);
    }
    match payment.money {
        MoneyState::Authorized => {}
        MoneyState::Open => return Err(Refusal::NotAuthorised),
        MoneyState::Captured => return Err(Refusal::AlreadyCaptured),
        MoneyState::Closed(_) => return Err(Refusal::AlreadyVoided),
    }
    idle(payment)?;
    // The hold is over even when nobody has come round to release it.
    if payment.hold_end().is_some_and(|end| end <= now) {
        return Err(Refusal::AlreadyVoided);
    }
    let amount = amount.unwrap_or(payment.authorized);
    if !amount.is_positive() {
        return Err(Refusal::AmountNotPositive);
    }
    if amount > payment.authorized {
        return Err(Refusal::AmountTooLarge);
    }
    if amount < payment.authorized && !partial_allowed {
        return Err(Refusal::PartialCaptureNotAllowed);
    }
    Ok(vec![Event::CaptureSent { amount }])
}

fn void(payment: &Payment, reason: CloseReason) -> Result<Vec<Event>, Refusal> {
    if !payment.is_preauthorised() || payment.terminal.is_some() {
        return Err(Refusal::NotPreauthorised);
    }
    match payment.money {
        MoneyState::Authorized => {}
        MoneyState::Open => return Err(Refusal::NotAuthorised),
        MoneyState::Captured => return Err(Refusal::AlreadyCaptured),
        // What was never held was never released either.
        MoneyState::Closed(_) if payment.authorized_at.is_none() => return Err(Refusal::NotAuthorised),
        MoneyState::Closed(_) => return Err(Refusal::AlreadyVoided),
    }
    idle(payment)?;
    Ok(vec![Event::VoidSent { reason }])
}

fn refund(
    payment: &Payment,
    amount: Option<Minor>,
    rules: RefundRules,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let (MoneyState::Captured, Some(captured_at)) = (payment.money, payment.captured_at) else {
        return Err(Refusal::NotPaid);
    };
    // At a point of sale a refund is promised before it is given.
    if payment.is_payout_to_the_payer() || payment.pos.is_some() {
        return Err(Refusal::NotPaid);
    }
    let method = payment.method().unwrap_or(Method::Card);
    if !method.is_refundable() {
        return Err(Refusal::MethodNotAllowed);
    }
    let age = now.since(captured_at);
    // The window is looked at before the state: an old payment answers so even when fully refunded. Only cards
    // have one (gopay.md §19).
    if method.is_by_card() && age > rules.window {
        return Err(Refusal::RefundWindowOver);
    }
    idle(payment)?;
    let left = payment.refundable();
    if left == Minor::ZERO {
        return Err(Refusal::AlreadyRefunded);
    }
    let amount = amount.unwrap_or(left);
    if !amount.is_positive() {
        return Err(Refusal::AmountNotPositive);
    }
    if amount > left {
        return Err(Refusal::AmountTooLarge);
    }
    if method.is_by_card() && amount < payment.captured && age < rules.partial_after {
        return Err(Refusal::PartialRefundTooEarly);
    }
    Ok(vec![Event::RefundSent { number: payment.refunds.saturating_add(1), amount }])
}

fn cancel(payment: &Payment, by: CancelledBy) -> Result<Vec<Event>, Refusal> {
    payable(payment)?;
    let reason = match (by, payment.last_decline) {
        // A payer who leaves after a decline leaves because of it (gopay.md §7).
        (CancelledBy::Payer, Some(decline)) => CloseReason::Declined(decline),
        (CancelledBy::Payer, None) => CloseReason::CancelledByPayer,
        (CancelledBy::Merchant, _) => CloseReason::CancelledByMerchant,
    };
    Ok(vec![Event::Closed { reason }])
}

/// What is pending, if it is known by this reference. An answer that comes late, or twice, is about something
/// that is over, and must not be taken for the answer to what is pending now.
fn pending(payment: &Payment, reference: Version) -> Result<Pending, Refusal> {
    payment.pending.filter(|pending| pending.reference == reference).ok_or(Refusal::NothingPending)
}

fn settle(payment: &Payment, reference: Version, outcome: Outcome) -> Result<Vec<Event>, Refusal> {
    let pending = pending(payment, reference)?;
    let here = terminal::settle(payment, pending.kind, outcome);
    if let Some(events) = here.or_else(|| point_of_sale::settle(payment, pending.kind, outcome)) {
        return Ok(events);
    }
    Ok(match (pending.kind, outcome) {
        (PendingKind::Authorisation, Outcome::Approved | Outcome::ApprovedAs(_)) => approved(payment),
        (PendingKind::Authorisation, Outcome::Declined(reason)) => declined(payment, reason),
        (PendingKind::Authorisation, Outcome::NeverHappened) => not_made(payment),
        (PendingKind::Capture { amount }, Outcome::Approved | Outcome::ApprovedAs(_)) => {
            vec![captured(payment, amount)]
        }
        (PendingKind::Capture { .. }, failed) => vec![Event::CaptureFailed { reason: why(failed) }],
        (PendingKind::Void { reason }, Outcome::Approved | Outcome::ApprovedAs(_)) => {
            vec![Event::Closed { reason }]
        }
        // A hold that is over lapses at the issuer by itself; asking again would change nothing.
        (PendingKind::Void { reason: CloseReason::HoldExpired }, _) => {
            vec![Event::Closed { reason: CloseReason::HoldExpired }]
        }
        (PendingKind::Void { .. }, failed) => vec![Event::VoidFailed { reason: why(failed) }],
        (PendingKind::Refund { number, amount }, Outcome::Approved | Outcome::ApprovedAs(_)) => {
            vec![Event::Refunded { number, amount }]
        }
        (PendingKind::Refund { number, .. }, failed) => {
            vec![Event::RefundFailed { number, reason: why(failed) }]
        }
        (PendingKind::Reversal, _) => vec![Event::StillUnknown],
    })
}

pub(crate) fn why(outcome: Outcome) -> DeclineReason {
    match outcome {
        Outcome::Declined(reason) => reason,
        Outcome::Approved | Outcome::ApprovedAs(_) | Outcome::NeverHappened => {
            DeclineReason::TechnicalProblem
        }
    }
}

pub(crate) fn approved(payment: &Payment) -> Vec<Event> {
    let amount = payment.amount().amount;
    let mut events = vec![Event::Authorised { amount, approval: None }];
    if payment.terms.capture == CaptureMode::Automatic {
        events.push(captured(payment, amount));
    }
    events
}

pub(crate) fn captured(payment: &Payment, amount: Minor) -> Event {
    Event::Captured { amount, fee: payment.fee_of(amount) }
}

fn remain_unknown(payment: &Payment, reference: Version, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let pending = pending(payment, reference)?;
    let mut events = vec![Event::StillUnknown];
    events.extend(terminal::gives_up(payment, pending.kind, now));
    Ok(events)
}

fn expire(payment: &Payment, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    idle(payment)?;
    if payment.wake_at.is_none_or(|end| end > now) {
        return Err(Refusal::NotDue);
    }
    match payment.money {
        // It is charged instead.
        MoneyState::Open if payment.is_later_charge() => Err(Refusal::NotDue),
        MoneyState::Open => Ok(vec![Event::Closed { reason: CloseReason::Expired }]),
        MoneyState::Authorized if payment.terminal.is_some() => {
            Ok(vec![Event::Abandoned { reason: CloseReason::DeviceLost }])
        }
        MoneyState::Authorized => Ok(vec![Event::VoidSent { reason: CloseReason::HoldExpired }]),
        MoneyState::Captured | MoneyState::Closed(_) => Err(Refusal::NotDue),
    }
}
