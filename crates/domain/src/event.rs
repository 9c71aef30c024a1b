//! What has happened to a payment. Events are facts: once recorded they are never changed or removed.

use serde::{Deserialize, Serialize};

use crate::{
    Approval, CardEntry, CardSummary, CloseReason, Conversion, DeclineReason, Evidence, Method, Minor, Money,
    PosCustomer, Promised, Source,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "e", rename_all = "snake_case")]
pub enum Event {
    Created,
    MethodChosen {
        method: Method,
    },
    /// The payer was sent to the issuer's challenge.
    AuthenticationStarted {
        card: CardSummary,
    },
    /// The payer failed or refused the challenge. Counts as an attempt.
    AuthenticationFailed,
    /// The intent to authorise, durable before the acquirer hears of it.
    AuthorisationSent {
        card: CardSummary,
    },
    /// The intent to collect from an account or a wallet, durable before its keeper hears of it.
    CollectionSent {
        source: Source,
    },
    /// A bank or a provider has said by itself that money came, or that it is on its way.
    ConfirmationReceived {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Evidence>,
        source: Source,
    },
    /// A bank or a provider has said by itself that no money will come this time. Counts as an attempt.
    ConfirmationRefused {
        reason: DeclineReason,
    },
    /// The provider's own number for what happens next.
    Remarked {
        code: u16,
    },
    Authorised {
        amount: Minor,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval: Option<Approval>,
    },
    Declined {
        reason: DeclineReason,
    },
    /// The acquirer never heard of the authorisation: the payer may try again.
    AuthorisationNotMade,
    CaptureSent {
        amount: Minor,
    },
    Captured {
        amount: Minor,
        #[serde(default, skip_serializing_if = "is_zero")]
        fee: Minor,
    },
    CaptureFailed {
        reason: DeclineReason,
    },
    VoidSent {
        reason: CloseReason,
    },
    VoidFailed {
        reason: DeclineReason,
    },
    RefundSent {
        number: u32,
        amount: Minor,
    },
    Refunded {
        number: u32,
        amount: Minor,
    },
    RefundFailed {
        number: u32,
        reason: DeclineReason,
    },
    /// The outcome was asked for and could not be had; it will be asked for again.
    StillUnknown,
    Closed {
        reason: CloseReason,
    },
    /// A terminal began with it, or began anew: messages of former attempts no longer count.
    Begun {
        attempt: u32,
    },
    /// The terminal gave it back before any card.
    Released,
    /// A card is at the terminal; what it is will be known when it is presented.
    CardContact,
    /// The intent to authorise a card at a terminal, durable before the acquirer hears of it.
    CardPresented {
        card: CardSummary,
        entry: CardEntry,
        #[serde(default, skip_serializing_if = "is_zero")]
        tip: Minor,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversion: Option<Conversion>,
    },
    /// Over for everybody, while something may still be held: that is reversed until the acquirer has confirmed it.
    Abandoned {
        reason: CloseReason,
    },
    /// The acquirer approved what had been abandoned; it is reversed.
    LateApproval {
        amount: Minor,
    },
    /// Nothing is held any more of what had been abandoned.
    ReversalConfirmed,
    /// It can be paid at a point of sale.
    Offered {
        pos: i64,
        merchant: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minimum_age: Option<u8>,
        /// Whether the shop will say later how much.
        #[serde(default, skip_serializing_if = "is_false")]
        amount_later: bool,
    },
    /// A customer has come to it at its point of sale.
    CheckedIn {
        customer: PosCustomer,
    },
    /// The shop has said how much.
    AmountAgreed {
        amount: Money,
    },
    /// A refund is promised: its amount is no longer there for others.
    RefundPromised {
        refund: Promised,
    },
    /// A promised refund will not be given.
    RefundReleased {
        number: u32,
    },
    /// All that was captured was given up, the fee with it.
    Reversed {
        amount: Minor,
        #[serde(default, skip_serializing_if = "is_zero")]
        fee: Minor,
    },
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_zero(amount: &Minor) -> bool {
    *amount == Minor::ZERO
}

/// What became of something asked of the acquirer, once it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Approved,
    /// With what a terminal prints about it.
    ApprovedAs(Approval),
    Declined(DeclineReason),
    /// The acquirer answered that it has never heard of it.
    NeverHappened,
}
