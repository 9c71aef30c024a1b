//! The embedded store: one file, one writer thread, a few readers.
//!
//! The writer owns the only connection that writes. It takes whatever is queued, runs each change inside a
//! savepoint of one transaction, commits once with `synchronous=FULL`, and then answers all of them.
//! Readers are WAL readers: they never wait for the writer. A read by key is a few microseconds in the
//! page cache, so it runs where it is asked for; a list goes to the blocking pool.

mod apply;
mod reader;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{Account, Currency, Minor, NotificationId, Payment, PaymentId, Timestamp};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tokio::sync::{Semaphore, broadcast};

use crate::bounds::{PRUNE, PRUNES};
use crate::signal::{Signal, Signals};
use crate::{
    AccountEntry, Attempt, Balance, Change, Claim, ClaimScope, CommitError, Document, DocumentKind,
    EntryCursor, Notification, Order, QUEUE, Record, RecordKind, Recorded, RecordedEntry, Store, StoreError,
    migrations,
};
use reader::Readers;
use writer::Writer;

/// How many lists are read at a time; fewer than there are readers.
const LISTS: usize = 4;

/// The embedded store.
pub struct SqliteStore {
    readers: Arc<Readers>,
    /// Lists take their time: these leave readers for reads by key.
    lists: Arc<Semaphore>,
    writer: Writer,
    signals: Signals,
}

impl SqliteStore {
    /// Opens the file with the usual bound on waiting changes.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, QUEUE)
    }

    /// Opens the file, creating it and bringing its schema up to date as needed.
    pub fn open_with(path: &Path, queue: usize) -> Result<Self, StoreError> {
        let mut connection = connect(path)?;
        migrate(&mut connection)?;
        let readers = Arc::new(Readers::open(path)?);
        let lists = Arc::new(Semaphore::new(LISTS));
        let signals = Signals::default();
        Ok(Self { readers, lists, writer: Writer::start(connection, queue, signals.clone())?, signals })
    }

    async fn list<T: Send + 'static>(
        &self,
        doing: &'static str,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.readers);
        let turn = Arc::clone(&self.lists).acquire_owned().await.map_err(|_| StoreError::Unavailable)?;
        let read = move || {
            // Held until the list is read, even if nobody waits for it any more.
            let _turn = turn;
            readers.with(read)
        };
        tokio::task::spawn_blocking(read).await.map_err(|error| StoreError::database(doing, error))?
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "cache_size", -32_000)?;
        connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        // What a savepoint would have to bring back goes to a temporary file otherwise, a page at a time.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        // Otherwise a statement that a partial index could serve is prepared anew whenever its parameters change,
        // which costs more than running it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    open().map_err(|error| StoreError::database("open its file", error))
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let failed = |error| StoreError::database("bring its schema up to date", error);
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    for migration in migrations::missing(found)? {
        let transaction = connection.transaction().map_err(failed)?;
        transaction.execute_batch(migration.sqlite).map_err(failed)?;
        transaction.pragma_update(None, "user_version", migration.number).map_err(failed)?;
        transaction.commit().map_err(failed)?;
    }
    Ok(())
}

#[async_trait]
impl Store for SqliteStore {
    async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        self.readers.with(|connection| reader::payment(connection, id))
    }

    async fn payments(&self, ids: &[PaymentId]) -> Result<Vec<Payment>, StoreError> {
        let ids = ids.to_vec();
        self.list("load payments", move |connection| {
            ids.into_iter().filter_map(|id| reader::payment(connection, id).transpose()).collect()
        })
        .await
    }

    async fn events(&self, id: PaymentId) -> Result<Vec<Recorded>, StoreError> {
        self.readers.with(|connection| reader::events(connection, id))
    }

    async fn entries(&self, id: PaymentId) -> Result<Vec<RecordedEntry>, StoreError> {
        self.readers.with(|connection| reader::entries(connection, id))
    }

    async fn claim(&self, scope: ClaimScope, key: &[u8]) -> Result<Option<Claim>, StoreError> {
        self.readers.with(|connection| reader::claim(connection, scope, key))
    }

    async fn due_payments(&self, now: Timestamp, limit: u32) -> Result<Vec<PaymentId>, StoreError> {
        self.list("list due payments", move |connection| reader::due_payments(connection, now, limit)).await
    }

    async fn notifications(&self, payment: PaymentId) -> Result<Vec<Notification>, StoreError> {
        self.readers.with(|connection| reader::notifications(connection, payment))
    }

    async fn notification(&self, id: NotificationId) -> Result<Option<Notification>, StoreError> {
        self.readers.with(|connection| reader::notification(connection, id))
    }

    async fn attempts(&self, payment: PaymentId) -> Result<Vec<Attempt>, StoreError> {
        self.readers.with(|connection| reader::attempts(connection, payment))
    }

    async fn lease_deliveries(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
        busy: &[String],
    ) -> Result<Vec<(PaymentId, String)>, StoreError> {
        let busy = busy.to_vec();
        // Looking is for a reader: the writer only hears of what there is.
        let due = self
            .list("list due deliveries", move |connection| {
                reader::due_deliveries(connection, now, limit, &busy)
            })
            .await?;
        if due.ready.is_empty() && due.put_off.is_empty() {
            return Ok(vec![]);
        }
        self.writer.run(move |connection| apply::lease(connection, now, until, &due)).await
    }

    async fn records(&self, kind: RecordKind) -> Result<Vec<Record>, StoreError> {
        self.list("list records", move |connection| reader::records(connection, kind)).await
    }

    async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.readers.with(|connection| reader::setting(connection, key))
    }

    async fn balances(&self) -> Result<Vec<Balance>, StoreError> {
        self.list("sum the ledger", reader::balances).await
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
        self.list("list an account's entries", move |connection| {
            reader::account_entries(connection, account, currency, (from, to), after, limit)
        })
        .await
    }

    async fn balance_at(
        &self,
        account: Account,
        currency: Currency,
        before: Timestamp,
    ) -> Result<Minor, StoreError> {
        self.list("sum an account", move |connection| {
            reader::balance_at(connection, account, currency, before)
        })
        .await
    }

    async fn document(&self, kind: DocumentKind, id: i64) -> Result<Option<Document>, StoreError> {
        self.readers.with(|connection| reader::document(connection, kind, id))
    }

    async fn document_with_payment(
        &self,
        kind: DocumentKind,
        id: i64,
    ) -> Result<Option<(Document, Option<Payment>)>, StoreError> {
        self.readers.with(|connection| reader::document_with_payment(connection, kind, id))
    }

    async fn documents_of(
        &self,
        kind: DocumentKind,
        parent: i64,
        after: Option<i64>,
        order: Order,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        self.list("list documents", move |connection| {
            reader::documents_of(connection, kind, parent, after, order, limit)
        })
        .await
    }

    async fn due_documents(
        &self,
        kind: DocumentKind,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        self.list("list due documents", move |connection| reader::due_documents(connection, kind, now, limit))
            .await
    }

    fn signals(&self) -> broadcast::Receiver<Signal> {
        self.signals.listen()
    }

    async fn allocate_ids(&self, count: u32) -> Result<PaymentId, StoreError> {
        self.writer.run(move |connection| apply::allocate(connection, count)).await
    }

    async fn commit(&self, change: Change) -> Result<(), CommitError> {
        self.writer.commit(change).await
    }

    async fn prune_claims(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut total = 0_u64;
        for _ in 0..PRUNES {
            let pruned = self.writer.run(move |connection| apply::prune_claims(connection, before)).await?;
            total = total.saturating_add(pruned);
            if pruned < PRUNE.into() {
                break;
            }
        }
        Ok(total)
    }

    async fn reset(&self) -> Result<(), StoreError> {
        self.writer.run(apply::reset).await
    }

    async fn close(&self) {
        self.writer.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_waits_for_the_flush() {
        let folder = tempfile::tempdir().unwrap();
        let connection = connect(&folder.path().join("till.db")).unwrap();
        let setting = |name| connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
        assert_eq!(setting("journal_mode").unwrap(), "wal");
        let level: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        assert_eq!(level, 2, "FULL");
    }
}
