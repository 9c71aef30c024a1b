//! The one write: everything that must happen together.

use domain::{Entry, MerchantId, NotificationId, Payment, PaymentId, Timestamp, Version};

use crate::{DocumentWrite, Recorded, Signal, StoreError};

/// All that happens together. An empty change is allowed and does nothing.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub payment: Option<PaymentWrite>,
    /// What happened to the payment; versions follow the expected one without a gap.
    pub events: Vec<Recorded>,
    pub entries: Vec<RecordedEntry>,
    /// One write for each document at most; a change with more is refused.
    pub documents: Vec<DocumentWrite>,
    /// Claims that are given up, before any is taken; one that nobody holds is no error.
    pub released: Vec<(ClaimScope, Vec<u8>)>,
    pub claims: Vec<Claim>,
    pub notifications: Vec<NewNotification>,
    pub deliveries: Vec<Delivery>,
    pub records: Vec<Record>,
    pub settings: Vec<(String, String)>,
    /// Told to every node once the change is durable.
    pub signals: Vec<Signal>,
}

impl Change {
    /// The payment this change is about, if any.
    #[must_use]
    pub fn payment_id(&self) -> Option<PaymentId> {
        self.payment.as_ref().map(|write| match write {
            PaymentWrite::Insert(payment) | PaymentWrite::Update { payment, .. } => payment.id,
        })
    }

    /// Refuses what would mean one thing row by row and another a table at a time.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let mut rest = self.documents.iter();
        while let Some(write) = rest.next() {
            if rest.as_slice().iter().any(|other| other.key() == write.key()) {
                let (kind, id) = write.key();
                let cause = format!("it writes document {id} of kind {kind:?} twice");
                return Err(StoreError::database("take a change", cause));
            }
        }
        Ok(())
    }

    /// Whether the change gives up what the claim takes.
    pub(crate) fn releases(&self, claim: &Claim) -> bool {
        self.released.iter().any(|(scope, key)| *scope == claim.scope && *key == claim.key)
    }
}

#[derive(Debug, Clone)]
pub enum PaymentWrite {
    Insert(Payment),
    /// Refused when the stored version is not `expected`. Terms are never written again.
    Update {
        payment: Payment,
        expected: Version,
    },
}

/// A ledger entry with the event that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEntry {
    pub payment: PaymentId,
    pub version: Version,
    pub at: Timestamp,
    pub entry: Entry,
}

/// What a claim is unique within.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimScope {
    /// A client's `Idempotency-Key`.
    Idempotency,
    /// The one task that runs on a terminal.
    TerminalTask,
    /// The one device that is a terminal.
    TerminalDevice,
    /// The one open batch of a terminal.
    OpenBatch,
    /// The one charge of a recurrence for a period.
    RecurrencePeriod,
    /// The one token of a card within a shop.
    CardToken,
    /// The one payout of a shop for a day.
    Payout,
    /// The one active payment of a point of sale.
    PointOfSale,
    /// A name in the outside world: a door's spelling of what is known here by number.
    Name,
}

impl ClaimScope {
    pub(crate) const fn number(self) -> i16 {
        match self {
            Self::Idempotency => 1,
            Self::TerminalTask => 2,
            Self::TerminalDevice => 3,
            Self::OpenBatch => 4,
            Self::RecurrencePeriod => 5,
            Self::CardToken => 6,
            Self::Payout => 7,
            Self::PointOfSale => 8,
            Self::Name => 9,
        }
    }
}

/// The general uniqueness rule: at most one owner for a key of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub scope: ClaimScope,
    pub key: Vec<u8>,
    pub owner: PaymentId,
    /// The version that the claimed operation's first event has.
    pub version: Version,
    /// What was asked for, so that the same key with another question is noticed.
    pub fingerprint: Vec<u8>,
    pub at: Timestamp,
}

/// A message to be delivered, written with the change that it tells about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification {
    pub payment: PaymentId,
    /// The payment's version that the message is about.
    pub version: Version,
    pub url: String,
    /// Host and port, so that one dead receiver can be left alone.
    pub destination: String,
    pub created_at: Timestamp,
    /// When a node other than the one that wrote it may pick it up.
    pub next_at: Timestamp,
}

/// A message of the outbox as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub id: NotificationId,
    pub payment: PaymentId,
    pub version: Version,
    pub url: String,
    pub destination: String,
    pub created_at: Timestamp,
    pub state: DeliveryState,
    pub attempts: u16,
    pub next_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    Pending,
    Delivered,
    /// Every attempt failed.
    GivenUp,
}

impl DeliveryState {
    pub(crate) const fn number(self) -> i16 {
        match self {
            Self::Pending => 0,
            Self::Delivered => 1,
            Self::GivenUp => 2,
        }
    }

    pub(crate) const fn from_number(number: i16) -> Self {
        match number {
            1 => Self::Delivered,
            2 => Self::GivenUp,
            _ => Self::Pending,
        }
    }
}

/// The new standing of a message, with the attempt that led to it; without one it is queued anew.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub notification: NotificationId,
    pub payment: PaymentId,
    pub state: DeliveryState,
    pub attempts: u16,
    pub next_at: Option<Timestamp>,
    pub attempt: Option<Attempt>,
}

impl Delivery {
    /// How many attempts the message has had before this one. A message that has had another number, or is of
    /// another payment, or (for an attempt) is not pending any more, is left as it is: somebody else was faster.
    pub(crate) fn expected_attempts(&self) -> u16 {
        self.attempts.saturating_sub(u16::from(self.attempt.is_some()))
    }
}

/// One try to deliver a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub notification: NotificationId,
    /// 1 for the first.
    pub number: u16,
    pub at: Timestamp,
    /// HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why there was no answer, in a few words.
    pub error: Option<String>,
    pub elapsed_ms: u32,
}

/// One entry of the directory, kept as JSON: small, seldom changed, read as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub kind: RecordKind,
    pub id: i64,
    /// Whose it is.
    pub merchant: MerchantId,
    pub body: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordKind {
    Merchant,
    Shop,
    Client,
    Card,
    Terminal,
    ComgateLogin,
    GpTomClient,
    GpTomUser,
    MobilePayMerchant,
    MobilePayStore,
    MobilePayTerminal,
    EetCertificate,
}

impl RecordKind {
    pub(crate) const fn number(self) -> i16 {
        match self {
            Self::Merchant => 1,
            Self::Shop => 2,
            Self::Client => 3,
            Self::Card => 4,
            Self::Terminal => 5,
            Self::ComgateLogin => 6,
            Self::GpTomClient => 7,
            Self::GpTomUser => 8,
            Self::MobilePayMerchant => 9,
            Self::MobilePayStore => 10,
            Self::MobilePayTerminal => 11,
            Self::EetCertificate => 12,
        }
    }
}
