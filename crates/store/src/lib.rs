//! What is remembered.
//!
//! The [`Store`] speaks the domain's language: load by key, a few lists, and one write, [`Store::commit`],
//! whose [`Change`] is everything that must happen together. When `commit` returns `Ok` the change is
//! durable; when it returns an error nothing of it happened, with one exception: a connection to PostgreSQL
//! that is lost during its `COMMIT` leaves it unknown, which the error says and nobody tries again.
//!
//! Both backends commit in groups without a timer: whatever queued up while the last commit was flushing
//! goes together in the next. The queue is bounded, and a full queue answers at once
//! ([`CommitError::Overloaded`]). Uniqueness is enforced by the database through [`Claim`]s and versions,
//! never by looking first.
//!
//! Beside payments there are [`Document`]s, written like them only at the version they were decided on. A change may
//! release claims, which is done before it takes any. Its [`Signal`]s tell every node where to look once it is
//! durable; one may be told twice, and [`Topic::Lost`] says that some may have been missed.
//!
//! Deliberately absent: decisions about payments, and any `if` about which backend it is.

mod bounds;
mod change;
mod document;
mod error;
mod migrations;
mod postgres;
mod row;
mod signal;
mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Account, Currency, Event, Minor, NotificationId, Payment, PaymentId, Timestamp, Version};

pub use change::{
    Attempt, Change, Claim, ClaimScope, Delivery, DeliveryState, NewNotification, Notification, PaymentWrite,
    Record, RecordKind, RecordedEntry,
};
pub use document::{Document, DocumentKind, DocumentWrite, Order};
pub use error::{CommitError, StoreError};
pub use postgres::PostgresStore;
pub use signal::{Signal, Topic};
pub use sqlite::SqliteStore;

/// How many changes may wait for the writer before new ones are refused, unless told otherwise.
pub const QUEUE: usize = 4_096;
/// How many changes go into one commit at most.
pub const GROUP: usize = 512;

/// An event with its place in the payment's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub version: Version,
    pub at: Timestamp,
    pub event: Event,
}

/// Where a page of an account's entries ends: the next one begins behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryCursor {
    pub at: Timestamp,
    pub payment: PaymentId,
    pub version: Version,
    /// Which of the event's entries, from 0.
    pub line: i64,
}

/// An entry with its place among those of its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    pub cursor: EntryCursor,
    pub amount: Minor,
}

/// Sum of all entries of an account in one currency; debit positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    pub account: Account,
    pub currency: Currency,
    pub amount: Minor,
}

#[async_trait]
pub trait Store: Send + Sync + 'static {
    async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError>;

    /// Those of these payments that there are, in no order.
    async fn payments(&self, ids: &[PaymentId]) -> Result<Vec<Payment>, StoreError>;

    /// A payment's history, oldest first.
    async fn events(&self, id: PaymentId) -> Result<Vec<Recorded>, StoreError>;

    /// A payment's ledger entries, oldest first.
    async fn entries(&self, id: PaymentId) -> Result<Vec<RecordedEntry>, StoreError>;

    async fn claim(&self, scope: ClaimScope, key: &[u8]) -> Result<Option<Claim>, StoreError>;

    /// Payments whose `wake_at` is not after `now`, the longest overdue first.
    async fn due_payments(&self, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>, StoreError>;

    /// All messages about a payment, oldest first.
    async fn notifications(&self, payment: PaymentId) -> Result<Vec<Notification>, StoreError>;

    /// One message.
    async fn notification(&self, id: NotificationId) -> Result<Option<Notification>, StoreError>;

    /// Every attempt to deliver the messages of a payment, oldest first.
    async fn attempts(&self, payment: PaymentId) -> Result<Vec<Attempt>, StoreError>;

    /// Payments that have a message due at `now`, with its destination, which is not among `busy`. What is returned
    /// is not returned again before `until`: that is how nodes share the work. Only so many messages are looked
    /// at; when none but those that have to wait are seen, some of these are put off by a minute.
    async fn lease_deliveries(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
        busy: &[String],
    ) -> Result<Vec<(PaymentId, String)>, StoreError>;

    /// Every record of a kind.
    async fn records(&self, kind: RecordKind) -> Result<Vec<Record>, StoreError>;

    /// A server-wide value.
    async fn setting(&self, key: &str) -> Result<Option<String>, StoreError>;

    /// Balances of all accounts.
    async fn balances(&self) -> Result<Vec<Balance>, StoreError>;

    /// Entries of an account in one currency from `from` on and before `to`, oldest first, behind a cursor.
    async fn account_entries(
        &self,
        account: Account,
        currency: Currency,
        from: Timestamp,
        to: Timestamp,
        after: Option<EntryCursor>,
        limit: u32,
    ) -> Result<Vec<AccountEntry>, StoreError>;

    /// The sum of an account's entries in one currency before a moment; debit positive.
    async fn balance_at(
        &self,
        account: Account,
        currency: Currency,
        before: Timestamp,
    ) -> Result<Minor, StoreError>;

    async fn document(&self, kind: DocumentKind, id: i64) -> Result<Option<Document>, StoreError>;

    /// A document and the payment that has the same number, if there is one. The stores here read both in one
    /// statement, as they were in one moment.
    async fn document_with_payment(
        &self,
        kind: DocumentKind,
        id: i64,
    ) -> Result<Option<(Document, Option<Payment>)>, StoreError> {
        let Some(document) = self.document(kind, id).await? else { return Ok(None) };
        Ok(Some((document, self.payment(PaymentId::new(id)).await?)))
    }

    /// A parent's documents by their ids, behind `after` in the order asked for; without it from the beginning.
    async fn documents_of(
        &self,
        kind: DocumentKind,
        parent: i64,
        after: Option<i64>,
        order: Order,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError>;

    /// Documents whose `wake_at` is not after `now`, the longest overdue first.
    async fn due_documents(
        &self,
        kind: DocumentKind,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError>;

    /// What is signalled from now on. A listener that falls too far behind has missed something and looks at
    /// everything again, as after [`Topic::Lost`].
    fn signals(&self) -> tokio::sync::broadcast::Receiver<Signal>;

    /// The first of `count` payment ids that nobody else will ever get.
    async fn allocate_ids(&self, count: u32) -> Result<PaymentId, StoreError>;

    /// Makes a change durable, all of it or nothing.
    async fn commit(&self, change: Change) -> Result<(), CommitError>;

    /// Forgets idempotency keys claimed before `before`, at most 100 000 at a time; returns how many.
    async fn prune_claims(&self, before: Timestamp) -> Result<u64, StoreError>;

    /// Whether changes are being written: a change that changes nothing goes the way of all others. It may take
    /// as long as a commit, which the caller has to bound.
    async fn ready(&self) -> Result<(), StoreError> {
        self.commit(Change::default()).await.map_err(|error| match error {
            CommitError::Store(error) => error,
            CommitError::Overloaded
            | CommitError::Conflict(_)
            | CommitError::DocumentConflict(..)
            | CommitError::Claimed(_) => StoreError::Unavailable,
        })
    }

    /// Removes everything but records and settings. For sandboxes.
    async fn reset(&self) -> Result<(), StoreError>;

    /// Waits until what was queued is written and closes the database.
    async fn close(&self);
}

/// Opens the store a URL or a path names, creating and migrating it as needed.
///
/// `postgres://…` is PostgreSQL or a database that speaks its wire protocol; anything else is the path of
/// a SQLite file. At most `queue` changes wait for the writer.
pub async fn open(location: &str, queue: usize) -> Result<Arc<dyn Store>, StoreError> {
    if location.starts_with("postgres://") || location.starts_with("postgresql://") {
        Ok(Arc::new(PostgresStore::open_with(location, queue).await?))
    } else {
        Ok(Arc::new(SqliteStore::open_with(location.as_ref(), queue)?))
    }
}
