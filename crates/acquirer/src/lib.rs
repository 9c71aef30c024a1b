//! The way out to those who move money.
//!
//! An acquirer is asked with a [`Reference`] that is durable before the question leaves the house, and
//! answers approved, declined, or not at all. [`Reply::Unknown`] is an honest answer: the money may have
//! moved. It is resolved later by [`Acquirer::inquire`], never guessed. Asking twice with the same
//! reference moves money once.
//!
//! Deliberately absent: retries, timeouts and bookkeeping. Those are the gateway's.

mod simulator;

use std::fmt;

use async_trait::async_trait;
use domain::{
    ApprovalCode, BankAccount, BankCode, CardData, CardEntry, Currency, DeclineReason, Direction, Method,
    Minor, Money, Pan, PaymentId, Pin, Source, Verification, Version,
};

pub use simulator::{
    Behaviour, DECLINED_ENDING, DEFAULT_CARD, Fault, Operation, PlasticCard, RIGHT_PIN, Simulator,
    TERMINAL_CARDS, TEST_CARDS, TestCard, Trait,
};

/// What an operation is known by at the acquirer: the payment and the version of its intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference {
    pub payment: PaymentId,
    pub intent: Version,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.payment, self.intent.get())
    }
}

/// What the acquirer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    Approved,
    Declined(DeclineReason),
    /// No answer, or one that cannot be trusted.
    Unknown,
    /// To an inquiry only: this reference was never seen.
    NeverHappened,
}

/// Whether the issuer wants to see the payer first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// The issuer is content without asking.
    Frictionless,
    /// The payer must answer the issuer's challenge.
    Challenge,
    /// The issuer says no.
    Refused,
}

/// What a card number tells about its issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issuer {
    pub brand: &'static str,
    /// ISO 3166-1 alpha-3.
    pub country: &'static str,
    pub bank: &'static str,
}

#[derive(Debug)]
pub struct Authorisation<'a> {
    pub reference: Reference,
    pub money: Money,
    pub card: &'a CardData,
    /// Take the money at once instead of holding it.
    pub capture: bool,
    /// The payment with which the cardholder agreed to this one, who is not there now.
    pub agreed_in: Option<PaymentId>,
    /// What the payer is to find in the bank's list of transactions.
    pub statement_text: Option<&'a str>,
}

/// A card that a terminal has read. The money is held, whichever way it goes; a capture follows, or a reversal.
#[derive(Debug)]
pub struct Presentation<'a> {
    pub reference: Reference,
    pub money: Money,
    pub direction: Direction,
    pub card: &'a CardData,
    pub entry: CardEntry,
    pub pin: Option<&'a Pin>,
    /// The payer's own device has verified its owner.
    pub device_verified: bool,
}

/// What the issuer says to a card at a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub reply: Reply,
    pub code: Option<ApprovalCode>,
    pub verification: Verification,
    /// After a wrong PIN.
    pub pin_tries_left: Option<u8>,
}

impl From<Reply> for Verdict {
    fn from(reply: Reply) -> Self {
        Self { reply, code: None, verification: Verification::None, pin_tries_left: None }
    }
}

/// Capture, void or refund of something authorised before.
#[derive(Debug, Clone, Copy)]
pub struct FollowUp {
    pub reference: Reference,
    pub authorisation: Reference,
    pub amount: Minor,
}

/// Money asked of the payer's bank or wallet, which the payer has just allowed there.
#[derive(Debug, Clone, Copy)]
pub struct Collection<'a> {
    pub reference: Reference,
    pub money: Money,
    pub method: Method,
    pub source: &'a Source,
}

#[async_trait]
pub trait Acquirer: Send + Sync {
    fn issuer(&self, pan: &Pan) -> Issuer;
    async fn authenticate(&self, card: &CardData, money: Money) -> Authentication;
    async fn authorise(&self, request: Authorisation<'_>) -> Reply;
    /// The same for a card at a terminal.
    async fn present(&self, request: Presentation<'_>) -> Verdict;
    async fn capture(&self, request: FollowUp) -> Reply;
    async fn void(&self, request: FollowUp) -> Reply;
    async fn refund(&self, request: FollowUp) -> Reply;
    /// Takes money from an account or a wallet. An acquirer that only knows cards declines.
    async fn collect(&self, _request: Collection<'_>) -> Reply {
        Reply::Declined(DeclineReason::TechnicalProblem)
    }
    /// Whose account pays, as the payer's bank says once the payer is logged in there.
    fn payer_account(&self, _bank: BankCode, _payment: PaymentId) -> Source {
        Source::Unnamed
    }
    /// The account that payment orders in a currency go to; without one there are no payment orders.
    fn collecting_account(&self, _currency: Currency) -> Option<BankAccount> {
        None
    }
    /// What became of an operation.
    async fn inquire(&self, reference: Reference) -> Reply;
    /// Undoes an authorisation whose answer was lost, whatever it did. Once this is approved the reference
    /// has moved nothing and never will, even when the authorisation itself arrives only now.
    async fn reverse(&self, reference: Reference) -> Reply;
}
