//! The store for more than one node: PostgreSQL, or a database that speaks its wire protocol.
//!
//! Writes go through one connection of the writer's own, in groups: whatever queued up while the last commit
//! was flushing is one transaction of one statement a table, sent in one go (see [`apply`]). Reads and the
//! few small writes beside [`Store::commit`] use a pool, so that they never wait for the writer. Any number
//! of nodes may share a database; none of them is special.
//!
//! What always holds: an answer of `Ok` came after the database's own commit, and this house never turns
//! `synchronous_commit` off. An error means that nothing happened, with one exception: when the connection is
//! lost while a commit is under way, nobody can know, and the error says so. Callers answer it like any other
//! failure of the database, and the client's repetition under the same idempotency key finds out.
//!
//! Deliberately absent: TLS to the database (put it on a private network or behind a local proxy; a URL that
//! demands TLS is refused), and types, functions or locks beyond what the wire-compatible databases know.
//! The one advisory lock is that of the migrations.

mod apply;
mod connect;
mod encoded;
mod failure;
mod group;
mod listener;
mod migrate;
mod pool;
mod reader;
mod rows;
mod writer;

use async_trait::async_trait;
use domain::{Account, Currency, Minor, NotificationId, Payment, PaymentId, Timestamp};
use tokio::sync::broadcast;

use crate::signal::{Signal, Signals};
use crate::{
    AccountEntry, Attempt, Balance, Change, Claim, ClaimScope, CommitError, Document, DocumentKind,
    EntryCursor, Notification, Order, QUEUE, Record, RecordKind, Recorded, RecordedEntry, Store, StoreError,
};
use listener::Listener;
use pool::Connections;
use reader::Reader;
use writer::Writer;

/// The store on a PostgreSQL server.
pub struct PostgresStore {
    reader: Reader,
    writer: Writer,
    signals: Signals,
    listener: Listener,
}

impl PostgresStore {
    /// Connects with the usual bound on waiting changes.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, QUEUE).await
    }

    /// Connects to a database that exists and brings its schema up to date.
    ///
    /// The URL is libpq's: `postgres://user:password@host:port/name`.
    pub async fn open_with(url: &str, queue: usize) -> Result<Self, StoreError> {
        let config = connect::config(url)?;
        migrate::migrate(&config).await?;
        let reader = Reader::new(Connections::new(connect::pool(&config)?));
        let signals = Signals::default();
        let listener = Listener::start(config.clone(), signals.clone()).await;
        Ok(Self { reader, writer: Writer::start(config, queue, signals.clone()).await?, signals, listener })
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.reader.payment(id).await
    }

    async fn payments(&self, ids: &[PaymentId]) -> Result<Vec<Payment>, StoreError> {
        self.reader.payments(ids).await
    }

    async fn events(&self, id: PaymentId) -> Result<Vec<Recorded>, StoreError> {
        self.reader.events(id).await
    }

    async fn entries(&self, id: PaymentId) -> Result<Vec<RecordedEntry>, StoreError> {
        self.reader.entries(id).await
    }

    async fn claim(&self, scope: ClaimScope, key: &[u8]) -> Result<Option<Claim>, StoreError> {
        self.reader.claim(scope, key).await
    }

    async fn due_payments(&self, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>, StoreError> {
        self.reader.due_payments(now, limit).await
    }

    async fn notifications(&self, payment: PaymentId) -> Result<Vec<Notification>, StoreError> {
        self.reader.notifications(payment).await
    }

    async fn notification(&self, id: NotificationId) -> Result<Option<Notification>, StoreError> {
        self.reader.notification(id).await
    }

    async fn attempts(&self, payment: PaymentId) -> Result<Vec<Attempt>, StoreError> {
        self.reader.attempts(payment).await
    }

    async fn lease_deliveries(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
        busy: &[String],
    ) -> Result<Vec<(PaymentId, String)>, StoreError> {
        self.reader.lease(now, until, limit, busy).await
    }

    async fn records(&self, kind: RecordKind) -> Result<Vec<Record>, StoreError> {
        self.reader.records(kind).await
    }

    async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.reader.setting(key).await
    }

    async fn balances(&self) -> Result<Vec<Balance>, StoreError> {
        self.reader.balances().await
    }

    async fn account_entries(
        &self,
        account: Account,
        currency: Currency,
        from: Timestamp,
        to: Timestamp,
        after: Option<EntryCursor>,
        limit: u32,
    ) -> Result<Vec<AccountEntry>, StoreError> {
        self.reader.account_entries(account, currency, (from, to), after, limit).await
    }

    async fn balance_at(
        &self,
        account: Account,
        currency: Currency,
        before: Timestamp,
    ) -> Result<Minor, StoreError> {
        self.reader.balance_at(account, currency, before).await
    }

    async fn document(&self, kind: DocumentKind, id: i64) -> Result<Option<Document>, StoreError> {
        self.reader.document(kind, id).await
    }

    async fn document_with_payment(
        &self,
        kind: DocumentKind,
        id: i64,
    ) -> Result<Option<(Document, Option<Payment>)>, StoreError> {
        self.reader.document_with_payment(kind, id).await
    }

    async fn documents_of(
        &self,
        kind: DocumentKind,
        parent: i64,
        after: Option<i64>,
        order: Order,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        self.reader.documents_of(kind, parent, after, order, limit).await
    }

    async fn due_documents(
        &self,
        kind: DocumentKind,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        self.reader.due_documents(kind, now, limit).await
    }

    fn signals(&self) -> broadcast::Receiver<Signal> {
        self.signals.listen()
    }

    async fn allocate_ids(&self, count: u32) -> Result<PaymentId, StoreError> {
        self.reader.allocate(count).await
    }

    async fn commit(&self, change: Change) -> Result<(), CommitError> {
        self.writer.commit(change).await
    }

    async fn prune_claims(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.reader.prune_claims(before).await
    }

    async fn reset(&self) -> Result<(), StoreError> {
        self.reader.reset().await
    }

    async fn close(&self) {
        self.writer.close().await;
        self.listener.close();
        self.reader.close();
    }
}
