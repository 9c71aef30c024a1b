//! A payment at a terminal: the commands only a terminal gives, and what is different when it settles.
//!
//! An approval holds the money. The terminal completes it (the chip and the signature agree) and it is captured,
//! or it is abandoned: closed for everybody at once, and reversed until the acquirer confirms.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::decide::{captured, idle, why};
use crate::evolve::{ask, close, settled};
use crate::{
    CardError, CardSummary, CloseReason, Conversion, DeclineReason, Event, MAX_PRESENTATIONS, Minor,
    MoneyState, Outcome, Payment, PendingKind, Refusal, Stage, TerminalId, Timestamp,
};

/// How the card was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardEntry {
    Contactless,
    Chip,
    Swipe,
    Manual,
}

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[default]
    Sale,
    /// To the payer, without reference to a sale.
    Refund,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tip {
    #[default]
    None,
    /// The terminal asks the payer.
    Ask,
    /// The register has asked.
    Fixed(Minor),
}

/// What was agreed about the terminal. Waiting is in the payment's windows: for its turn, for a card, for completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalTerms {
    pub terminal: TerminalId,
    #[serde(default)]
    pub direction: Direction,
    #[serde(default)]
    pub tip: Tip,
}

/// How the cardholder was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    #[default]
    None,
    /// By the issuer.
    Pin,
    /// By the card.
    OfflinePin,
    Signature,
    /// By the payer's own device.
    Device,
}

/// Six characters by which the issuer knows its approval.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApprovalCode([u8; 6]);

impl ApprovalCode {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 6] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphanumeric).then_some(Self(bytes))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl TryFrom<String> for ApprovalCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not an approval code")
    }
}

impl From<ApprovalCode> for String {
    fn from(code: ApprovalCode) -> Self {
        code.as_str().to_owned()
    }
}

impl fmt::Debug for ApprovalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the issuer says with its yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ApprovalCode>,
    #[serde(default)]
    pub verification: Verification,
}

/// What a payer typed into the PIN pad: 4 to 12 digits, in memory only.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pin(String);

impl Pin {
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let plain = (4..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if plain { Ok(Self(text.to_owned())) } else { Err(CardError::Pin) }
    }

    /// The digits: for the acquirer and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// How far a payment at a terminal is, beside what every payment has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AtTerminal {
    /// 0 until a terminal begins with it.
    pub attempt: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<CardEntry>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tip: Minor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// When the card was presented last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presented_at: Option<Timestamp>,
    /// What the payer was offered for the card's own currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion: Option<Conversion>,
}

fn is_zero(amount: &Minor) -> bool {
    *amount == Minor::ZERO
}

/// A card that a terminal has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    pub attempt: u32,
    /// One more than the cards presented before.
    pub presentation: u8,
    pub card: CardSummary,
    pub entry: CardEntry,
    pub tip: Minor,
    pub conversion: Option<Conversion>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalCommand {
    /// A terminal begins, or another device goes on with it: the attempt after the current one.
    Begin {
        attempt: u32,
    },
    Release {
        attempt: u32,
    },
    Contact {
        attempt: u32,
    },
    Present(Presented),
    /// The card and the payer agree: take what is held.
    Complete {
        attempt: u32,
    },
    /// Nothing comes of it. Without an attempt whoever speaks needs none.
    Abandon {
        attempt: Option<u32>,
        reason: CloseReason,
    },
    /// Give up what was captured, as if it had not been.
    Reverse,
}

pub(crate) fn decide(
    payment: &Payment,
    command: TerminalCommand,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let at = payment.terminal.ok_or(Refusal::NotAtTerminal)?;
    match command {
        TerminalCommand::Begin { attempt } => begin(payment, at, attempt, now),
        TerminalCommand::Release { attempt } => release(payment, at, attempt),
        TerminalCommand::Contact { attempt } => contact(payment, at, attempt, now),
        TerminalCommand::Present(presented) => present(payment, at, presented, now),
        TerminalCommand::Complete { attempt } => complete(payment, at, attempt),
        TerminalCommand::Abandon { attempt, reason } => abandon(payment, at, attempt, reason),
        TerminalCommand::Reverse => reverse(payment),
    }
}

fn current(at: AtTerminal, attempt: u32) -> Result<(), Refusal> {
    if at.attempt == attempt { Ok(()) } else { Err(Refusal::StaleAttempt) }
}

fn in_time(payment: &Payment, now: Timestamp) -> Result<(), Refusal> {
    let late = payment.pending.is_none() && payment.wake_at.is_some_and(|end| end <= now);
    if payment.is_open() && !late { Ok(()) } else { Err(Refusal::NotOpen) }
}

fn begin(payment: &Payment, at: AtTerminal, attempt: u32, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    if attempt != at.attempt.saturating_add(1) {
        return Err(Refusal::StaleAttempt);
    }
    if payment.money != MoneyState::Authorized {
        in_time(payment, now)?;
    }
    Ok(vec![Event::Begun { attempt }])
}

fn release(payment: &Payment, at: AtTerminal, attempt: u32) -> Result<Vec<Event>, Refusal> {
    current(at, attempt)?;
    if !payment.is_open() {
        return Err(Refusal::NotOpen);
    }
    if payment.stage != Stage::AtTerminal || payment.attempts > 0 || payment.pending.is_some() {
        return Err(Refusal::CardPresented);
    }
    Ok(vec![Event::Released])
}

fn contact(payment: &Payment, at: AtTerminal, attempt: u32, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    current(at, attempt)?;
    in_time(payment, now)?;
    let first = payment.stage == Stage::AtTerminal && payment.pending.is_none() && payment.attempts == 0;
    Ok(if first { vec![Event::CardContact] } else { vec![] })
}

fn present(
    payment: &Payment,
    at: AtTerminal,
    presented: Presented,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    current(at, presented.attempt)?;
    if presented.presentation != payment.attempts.saturating_add(1) {
        return Err(Refusal::AttemptedMeanwhile);
    }
    idle(payment)?;
    in_time(payment, now)?;
    if payment.stage == Stage::Created {
        return Err(Refusal::StaleAttempt);
    }
    let tip = tip(payment, presented.tip)?;
    let Presented { card, entry, conversion, .. } = presented;
    Ok(vec![Event::CardPresented { card, entry, tip, conversion }])
}

fn tip(payment: &Payment, given: Minor) -> Result<Minor, Refusal> {
    let amount = payment.amount().amount;
    let agreed = payment.terms.terminal.map(|terms| terms.tip).unwrap_or_default();
    match agreed {
        Tip::None if given == Minor::ZERO => Ok(given),
        Tip::Ask if given >= Minor::ZERO && given <= amount => Ok(given),
        Tip::Fixed(tip) if given == Minor::ZERO || given == tip => Ok(tip),
        Tip::None | Tip::Ask | Tip::Fixed(_) => Err(Refusal::TipNotAllowed),
    }
}

fn complete(payment: &Payment, at: AtTerminal, attempt: u32) -> Result<Vec<Event>, Refusal> {
    current(at, attempt)?;
    match payment.money {
        MoneyState::Authorized => {}
        MoneyState::Open => return Err(Refusal::NotAuthorised),
        MoneyState::Captured => return Err(Refusal::AlreadyCaptured),
        MoneyState::Closed(_) => return Err(Refusal::AlreadyVoided),
    }
    idle(payment)?;
    Ok(vec![Event::CaptureSent { amount: payment.authorized }])
}

fn abandon(
    payment: &Payment,
    at: AtTerminal,
    attempt: Option<u32>,
    reason: CloseReason,
) -> Result<Vec<Event>, Refusal> {
    if let Some(attempt) = attempt {
        current(at, attempt)?;
    }
    let pending = payment.pending.map(|pending| pending.kind);
    match (payment.money, pending) {
        (MoneyState::Open, None) => Ok(vec![Event::Closed { reason }]),
        (MoneyState::Open, Some(PendingKind::Authorisation)) | (MoneyState::Authorized, None) => {
            Ok(vec![Event::Abandoned { reason }])
        }
        (MoneyState::Open | MoneyState::Authorized, Some(_)) => Err(Refusal::Busy),
        (MoneyState::Captured | MoneyState::Closed(_), _) => Err(Refusal::NotOpen),
    }
}

fn reverse(payment: &Payment) -> Result<Vec<Event>, Refusal> {
    match payment.money {
        MoneyState::Captured => {}
        MoneyState::Closed(CloseReason::Reversed) => return Err(Refusal::AlreadyVoided),
        MoneyState::Open | MoneyState::Authorized | MoneyState::Closed(_) => return Err(Refusal::NotPaid),
    }
    idle(payment)?;
    // After a refund of a part there is no whole any more that could be given up.
    if payment.refunded.is_positive() {
        return Err(Refusal::AlreadyRefunded);
    }
    Ok(vec![Event::VoidSent { reason: CloseReason::Reversed }])
}

/// What an outcome means at a terminal; nothing where it means what it means everywhere.
pub(crate) fn settle(payment: &Payment, kind: PendingKind, outcome: Outcome) -> Option<Vec<Event>> {
    let at = payment.terminal?;
    let total = payment.amount().amount.plus(at.tip);
    let approval = match outcome {
        Outcome::Approved => Some(None),
        Outcome::ApprovedAs(approval) => Some(Some(approval)),
        Outcome::Declined(_) | Outcome::NeverHappened => None,
    };
    Some(match (kind, approval) {
        (PendingKind::Authorisation, Some(approval)) if payment.is_open() => {
            vec![Event::Authorised { amount: total, approval }]
        }
        (PendingKind::Authorisation, Some(_)) => vec![Event::LateApproval { amount: total }],
        (PendingKind::Authorisation, None) => match outcome {
            Outcome::Declined(reason) => declined(payment, reason),
            _ => vec![Event::AuthorisationNotMade],
        },
        (PendingKind::Capture { amount }, Some(_)) => vec![captured(payment, amount)],
        (PendingKind::Capture { .. }, None) => {
            let reason = why(outcome);
            vec![Event::CaptureFailed { reason }, Event::Abandoned { reason: CloseReason::Declined(reason) }]
        }
        (PendingKind::Void { reason: CloseReason::Reversed }, Some(_)) => {
            vec![Event::Reversed { amount: payment.captured, fee: payment.fee_of(payment.captured) }]
        }
        (PendingKind::Reversal, Some(_)) => vec![Event::ReversalConfirmed],
        (PendingKind::Reversal, None) if outcome == Outcome::NeverHappened => vec![Event::ReversalConfirmed],
        _ => return None,
    })
}

/// A decline ends the task unless the same payer can do better with the same card.
fn declined(payment: &Payment, reason: DeclineReason) -> Vec<Event> {
    let mut events = vec![Event::Declined { reason }];
    let again =
        matches!(reason, DeclineReason::WrongPin | DeclineReason::PinRequired | DeclineReason::ChipRequired);
    if payment.is_open() && (!again || payment.attempts >= MAX_PRESENTATIONS) {
        events.push(Event::Closed { reason: CloseReason::Declined(reason) });
    }
    events
}

/// After the time for settling nobody waits for an authorisation any longer; what comes of it is reversed.
pub(crate) fn gives_up(payment: &Payment, kind: PendingKind, now: Timestamp) -> Option<Event> {
    let asked_at = payment.terminal?.presented_at?;
    let late = now.since(asked_at) >= payment.terms.windows.hold_ms;
    let waiting = payment.is_open() && kind == PendingKind::Authorisation;
    (waiting && late).then_some(Event::Abandoned { reason: CloseReason::Expired })
}

/// Applies one of a terminal's events.
pub(crate) fn apply(payment: &mut Payment, event: &Event, at: Timestamp) {
    let mut here = payment.terminal.unwrap_or_default();
    match event {
        Event::Begun { attempt } => {
            here.attempt = *attempt;
            let waits = payment.is_open() && payment.pending.is_none();
            if waits {
                payment.stage = Stage::AtTerminal;
                payment.wake_at = Some(at.plus(payment.terms.windows.card_ms));
            }
        }
        Event::Released => {
            payment.stage = Stage::Created;
            payment.wake_at = Some(payment.created_at.plus(payment.terms.windows.choose_ms));
        }
        Event::CardContact => {
            payment.stage = Stage::CardContact;
            payment.wake_at = Some(at.plus(payment.terms.windows.card_ms));
        }
        Event::CardPresented { card, entry, tip, conversion } => {
            payment.card = Some(card.clone());
            payment.stage = Stage::CardContact;
            payment.attempts = payment.attempts.saturating_add(1);
            here.entry = Some(*entry);
            here.tip = *tip;
            here.conversion = *conversion;
            here.presented_at = Some(at);
            ask(payment, PendingKind::Authorisation, at);
        }
        Event::Abandoned { reason } => {
            let held = payment.money == MoneyState::Authorized;
            payment.money = MoneyState::Closed(*reason);
            if held {
                ask(payment, PendingKind::Reversal, at);
            }
        }
        Event::LateApproval { amount } => {
            payment.authorization = payment.pending.map(|pending| pending.reference);
            payment.authorized = *amount;
            ask(payment, PendingKind::Reversal, at);
        }
        Event::ReversalConfirmed => settled(payment, None),
        Event::Reversed { .. } => close(payment, CloseReason::Reversed),
        _ => {}
    }
    payment.terminal = Some(here);
}
