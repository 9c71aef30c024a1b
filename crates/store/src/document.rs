//! What is remembered beside payments: tasks, batches, stored cards, recurrences, whatever has a life of its own.
//!
//! A document is one versioned row whose body is JSON in the words of whoever owns the kind. It is written in
//! the same transaction as everything else of its [`Change`](crate::Change), and like a payment only at the
//! version it was decided on. It belongs to a parent, in whose list it stands, and says itself when it next needs
//! looking at.

use domain::{Timestamp, Version};

/// What a document is about. The numbers are in the database and never given a second meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentKind {
    TerminalTask,
    Batch,
    Transaction,
    StoredCard,
    Recurrence,
    Receipt,
    Payout,
    PointOfSale,
    CheckIn,
    MobilePayRefund,
    VaultKey,
    Session,
    /// The one device that is a terminal.
    TerminalDevice,
    /// A task that waits for its turn; gone when it has come.
    QueuedTask,
    /// A running node, and until when it is believed to run.
    Node,
    /// A sealed card.
    VaultCard,
    /// A charge of a recurrence, by the number of its payment.
    Charge,
    /// A payment that is open or held at a point of sale.
    OpenAtPos,
    /// A payment that is captured or over at a point of sale.
    DoneAtPos,
    /// A payment at a point of sale, under the merchant's name for the order.
    PosOrder,
    /// A payment that came to a payer's phone.
    OnPhone,
    /// Where a receipt stands among those of its shop and day.
    ReceiptOfDay,
    /// Sums sent with an intent, until its outcome is known.
    ReceiptSums,
}

impl DocumentKind {
    pub(crate) const fn number(self) -> i16 {
        match self {
            Self::TerminalTask => 1,
            Self::Batch => 2,
            Self::Transaction => 3,
            Self::StoredCard => 4,
            Self::Recurrence => 5,
            Self::Receipt => 6,
            Self::Payout => 7,
            Self::PointOfSale => 8,
            Self::CheckIn => 9,
            Self::MobilePayRefund => 10,
            Self::VaultKey => 11,
            Self::Session => 12,
            Self::TerminalDevice => 13,
            Self::QueuedTask => 14,
            Self::Node => 15,
            Self::VaultCard => 16,
            Self::Charge => 17,
            Self::OpenAtPos => 18,
            Self::DoneAtPos => 19,
            Self::PosOrder => 20,
            Self::OnPhone => 21,
            Self::ReceiptOfDay => 22,
            Self::ReceiptSums => 23,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub kind: DocumentKind,
    /// Unique within the kind.
    pub id: i64,
    pub version: Version,
    /// Whose it is: a terminal, a shop, a payment, as the kind has it.
    pub parent: i64,
    /// When it next needs looking at without anybody asking.
    pub wake_at: Option<Timestamp>,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentWrite {
    /// Refused when there is one already.
    Insert(Document),
    /// Refused when the stored version is not `expected`. The parent stays as it was.
    Update { document: Document, expected: Version },
    /// Refused when the stored version is not `expected`.
    Delete { kind: DocumentKind, id: i64, expected: Version },
}

impl DocumentWrite {
    pub(crate) const fn key(&self) -> (DocumentKind, i64) {
        match self {
            Self::Insert(document) | Self::Update { document, .. } => (document.kind, document.id),
            Self::Delete { kind, id, .. } => (*kind, *id),
        }
    }
}

/// Which end of a list comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    OldestFirst,
    NewestFirst,
}
