//! A payment at a point of sale: a customer with a phone comes to it, before or after the shop has said how much, and
//! approves the amount.
//!
//! The amount may be agreed after the payment was created. What is approved is held, then captured or given up as with
//! any card. Refunds are promised first and given later: a promise counts against what was captured from the moment it is made, so
//! that promises can never come to more than there is.
//!
//! Deliberately absent: who is where (a point of sale can have one active payment, a customer can be at one point of
//! sale; both are claims of the gateway), and the names that protocols have for the stages.

use serde::{Deserialize, Serialize};

use crate::decide::idle;
use crate::evolve::settled;
use crate::{
    CancelledBy, CardSummary, CloseReason, DeclineReason, Event, Minor, Money, MoneyState, Outcome, Payment,
    PendingKind, Refusal, Span, Timestamp,
};

/// How many refunds of one payment may be promised at a time.
pub const MAX_PROMISED: usize = 50;

/// What is known of a payment at a point of sale beside what is known of every payment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AtPos {
    /// The point of sale's number.
    pub pos: i64,
    /// The number of the merchant's record with whoever asks there; the shop's merchant may have several.
    pub merchant: i64,
    /// In years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_age: Option<u8>,
    /// Whether the amount was not known when the payment was created.
    #[serde(default, skip_serializing_if = "is_false")]
    pub amount_later: bool,
    /// The amount that was agreed after creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<PosCustomer>,
    /// Refunds that were promised and not given yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promised: Vec<Promised>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Whose phone is at the point of sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PosCustomer {
    /// The phone's number with its country.
    pub phone: i64,
    /// Whether less may be captured than was approved.
    pub partial_capture: bool,
}

/// A refund that is promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promised {
    /// 1 for the first refund of the payment.
    pub number: u32,
    /// By which it is known outside.
    pub id: i64,
    pub amount: Minor,
    /// The merchant's own name for it; need not be unique.
    pub order: String,
}

/// How far an open payment at a point of sale is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PosStage {
    /// No amount, no customer.
    Prepared,
    /// An amount, no customer.
    Initiated,
    /// A customer, no amount.
    Paired,
    /// The customer sees the amount.
    Issued,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PosCommand {
    /// A customer comes to it.
    CheckIn(PosCustomer),
    /// The shop says how much.
    Agree(Money),
    /// The customer approves.
    Accept {
        phone: i64,
        age: u8,
        card: CardSummary,
    },
    /// The point of sale is closed down.
    Withdraw,
    PromiseRefund {
        id: i64,
        amount: Money,
        order: String,
        window: Span,
    },
    GiveRefund {
        number: u32,
    },
    ReleaseRefund {
        number: u32,
    },
}

/// Why something cannot be done with a payment at a point of sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PosRefusal {
    #[error("this is not paid at a point of sale")]
    Elsewhere,
    #[error("no customer is there")]
    NobodyThere,
    #[error("another customer is there")]
    OtherCustomer,
    #[error("the shop has not said how much")]
    NoAmount,
    #[error("the amount was not left open")]
    NotPrepared,
    #[error("another amount has been agreed")]
    AmountDiffers,
    #[error("the currency is not the payment's")]
    OtherCurrency,
    #[error("too many refunds are promised")]
    TooManyPromised,
    #[error("no such refund is promised")]
    NotPromised,
}

impl From<PosRefusal> for Refusal {
    fn from(refusal: PosRefusal) -> Self {
        Self::PointOfSale(refusal)
    }
}

impl Payment {
    /// How much is to be paid, as far as it is known: what was agreed later, or else what was agreed at once.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.pos.as_ref().and_then(|at| at.agreed).unwrap_or(self.terms.amount)
    }

    /// The amount, unless the shop has still to say it.
    #[must_use]
    pub fn agreed_amount(&self) -> Option<Money> {
        match &self.pos {
            Some(at) if at.amount_later => at.agreed,
            _ => Some(self.terms.amount),
        }
    }

    /// How far it is at its point of sale, while it is open there.
    #[must_use]
    pub fn pos_stage(&self) -> Option<PosStage> {
        let at = self.pos.as_ref().filter(|_| self.is_open())?;
        Some(match (self.agreed_amount(), at.customer) {
            (None, None) => PosStage::Prepared,
            (Some(_), None) => PosStage::Initiated,
            (None, Some(_)) => PosStage::Paired,
            (Some(_), Some(_)) => PosStage::Issued,
        })
    }

    /// What is promised and not given yet.
    #[must_use]
    pub fn promised(&self) -> Minor {
        let promised = self.pos.iter().flat_map(|at| &at.promised);
        promised.fold(Minor::ZERO, |sum, refund| sum.plus(refund.amount))
    }
}

pub(crate) fn decide(payment: &Payment, command: PosCommand, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let at = payment.pos.as_deref().ok_or(PosRefusal::Elsewhere)?;
    match command {
        PosCommand::CheckIn(customer) => check_in(payment, at, customer, now),
        PosCommand::Agree(amount) => agree(payment, at, amount, now),
        PosCommand::Accept { phone, age, card } => accept(payment, at, phone, age, card, now),
        PosCommand::Withdraw => withdraw(payment),
        PosCommand::PromiseRefund { id, amount, order, window } => promise(
            payment,
            at,
            Promised { number: 0, id, amount: amount.amount, order },
            amount,
            window,
            now,
        ),
        PosCommand::GiveRefund { number } => give(payment, at, number),
        PosCommand::ReleaseRefund { number } => release(payment, at, number),
    }
}

/// Open, nothing under way, and its time not over.
fn waiting(payment: &Payment, now: Timestamp) -> Result<(), Refusal> {
    if !payment.is_open() {
        return Err(Refusal::NotOpen);
    }
    idle(payment)?;
    if payment.wake_at.is_some_and(|end| end <= now) { Err(Refusal::NotOpen) } else { Ok(()) }
}

fn check_in(
    payment: &Payment,
    at: &AtPos,
    customer: PosCustomer,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    waiting(payment, now)?;
    match at.customer {
        None => Ok(vec![Event::CheckedIn { customer }]),
        Some(known) if known.phone == customer.phone => Ok(vec![]),
        Some(_) => Err(PosRefusal::OtherCustomer.into()),
    }
}

fn agree(payment: &Payment, at: &AtPos, amount: Money, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    if !at.amount_later {
        return Err(PosRefusal::NotPrepared.into());
    }
    // Said again while the customer decides or approves, the same changes nothing.
    if payment.is_open()
        && let Some(agreed) = at.agreed
    {
        return if agreed == amount { Ok(vec![]) } else { Err(PosRefusal::AmountDiffers.into()) };
    }
    waiting(payment, now)?;
    if !amount.amount.is_positive() {
        return Err(Refusal::AmountNotPositive);
    }
    Ok(vec![Event::AmountAgreed { amount }])
}

fn accept(
    payment: &Payment,
    at: &AtPos,
    phone: i64,
    age: u8,
    card: CardSummary,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    waiting(payment, now)?;
    match at.customer {
        None => return Err(PosRefusal::NobodyThere.into()),
        Some(customer) if customer.phone != phone => return Err(PosRefusal::OtherCustomer.into()),
        Some(_) => {}
    }
    if payment.agreed_amount().is_none() {
        return Err(PosRefusal::NoAmount.into());
    }
    if at.minimum_age.is_some_and(|least| age < least) {
        return Ok(vec![Event::Closed { reason: CloseReason::TooYoung }]);
    }
    Ok(vec![Event::AuthorisationSent { card }])
}

fn withdraw(payment: &Payment) -> Result<Vec<Event>, Refusal> {
    if !payment.is_open() {
        return Err(Refusal::NotOpen);
    }
    idle(payment)?;
    Ok(vec![Event::Closed { reason: CloseReason::Withdrawn }])
}

/// The shop may give up what is open or held, the customer only what they have come to and not approved.
pub(crate) fn cancel(payment: &Payment, by: CancelledBy, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    match (by, payment.money) {
        (CancelledBy::Merchant, MoneyState::Authorized) => {
            idle(payment)?;
            if payment.hold_end().is_some_and(|end| end <= now) {
                return Err(Refusal::AlreadyVoided);
            }
            Ok(vec![Event::VoidSent { reason: CloseReason::CancelledByMerchant }])
        }
        (CancelledBy::Merchant, MoneyState::Captured) => Err(Refusal::AlreadyCaptured),
        (CancelledBy::Merchant, MoneyState::Open) => {
            waiting(payment, now)?;
            Ok(vec![Event::Closed { reason: CloseReason::CancelledByMerchant }])
        }
        (CancelledBy::Payer, MoneyState::Open) => {
            waiting(payment, now)?;
            if payment.pos.as_ref().is_none_or(|at| at.customer.is_none()) {
                return Err(PosRefusal::NobodyThere.into());
            }
            Ok(vec![Event::Closed { reason: CloseReason::CancelledByPayer }])
        }
        (CancelledBy::Payer, MoneyState::Authorized | MoneyState::Captured) | (_, MoneyState::Closed(_)) => {
            Err(Refusal::NotOpen)
        }
    }
}

fn promise(
    payment: &Payment,
    at: &AtPos,
    wanted: Promised,
    amount: Money,
    window: Span,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let (MoneyState::Captured, Some(captured_at)) = (payment.money, payment.captured_at) else {
        return Err(Refusal::NotPaid);
    };
    if amount.currency != payment.amount().currency {
        return Err(PosRefusal::OtherCurrency.into());
    }
    if !amount.amount.is_positive() {
        return Err(Refusal::AmountNotPositive);
    }
    // Asked for again: it is promised already.
    if at.promised.iter().any(|made| made.order == wanted.order && made.amount == wanted.amount) {
        return Ok(vec![]);
    }
    if now.since(captured_at) > window {
        return Err(Refusal::RefundWindowOver);
    }
    if amount.amount > payment.refundable() {
        return Err(Refusal::AmountTooLarge);
    }
    if at.promised.len() >= MAX_PROMISED {
        return Err(PosRefusal::TooManyPromised.into());
    }
    let refund = Promised { number: payment.refunds.saturating_add(1), ..wanted };
    Ok(vec![Event::RefundPromised { refund }])
}

fn promised(at: &AtPos, number: u32) -> Result<&Promised, Refusal> {
    at.promised.iter().find(|refund| refund.number == number).ok_or(PosRefusal::NotPromised.into())
}

fn give(payment: &Payment, at: &AtPos, number: u32) -> Result<Vec<Event>, Refusal> {
    let refund = promised(at, number)?;
    idle(payment)?;
    Ok(vec![Event::RefundSent { number, amount: refund.amount }])
}

fn release(payment: &Payment, at: &AtPos, number: u32) -> Result<Vec<Event>, Refusal> {
    promised(at, number)?;
    if payment.pending.is_some_and(|pending| is_refund(pending.kind, number)) {
        return Err(Refusal::Busy);
    }
    Ok(vec![Event::RefundReleased { number }])
}

fn is_refund(kind: PendingKind, wanted: u32) -> bool {
    matches!(kind, PendingKind::Refund { number, .. } if number == wanted)
}

/// What an outcome means at a point of sale; nothing where it means what it means everywhere.
pub(crate) fn settle(payment: &Payment, kind: PendingKind, outcome: Outcome) -> Option<Vec<Event>> {
    payment.pos.as_ref()?;
    let reason = match outcome {
        Outcome::Declined(reason) => reason,
        Outcome::NeverHappened => DeclineReason::TechnicalProblem,
        Outcome::Approved | Outcome::ApprovedAs(_) => return None,
    };
    match kind {
        // One swipe, one answer.
        PendingKind::Authorisation if outcome != Outcome::NeverHappened => {
            let closed = Event::Closed { reason: CloseReason::Declined(reason) };
            Some(vec![Event::Declined { reason }, closed])
        }
        PendingKind::Refund { number, .. } => {
            Some(vec![Event::RefundFailed { number, reason }, Event::RefundReleased { number }])
        }
        _ => None,
    }
}

/// Applies one of a point of sale's events.
pub(crate) fn apply(payment: &mut Payment, event: &Event, at: Timestamp) {
    if let Event::Offered { pos, merchant, minimum_age, amount_later } = event {
        let (minimum_age, amount_later) = (*minimum_age, *amount_later);
        payment.pos = Some(Box::new(AtPos {
            pos: *pos,
            merchant: *merchant,
            minimum_age,
            amount_later,
            ..AtPos::default()
        }));
        return;
    }
    let Some(here) = payment.pos.as_deref_mut() else { return };
    match event {
        Event::CheckedIn { customer } => here.customer = Some(*customer),
        Event::AmountAgreed { amount } => here.agreed = Some(*amount),
        Event::RefundPromised { refund } => {
            payment.refunds = payment.refunds.max(refund.number);
            here.promised.push(refund.clone());
            return;
        }
        Event::RefundReleased { number } => {
            here.promised.retain(|refund| refund.number != *number);
            return;
        }
        Event::Refunded { number, .. } => {
            here.promised.retain(|refund| refund.number != *number);
            return;
        }
        _ => return,
    }
    // Somebody did something: the time to do the next thing begins anew.
    let end = at.plus(payment.terms.windows.choose_ms);
    settled(payment, Some(end));
}
