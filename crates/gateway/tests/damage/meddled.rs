//! A store into which somebody else can be made to write first.

use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{Account, Currency, Minor, NotificationId, Payment, PaymentId, Timestamp};
use parking_lot::Mutex;
use store::{
    AccountEntry, Attempt, Balance, Change, Claim, ClaimScope, CommitError, Document, DocumentKind,
    EntryCursor, Notification, Order, Record, RecordKind, Recorded, RecordedEntry, Signal, Store, StoreError,
};

type Meddler = Box<dyn FnMut(&Change) -> Option<Change> + Send>;
type Meanwhile = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A real store, and who sees every change on its way to it.
pub(crate) struct Meddled {
    real: Arc<dyn Store>,
    meddler: Mutex<Option<Meddler>>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

impl Meddled {
    pub(crate) fn new(real: Arc<dyn Store>) -> Self {
        Self { real, meddler: Mutex::default(), meanwhile: Mutex::default() }
    }

    /// Shows every change from now on; what is returned is committed before it.
    pub(crate) fn before_commits(&self, meddler: impl FnMut(&Change) -> Option<Change> + Send + 'static) {
        *self.meddler.lock() = Some(Box::new(meddler));
    }

    /// Has this happen once, before a payment is read next.
    pub(crate) fn before_reading(&self, meanwhile: impl Future<Output = ()> + Send + 'static) {
        *self.meanwhile.lock() = Some(Box::pin(meanwhile));
    }
}

#[async_trait]
impl Store for Meddled {
    async fn commit(&self, change: Change) -> Result<(), CommitError> {
        let first = self.meddler.lock().as_mut().and_then(|meddler| meddler(&change));
        if let Some(first) = first {
            self.real.commit(first).await?;
        }
        self.real.commit(change).await
    }

    async fn payments(&self, ids: &[PaymentId]) -> Result<Vec<Payment>, StoreError> {
        self.real.payments(ids).await
    }

    async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        let meanwhile = self.meanwhile.lock().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile.await;
        }
        self.real.payment(id).await
    }

    async fn events(&self, id: PaymentId) -> Result<Vec<Recorded>, StoreError> {
        self.real.events(id).await
    }

    async fn entries(&self, id: PaymentId) -> Result<Vec<RecordedEntry>, StoreError> {
        self.real.entries(id).await
    }

    async fn claim(&self, scope: ClaimScope, key: &[u8]) -> Result<Option<Claim>, StoreError> {
        self.real.claim(scope, key).await
    }

    async fn due_payments(&self, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>, StoreError> {
        self.real.due_payments(now, limit).await
    }

    async fn notifications(&self, payment: PaymentId) -> Result<Vec<Notification>, StoreError> {
        self.real.notifications(payment).await
    }

    async fn notification(&self, id: NotificationId) -> Result<Option<Notification>, StoreError> {
        self.real.notification(id).await
    }

    async fn attempts(&self, payment: PaymentId) -> Result<Vec<Attempt>, StoreError> {
        self.real.attempts(payment).await
    }

    async fn lease_deliveries(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
        busy: &[String],
    ) -> Result<Vec<(PaymentId, String)>, StoreError> {
        self.real.lease_deliveries(now, until, limit, busy).await
    }

    async fn records(&self, kind: RecordKind) -> Result<Vec<Record>, StoreError> {
        self.real.records(kind).await
    }

    async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.real.setting(key).await
    }

    async fn balances(&self) -> Result<Vec<Balance>, StoreError> {
        self.real.balances().await
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
        self.real.account_entries(account, currency, from, to, after, limit).await
    }

    async fn balance_at(
        &self,
        account: Account,
        currency: Currency,
        before: Timestamp,
    ) -> Result<Minor, StoreError> {
        self.real.balance_at(account, currency, before).await
    }

    async fn document(&self, kind: DocumentKind, id: i64) -> Result<Option<Document>, StoreError> {
        self.real.document(kind, id).await
    }

    async fn documents_of(
        &self,
        kind: DocumentKind,
        parent: i64,
        after: Option<i64>,
        order: Order,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        self.real.documents_of(kind, parent, after, order, limit).await
    }

    async fn due_documents(
        &self,
        kind: DocumentKind,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        self.real.due_documents(kind, now, limit).await
    }

    fn signals(&self) -> tokio::sync::broadcast::Receiver<Signal> {
        self.real.signals()
    }

    async fn allocate_ids(&self, count: u32) -> Result<PaymentId, StoreError> {
        self.real.allocate_ids(count).await
    }

    async fn prune_claims(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.real.prune_claims(before).await
    }

    async fn reset(&self) -> Result<(), StoreError> {
        self.real.reset().await
    }

    async fn close(&self) {
        self.real.close().await;
    }
}
