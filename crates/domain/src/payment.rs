//! A payment: what was agreed ([`Terms`], fixed at creation) and how far it has come.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    AtPos, AtTerminal, CardSummary, DeclineReason, Door, EetSums, FeeSchedule, Method, Minor, Money, OnFile,
    OtherMethods, PaymentId, Preselected, ShopId, Source, Span, TerminalTerms, Timestamp, Version,
};

/// Whether approval takes the money at once or only holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureMode {
    Automatic,
    Manual,
}

/// How long a payment waits for whom (gopay.md §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Windows {
    /// For the payer to choose a method, from creation.
    pub choose_ms: Span,
    /// For the payer to finish with a card, from choosing it.
    pub card_ms: Span,
    /// To confirm at the page of a bank.
    pub online_ms: Span,
    /// For a payment order to arrive.
    pub offline_ms: Span,
    /// To finish with anything else.
    pub other_ms: Span,
    /// For the merchant to capture, from authorisation.
    pub hold_ms: Span,
}

impl Default for Windows {
    fn default() -> Self {
        Self {
            choose_ms: Span::from_hours(12),
            card_ms: Span::from_hours(1),
            online_ms: Span::from_hours(24),
            offline_ms: Span::from_days(14),
            other_ms: Span::from_hours(12),
            hold_ms: Span::from_days(4),
        }
    }
}

/// What was agreed when the payment was created. Never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub door: Door,
    pub shop: ShopId,
    pub amount: Money,
    pub capture: CaptureMode,
    /// The merchant's own name for the order; need not be unique.
    pub order_number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Language of the payment page, two lower-case letters.
    pub language: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_url: Option<String>,
    /// Whether a card may pay: the payer's list of methods allows it.
    pub card_allowed: bool,
    /// What else may pay.
    #[serde(default, skip_serializing_if = "is_default")]
    pub other_methods: OtherMethods,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preselected: Option<Preselected>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub windows: Windows,
    #[serde(default, skip_serializing_if = "FeeSchedule::is_free")]
    pub fee: FeeSchedule,
    /// Present for what is done at a card terminal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<TerminalTerms>,
    /// What was agreed about cards on file.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_file: OnFile,
    /// What is reported of the sale, when sales are reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eet: Option<Box<EetSums>>,
    /// The door's own record of the request, in its own words. Kept beside the terms, never read here.
    #[serde(skip)]
    pub extra: String,
}

/// What has its usual value is not written: most rows are about payments with nothing unusual.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Where the money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyState {
    /// Nothing has moved; the payer may still pay.
    Open,
    /// Held on the payer's account for the merchant.
    Authorized,
    /// The merchant's; refunds may follow.
    Captured,
    /// Over, and nothing was taken or everything was given up.
    Closed(CloseReason),
}

/// Why a payment ended without money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The last allowed attempt was declined.
    Declined(DeclineReason),
    CancelledByPayer,
    CancelledByMerchant,
    /// The payer's window passed.
    Expired,
    /// The merchant released the hold.
    Voided,
    /// The hold ran out before the merchant captured.
    HoldExpired,
    /// Somebody at the terminal, on the merchant's side, gave up.
    CancelledByOperator,
    /// The terminal failed in the middle, or its card did after the approval.
    DeviceFault,
    /// The terminal was not heard of in time after the approval.
    DeviceLost,
    /// What was captured was given up.
    Reversed,
    /// The payer is younger than the goods allow.
    TooYoung,
    /// The point of sale is no more.
    Withdrawn,
}

/// How far the payer is while the payment is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Created,
    MethodChosen(Method),
    /// The issuer's challenge has been shown and not been answered.
    Authenticating,
    /// A terminal is about it and waits for a card.
    AtTerminal,
    /// A card has been seen at the terminal.
    CardContact,
}

/// Something asked of the acquirer whose answer is not yet known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub kind: PendingKind,
    /// The version at which it was asked: with the payment's id the reference the acquirer knows it by.
    pub reference: Version,
    /// How many times the outcome has been asked for in vain.
    pub inquiries: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingKind {
    Authorisation,
    Capture {
        amount: Minor,
    },
    Void {
        reason: CloseReason,
    },
    Refund {
        number: u32,
        amount: Minor,
    },
    /// Of an authorisation that is no longer wanted.
    Reversal,
}

/// By what a bank knows that money has come (gopay.md §9.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Announced, and not confirmed yet.
    Unconfirmed,
    /// An advice of the payer's bank.
    Advice,
    /// The statement of our own account.
    Statement,
}

/// A number from the provider's own list that says more than the state does, and the attempt it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    pub code: u16,
    pub attempt: u8,
}

/// A payment as its events have made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    #[serde(skip, default = "no_id")]
    pub id: PaymentId,
    #[serde(skip)]
    pub version: Version,
    #[serde(skip, default = "no_terms")]
    pub terms: Arc<Terms>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub money: MoneyState,
    #[serde(default, skip_serializing_if = "is_default")]
    pub stage: Stage,
    #[serde(default, skip_serializing_if = "is_default")]
    pub authorized: Minor,
    #[serde(default, skip_serializing_if = "is_default")]
    pub captured: Minor,
    #[serde(default, skip_serializing_if = "is_default")]
    pub refunded: Minor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
    /// Attempts made so far.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attempts: u8,
    /// Challenges shown so far.
    #[serde(default, skip_serializing_if = "is_default")]
    pub challenges: u8,
    /// Methods chosen so far.
    #[serde(default, skip_serializing_if = "is_default")]
    pub choices: u8,
    /// Refunds asked for so far; the next one's number is one more.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refunds: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardSummary>,
    /// Whose account or wallet pays or has paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_decline: Option<DeclineReason>,
    /// The reference of the approved authorisation, which capture, void and refund refer to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Version>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<AtTerminal>,
    /// Present for what is paid at a point of sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pos: Option<Box<AtPos>>,
    /// When this payment next needs looking at without anybody asking: a window's end, or an inquiry.
    #[serde(skip)]
    pub wake_at: Option<Timestamp>,
}

/// Placeholders for the three members the store keeps in columns of their own; it fills them in at once.
fn no_id() -> PaymentId {
    PaymentId::new(0)
}

fn no_terms() -> Arc<Terms> {
    use crate::Currency;
    Arc::new(Terms {
        door: Door::GoPay,
        shop: ShopId::new(0),
        amount: Money::new(Minor::ZERO, Currency::CZK),
        capture: CaptureMode::Automatic,
        order_number: String::new(),
        description: None,
        language: String::new(),
        return_url: None,
        notification_url: None,
        card_allowed: false,
        other_methods: OtherMethods::None,
        preselected: None,
        windows: Windows::default(),
        fee: FeeSchedule::default(),
        terminal: None,
        on_file: OnFile::default(),
        eet: None,
        extra: String::new(),
    })
}

impl Payment {
    /// What can still be given back.
    #[must_use]
    pub fn refundable(&self) -> Minor {
        self.captured.minus(self.refunded).minus(self.promised())
    }

    /// Whether the money goes to the payer: a refund that refers to no payment.
    #[must_use]
    pub fn is_payout_to_the_payer(&self) -> bool {
        self.terms.terminal.is_some_and(|terms| terms.direction == crate::Direction::Refund)
    }

    /// The fee of what was captured; what goes to the payer costs none.
    #[must_use]
    pub fn fee_of(&self, captured: Minor) -> Minor {
        if self.is_payout_to_the_payer() { Minor::ZERO } else { self.terms.fee.of(captured) }
    }

    /// Whether nobody is there to pay it: it is charged to a card on file.
    #[must_use]
    pub fn is_later_charge(&self) -> bool {
        self.terms.on_file.parent.is_some()
    }

    #[must_use]
    pub fn is_preauthorised(&self) -> bool {
        self.terms.capture == CaptureMode::Manual
    }

    /// How the payer pays, or has paid.
    #[must_use]
    pub fn method(&self) -> Option<Method> {
        match self.stage {
            Stage::Created | Stage::AtTerminal | Stage::CardContact => None,
            Stage::MethodChosen(method) => Some(method),
            Stage::Authenticating => Some(Method::Card),
        }
    }

    /// The provider's own number for what happened last, if there is one.
    #[must_use]
    pub fn remarked(&self) -> Option<u16> {
        self.remark.filter(|remark| remark.attempt >= self.attempts).map(|remark| remark.code)
    }

    /// When the money is no longer held for the merchant.
    #[must_use]
    pub fn hold_end(&self) -> Option<Timestamp> {
        self.authorized_at.map(|at| at.plus(self.terms.windows.hold_ms))
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.money == MoneyState::Open
    }
}
