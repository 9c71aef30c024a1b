//! Reads. Each opens a WAL snapshot for one statement and closes it with it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{Account, Currency, Entry, Minor, Money, NotificationId, Payment, PaymentId, Timestamp};
use parking_lot::{Mutex, MutexGuard};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::connect;
use crate::bounds::{MOST_PUT_OFF, SEEN};
use crate::row::{self, PaymentColumns, narrow};
use crate::{
    AccountEntry, Attempt, Balance, Claim, ClaimScope, DeliveryState, Document, DocumentKind, EntryCursor,
    Notification, Order, Record, RecordKind, Recorded, RecordedEntry, StoreError,
};

/// More than there are worker threads on a small machine, so that a free one is found at once.
const READERS: usize = 8;
/// A negative number counts KiB, says SQLite.
const READER_CACHE_KIB: i64 = -2_000;

/// A few connections that only read.
pub(super) struct Readers {
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let connections = (0..READERS)
            .map(|_| {
                let connection = connect(path)?;
                let read_only = || {
                    connection.pragma_update(None, "query_only", true)?;
                    // Every commit makes a reader's own copies stale: most pages come from the operating system's
                    // cache, which all readers share. They are read and not mapped, because after each commit SQLite
                    // would unmap the whole file and map it anew, which interrupts every core.
                    connection.pragma_update(None, "cache_size", READER_CACHE_KIB)
                };
                read_only().map_err(|error| StoreError::database("open a reader", error))?;
                Ok(Mutex::new(connection))
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Self { connections, next: AtomicUsize::new(0) })
    }

    /// Runs a read on a connection that is free, or waits for one.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % READERS;
        let (later, sooner) = self.connections.split_at(turn);
        let mut in_turn = sooner.iter().chain(later);
        let free: Option<MutexGuard<'_, Connection>> = in_turn.clone().find_map(Mutex::try_lock);
        match free.or_else(|| in_turn.next().map(Mutex::lock)) {
            Some(connection) => read(&connection),
            None => Err(StoreError::Unavailable),
        }
    }
}

/// All rows of a query, each read by a function that may find something unreadable.
fn query<T>(
    connection: &Connection,
    doing: &'static str,
    sql: &str,
    parameters: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<Result<T, StoreError>>,
) -> Result<Vec<T>, StoreError> {
    let failed = |error| StoreError::database(doing, error);
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let rows = statement.query_map(parameters, read).map_err(failed)?;
    rows.map(|row| row.map_err(failed)?).collect()
}

pub(super) fn payment(connection: &Connection, id: PaymentId) -> Result<Option<Payment>, StoreError> {
    let failed = |error| StoreError::database("load a payment", error);
    let mut statement = connection
        .prepare_cached("SELECT id, version, wake_at, state, terms, extra FROM payments WHERE id = ?")
        .map_err(failed)?;
    statement.query_row([id.get()], |row| read_payment(row, 0)).optional().map_err(failed)?.transpose()
}

/// The columns of a payment, from this one on.
fn read_payment(row: &Row<'_>, first: usize) -> rusqlite::Result<Result<Payment, StoreError>> {
    let columns = PaymentColumns {
        id: row.get(first)?,
        version: row.get(first + 1)?,
        wake_at: row.get(first + 2)?,
        state: row.get(first + 3)?,
    };
    let terms = row.get_ref(first + 4)?.as_str()?;
    Ok(row::payment(&columns, terms, row.get(first + 5)?))
}

pub(super) fn events(connection: &Connection, id: PaymentId) -> Result<Vec<Recorded>, StoreError> {
    query(
        connection,
        "load events",
        "SELECT version, at, body FROM events WHERE payment = ? ORDER BY version",
        [id.get()],
        |row| Ok(row::recorded(row.get(0)?, row.get(1)?, row.get_ref(2)?.as_str()?)),
    )
}

pub(super) fn entries(connection: &Connection, id: PaymentId) -> Result<Vec<RecordedEntry>, StoreError> {
    query(
        connection,
        "load ledger entries",
        "SELECT version, at, account_kind, account_owner, currency, amount FROM entries
         WHERE payment = ? ORDER BY version, line",
        [id.get()],
        |row| {
            let (version, at): (i64, i64) = (row.get(0)?, row.get(1)?);
            let (kind, owner, amount): (i16, i64, i64) = (row.get(2)?, row.get(3)?, row.get(5)?);
            let currency: String = row.get(4)?;
            Ok((|| {
                let money = Money::new(Minor::new(amount), row::currency(&currency)?);
                Ok(RecordedEntry {
                    payment: id,
                    version: row::version(version)?,
                    at: Timestamp::from_millis(at),
                    entry: Entry { account: row::account(kind, owner)?, money },
                })
            })())
        },
    )
}

pub(super) fn claim(
    connection: &Connection,
    scope: ClaimScope,
    key: &[u8],
) -> Result<Option<Claim>, StoreError> {
    let found = query(
        connection,
        "load a claim",
        "SELECT owner, version, fingerprint, at FROM claims WHERE scope = ? AND key = ?",
        params![scope.number(), key],
        |row| {
            let (owner, version): (i64, i64) = (row.get(0)?, row.get(1)?);
            let (fingerprint, at): (Vec<u8>, i64) = (row.get(2)?, row.get(3)?);
            Ok(row::version(version).map(|version| Claim {
                scope,
                key: key.to_vec(),
                owner: PaymentId::new(owner),
                version,
                fingerprint,
                at: Timestamp::from_millis(at),
            }))
        },
    )?;
    Ok(found.into_iter().next())
}

pub(super) fn due_payments(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<PaymentId>, StoreError> {
    query(
        connection,
        "list due payments",
        "SELECT id FROM payments WHERE wake_at <= ? ORDER BY wake_at LIMIT ?",
        params![now.millis(), limit],
        |row| Ok(Ok(PaymentId::new(row.get(0)?))),
    )
}

/// Messages that are due, by their ids.
#[derive(Debug, Default)]
pub(super) struct Due {
    pub(super) ready: Vec<i64>,
    /// Those that wait for something and would hide the others from every later look.
    pub(super) put_off: Vec<i64>,
}

/// A payment's turn is when its oldest undelivered message is due: messages keep their order.
pub(super) fn due_deliveries(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
    busy: &[String],
) -> Result<Due, StoreError> {
    let seen = query(
        connection,
        "list due deliveries",
        "SELECT n.id, n.destination,
                EXISTS (SELECT 1 FROM notifications older
                        WHERE older.payment = n.payment AND older.id < n.id AND older.next_at IS NOT NULL)
         FROM notifications n WHERE n.next_at <= ? ORDER BY n.next_at LIMIT ?",
        params![now.millis(), SEEN],
        |row| {
            let (id, waits): (i64, bool) = (row.get(0)?, row.get(2)?);
            let destination = row.get_ref(1)?.as_str()?;
            Ok(Ok((id, waits || busy.iter().any(|busy| busy == destination))))
        },
    )?;
    let full = seen.len() >= size(SEEN);
    let (waiting, ready): (Vec<_>, Vec<_>) = seen.into_iter().partition(|(_, waits)| *waits);
    let first =
        |rows: Vec<(i64, bool)>, most: u32| rows.into_iter().map(|(id, _)| id).take(size(most)).collect();
    let hidden = full && ready.len() < size(limit);
    Ok(Due { ready: first(ready, limit), put_off: first(waiting, if hidden { MOST_PUT_OFF } else { 0 }) })
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

const NOTIFICATION: &str =
    "SELECT id, payment, version, url, destination, created_at, state, attempts, next_at FROM notifications";

fn read_notification(row: &Row<'_>) -> rusqlite::Result<Result<Notification, StoreError>> {
    let (id, payment, version): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (url, destination, created_at): (String, String, i64) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let (state, attempts, next_at): (i16, i64, Option<i64>) = (row.get(6)?, row.get(7)?, row.get(8)?);
    Ok((|| {
        Ok(Notification {
            id: NotificationId::new(id),
            payment: PaymentId::new(payment),
            version: row::version(version)?,
            url,
            destination,
            created_at: Timestamp::from_millis(created_at),
            state: DeliveryState::from_number(state),
            attempts: narrow("attempts", attempts)?,
            next_at: next_at.map(Timestamp::from_millis),
        })
    })())
}

pub(super) fn notifications(
    connection: &Connection,
    payment: PaymentId,
) -> Result<Vec<Notification>, StoreError> {
    let sql = format!("{NOTIFICATION} WHERE payment = ? ORDER BY id");
    query(connection, "list notifications", &sql, [payment.get()], read_notification)
}

pub(super) fn notification(
    connection: &Connection,
    id: NotificationId,
) -> Result<Option<Notification>, StoreError> {
    let sql = format!("{NOTIFICATION} WHERE id = ?");
    let found = query(connection, "load a notification", &sql, [id.get()], read_notification)?;
    Ok(found.into_iter().next())
}

pub(super) fn attempts(connection: &Connection, payment: PaymentId) -> Result<Vec<Attempt>, StoreError> {
    query(
        connection,
        "list attempts",
        "SELECT a.notification, a.number, a.at, a.status, a.error, a.elapsed_ms
         FROM notifications n JOIN attempts a ON a.notification = n.id
         WHERE n.payment = ? ORDER BY n.id, a.number",
        [payment.get()],
        |row| {
            let (notification, number, at): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (status, error): (Option<i64>, Option<String>) = (row.get(3)?, row.get(4)?);
            let elapsed: i64 = row.get(5)?;
            Ok((|| {
                Ok(Attempt {
                    notification: NotificationId::new(notification),
                    number: narrow("attempts", number)?,
                    at: Timestamp::from_millis(at),
                    status: status.map(|status| narrow("attempts", status)).transpose()?,
                    error,
                    elapsed_ms: narrow("attempts", elapsed)?,
                })
            })())
        },
    )
}

pub(super) fn records(connection: &Connection, kind: RecordKind) -> Result<Vec<Record>, StoreError> {
    query(
        connection,
        "list records",
        "SELECT id, merchant, body FROM records WHERE kind = ? ORDER BY id",
        [kind.number()],
        |row| {
            let merchant = domain::MerchantId::new(row.get(1)?);
            Ok(Ok(Record { kind, id: row.get(0)?, merchant, body: row.get(2)? }))
        },
    )
}

pub(super) fn setting(connection: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let found =
        query(connection, "load a setting", "SELECT value FROM settings WHERE key = ?", [key], |row| {
            Ok(Ok(row.get(0)?))
        })?;
    Ok(found.into_iter().next())
}

pub(super) fn balances(connection: &Connection) -> Result<Vec<Balance>, StoreError> {
    query(
        connection,
        "sum the ledger",
        "SELECT account_kind, account_owner, currency, SUM(amount) FROM entries
         GROUP BY account_kind, account_owner, currency ORDER BY 1, 2, 3",
        [],
        |row| {
            let (kind, owner, amount): (i16, i64, i64) = (row.get(0)?, row.get(1)?, row.get(3)?);
            let currency: String = row.get(2)?;
            Ok(row::balance(kind, owner, &currency, amount))
        },
    )
}

const DOCUMENT: &str = "SELECT id, version, parent, wake_at, body FROM documents";

fn read_document(kind: DocumentKind, row: &Row<'_>) -> rusqlite::Result<Result<Document, StoreError>> {
    let (id, version, parent): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (wake_at, body): (Option<i64>, String) = (row.get(3)?, row.get(4)?);
    Ok(row::document(kind, id, version, parent, wake_at, body))
}

pub(super) fn document(
    connection: &Connection,
    kind: DocumentKind,
    id: i64,
) -> Result<Option<Document>, StoreError> {
    let sql = format!("{DOCUMENT} WHERE kind = ? AND id = ?");
    let found = query(connection, "load a document", &sql, params![kind.number(), id], |row| {
        read_document(kind, row)
    })?;
    Ok(found.into_iter().next())
}

pub(super) fn document_with_payment(
    connection: &Connection,
    kind: DocumentKind,
    id: i64,
) -> Result<Option<(Document, Option<Payment>)>, StoreError> {
    let found = query(
        connection,
        "load a document and its payment",
        "SELECT d.id, d.version, d.parent, d.wake_at, d.body, p.id, p.version, p.wake_at, p.state, p.terms, p.extra
         FROM documents d LEFT JOIN payments p ON p.id = d.id WHERE d.kind = ? AND d.id = ?",
        params![kind.number(), id],
        |row| {
            let document = read_document(kind, row)?;
            let there: Option<i64> = row.get(5)?;
            let payment = there.map(|_| read_payment(row, 5)).transpose()?;
            Ok(document.and_then(|document| Ok((document, payment.transpose()?))))
        },
    )?;
    Ok(found.into_iter().next())
}

pub(super) fn documents_of(
    connection: &Connection,
    kind: DocumentKind,
    parent: i64,
    after: Option<i64>,
    order: Order,
    limit: u32,
) -> Result<Vec<Document>, StoreError> {
    let (rest, beginning) = match order {
        Order::OldestFirst => ("id > ? ORDER BY id", i64::MIN),
        Order::NewestFirst => ("id < ? ORDER BY id DESC", i64::MAX),
    };
    // Left to itself SQLite walks the primary key, through the documents of every other parent.
    let sql = format!("{DOCUMENT} INDEXED BY documents_of WHERE kind = ? AND parent = ? AND {rest} LIMIT ?");
    let parameters = params![kind.number(), parent, after.unwrap_or(beginning), limit];
    query(connection, "list documents", &sql, parameters, |row| read_document(kind, row))
}

pub(super) fn due_documents(
    connection: &Connection,
    kind: DocumentKind,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Document>, StoreError> {
    let sql = format!("{DOCUMENT} WHERE kind = ? AND wake_at <= ? ORDER BY wake_at, id LIMIT ?");
    let parameters = params![kind.number(), now.millis(), limit];
    query(connection, "list due documents", &sql, parameters, |row| read_document(kind, row))
}

pub(super) fn account_entries(
    connection: &Connection,
    account: Account,
    currency: Currency,
    (from, to): (Timestamp, Timestamp),
    after: Option<EntryCursor>,
    limit: u32,
) -> Result<Vec<AccountEntry>, StoreError> {
    let (kind, owner) = account.key();
    let (at, payment, version, line) = row::behind(after, from);
    query(
        connection,
        "list an account's entries",
        "SELECT at, payment, version, line, amount FROM entries
         WHERE account_kind = ? AND account_owner = ? AND currency = ? AND at < ?
           AND (at, payment, version, line) > (?, ?, ?, ?)
         ORDER BY at, payment, version, line LIMIT ?",
        params![kind, owner, currency.code(), to.millis(), at, payment, version, line, limit],
        |row| Ok(row::account_entry(row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
    )
}

pub(super) fn balance_at(
    connection: &Connection,
    account: Account,
    currency: Currency,
    before: Timestamp,
) -> Result<Minor, StoreError> {
    let (kind, owner) = account.key();
    let sums = query(
        connection,
        "sum an account",
        "SELECT COALESCE(SUM(amount), 0) FROM entries
         WHERE account_kind = ? AND account_owner = ? AND currency = ? AND at < ?",
        params![kind, owner, currency.code(), before.millis()],
        |row| Ok(Ok(Minor::new(row.get(0)?))),
    )?;
    Ok(sums.into_iter().next().unwrap_or_default())
}
