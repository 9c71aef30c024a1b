//! Reads, and the few small writes that stand alone: one statement each.

use domain::{
    Account, Currency, Entry, MerchantId, Minor, Money, NotificationId, Payment, PaymentId, Timestamp,
};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};

use super::pool::Connections;
use crate::bounds::{MOST_PUT_OFF, PRUNE, PRUNES, PUT_OFF, SEEN};
use crate::row::{self, PaymentColumns, narrow};
use crate::{
    AccountEntry, Attempt, Balance, Claim, ClaimScope, DeliveryState, Document, DocumentKind, EntryCursor,
    Notification, Order, Record, RecordKind, Recorded, RecordedEntry, StoreError,
};

const NEXT_ID: &str = "next_payment_id";

pub(super) struct Reader {
    connections: Connections,
}

/// A column in the type it is kept as.
fn get<'a, T: FromSql<'a>>(row: &'a Row, index: usize) -> Result<T, StoreError> {
    row.try_get(index).map_err(|error| StoreError::corrupt("a column", error))
}

fn read_payment(row: &Row) -> Result<Payment, StoreError> {
    read_payment_from(row, 0)
}

/// The columns of a payment, from this one on.
fn read_payment_from(row: &Row, first: usize) -> Result<Payment, StoreError> {
    let columns = PaymentColumns {
        id: get(row, first)?,
        version: get(row, first + 1)?,
        wake_at: get(row, first + 2)?,
        state: get(row, first + 3)?,
    };
    row::payment(&columns, get(row, first + 4)?, get(row, first + 5)?)
}

fn read_entry(payment: PaymentId, row: &Row) -> Result<RecordedEntry, StoreError> {
    let money = Money::new(Minor::new(get(row, 5)?), row::currency(get(row, 4)?)?);
    Ok(RecordedEntry {
        payment,
        version: row::version(get(row, 0)?)?,
        at: Timestamp::from_millis(get(row, 1)?),
        entry: Entry { account: row::account(get(row, 2)?, get(row, 3)?)?, money },
    })
}

/// A claim whose owner, version, fingerprint and time are the columns from `first` on.
pub(super) fn read_claim(
    scope: ClaimScope,
    key: &[u8],
    row: &Row,
    first: usize,
) -> Result<Claim, StoreError> {
    Ok(Claim {
        scope,
        key: key.to_vec(),
        owner: PaymentId::new(get(row, first)?),
        version: row::version(get(row, first + 1)?)?,
        fingerprint: get(row, first + 2)?,
        at: Timestamp::from_millis(get(row, first + 3)?),
    })
}

const NOTIFICATION: &str =
    "SELECT id, payment, version, url, destination, created_at, state, attempts, next_at FROM notifications";

fn read_notification(row: &Row) -> Result<Notification, StoreError> {
    Ok(Notification {
        id: NotificationId::new(get(row, 0)?),
        payment: PaymentId::new(get(row, 1)?),
        version: row::version(get(row, 2)?)?,
        url: get(row, 3)?,
        destination: get(row, 4)?,
        created_at: Timestamp::from_millis(get(row, 5)?),
        state: DeliveryState::from_number(get(row, 6)?),
        attempts: narrow("attempts", get(row, 7)?)?,
        next_at: get::<Option<i64>>(row, 8)?.map(Timestamp::from_millis),
    })
}

fn read_attempt(row: &Row) -> Result<Attempt, StoreError> {
    Ok(Attempt {
        notification: NotificationId::new(get(row, 0)?),
        number: narrow("attempts", get(row, 1)?)?,
        at: Timestamp::from_millis(get(row, 2)?),
        status: get::<Option<i64>>(row, 3)?.map(|status| narrow("attempts", status)).transpose()?,
        error: get(row, 4)?,
        elapsed_ms: narrow("attempts", get(row, 5)?)?,
    })
}

const DOCUMENT: &str = "SELECT id, version, parent, wake_at, body FROM documents";

fn read_document(kind: DocumentKind, row: &Row) -> Result<Document, StoreError> {
    row::document(kind, get(row, 0)?, get(row, 1)?, get(row, 2)?, get(row, 3)?, get(row, 4)?)
}

fn one<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    rows.first().map(read).transpose()
}

fn all<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
    rows.iter().map(read).collect()
}

impl Reader {
    pub(super) fn new(connections: Connections) -> Self {
        Self { connections }
    }

    pub(super) fn close(&self) {
        self.connections.close();
    }

    pub(super) async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        let sql = "SELECT id, version, wake_at, state, terms, extra FROM payments WHERE id = $1";
        one(&self.connections.rows("load a payment", sql, &[&id.get()]).await?, read_payment)
    }

    pub(super) async fn payments(&self, ids: &[PaymentId]) -> Result<Vec<Payment>, StoreError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        let sql = "SELECT id, version, wake_at, state, terms, extra FROM payments WHERE id = ANY($1)";
        all(&self.connections.rows("load payments", sql, &[&ids]).await?, read_payment)
    }

    pub(super) async fn events(&self, id: PaymentId) -> Result<Vec<Recorded>, StoreError> {
        let sql = "SELECT version, at, body FROM events WHERE payment = $1 ORDER BY version";
        let rows = self.connections.rows("load events", sql, &[&id.get()]).await?;
        all(&rows, |row| row::recorded(get(row, 0)?, get(row, 1)?, get(row, 2)?))
    }

    pub(super) async fn entries(&self, id: PaymentId) -> Result<Vec<RecordedEntry>, StoreError> {
        let sql = "SELECT version, at, account_kind, account_owner, currency, amount FROM entries
                   WHERE payment = $1 ORDER BY version, line";
        let rows = self.connections.rows("load ledger entries", sql, &[&id.get()]).await?;
        all(&rows, |row| read_entry(id, row))
    }

    pub(super) async fn claim(&self, scope: ClaimScope, key: &[u8]) -> Result<Option<Claim>, StoreError> {
        let sql = "SELECT owner, version, fingerprint, at FROM claims WHERE scope = $1 AND key = $2";
        let rows = self.connections.rows("load a claim", sql, &[&scope.number(), &key]).await?;
        one(&rows, |row| read_claim(scope, key, row, 0))
    }

    pub(super) async fn due_payments(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PaymentId>, StoreError> {
        let sql = "SELECT id FROM payments WHERE wake_at <= $1 ORDER BY wake_at, id LIMIT $2";
        let parameters = (now.millis(), i64::from(limit));
        let rows = self.connections.rows("list due payments", sql, &[&parameters.0, &parameters.1]).await?;
        all(&rows, |row| get(row, 0).map(PaymentId::new))
    }

    pub(super) async fn notifications(&self, payment: PaymentId) -> Result<Vec<Notification>, StoreError> {
        let sql = format!("{NOTIFICATION} WHERE payment = $1 ORDER BY id");
        let rows = self.connections.rows("list notifications", &sql, &[&payment.get()]).await?;
        all(&rows, read_notification)
    }

    pub(super) async fn notification(&self, id: NotificationId) -> Result<Option<Notification>, StoreError> {
        let sql = format!("{NOTIFICATION} WHERE id = $1");
        one(&self.connections.rows("load a notification", &sql, &[&id.get()]).await?, read_notification)
    }

    pub(super) async fn attempts(&self, payment: PaymentId) -> Result<Vec<Attempt>, StoreError> {
        let sql = "SELECT a.notification, a.number, a.at, a.status, a.error, a.elapsed_ms
                   FROM notifications n JOIN attempts a ON a.notification = n.id
                   WHERE n.payment = $1 ORDER BY n.id, a.number";
        let rows = self.connections.rows("list attempts", sql, &[&payment.get()]).await?;
        all(&rows, read_attempt)
    }

    pub(super) async fn records(&self, kind: RecordKind) -> Result<Vec<Record>, StoreError> {
        let sql = "SELECT id, merchant, body FROM records WHERE kind = $1 ORDER BY id";
        let rows = self.connections.rows("list records", sql, &[&kind.number()]).await?;
        all(&rows, |row| {
            let merchant = MerchantId::new(get(row, 1)?);
            Ok(Record { kind, id: get(row, 0)?, merchant, body: get(row, 2)? })
        })
    }

    pub(super) async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM settings WHERE key = $1";
        one(&self.connections.rows("load a setting", sql, &[&key]).await?, |row| get(row, 0))
    }

    pub(super) async fn balances(&self) -> Result<Vec<Balance>, StoreError> {
        let sql = "SELECT account_kind, account_owner, currency, SUM(amount)::bigint FROM entries
                   GROUP BY account_kind, account_owner, currency ORDER BY 1, 2, 3";
        let rows = self.connections.rows("sum the ledger", sql, &[]).await?;
        all(&rows, |row| row::balance(get(row, 0)?, get(row, 1)?, get(row, 2)?, get(row, 3)?))
    }

    pub(super) async fn account_entries(
        &self,
        account: Account,
        currency: Currency,
        (from, to): (Timestamp, Timestamp),
        after: Option<EntryCursor>,
        limit: u32,
    ) -> Result<Vec<AccountEntry>, StoreError> {
        let sql = "SELECT at, payment, version, line, amount FROM entries
                   WHERE account_kind = $1 AND account_owner = $2 AND currency = $3 AND at < $4
                     AND (at, payment, version, line) > ($5, $6, $7, $8)
                   ORDER BY at, payment, version, line LIMIT $9";
        let (kind, owner) = account.key();
        let (at, payment, version, line) = row::behind(after, from);
        let (to, limit) = (to.millis(), i64::from(limit));
        let parameters: [&(dyn ToSql + Sync); 9] =
            [&kind, &owner, &currency.code(), &to, &at, &payment, &version, &line, &limit];
        let rows = self.connections.rows("list an account's entries", sql, &parameters).await?;
        all(&rows, |row| {
            row::account_entry(get(row, 0)?, get(row, 1)?, get(row, 2)?, get(row, 3)?, get(row, 4)?)
        })
    }

    pub(super) async fn balance_at(
        &self,
        account: Account,
        currency: Currency,
        before: Timestamp,
    ) -> Result<Minor, StoreError> {
        let sql = "SELECT COALESCE(SUM(amount), 0)::bigint FROM entries
                   WHERE account_kind = $1 AND account_owner = $2 AND currency = $3 AND at < $4";
        let (kind, owner) = account.key();
        let parameters: [&(dyn ToSql + Sync); 4] = [&kind, &owner, &currency.code(), &before.millis()];
        let rows = self.connections.rows("sum an account", sql, &parameters).await?;
        Ok(one(&rows, |row| get(row, 0).map(Minor::new))?.unwrap_or_default())
    }

    pub(super) async fn document(&self, kind: DocumentKind, id: i64) -> Result<Option<Document>, StoreError> {
        let sql = format!("{DOCUMENT} WHERE kind = $1 AND id = $2");
        let rows = self.connections.rows("load a document", &sql, &[&kind.number(), &id]).await?;
        one(&rows, |row| read_document(kind, row))
    }

    pub(super) async fn document_with_payment(
        &self,
        kind: DocumentKind,
        id: i64,
    ) -> Result<Option<(Document, Option<Payment>)>, StoreError> {
        let sql = "SELECT d.id, d.version, d.parent, d.wake_at, d.body,
            p.id, p.version, p.wake_at, p.state, p.terms, p.extra
            FROM documents d LEFT JOIN payments p ON p.id = d.id WHERE d.kind = $1 AND d.id = $2";
        let rows =
            self.connections.rows("load a document and its payment", sql, &[&kind.number(), &id]).await?;
        one(&rows, |row| {
            let there: Option<i64> = get(row, 5)?;
            Ok((read_document(kind, row)?, there.map(|_| read_payment_from(row, 5)).transpose()?))
        })
    }

    pub(super) async fn documents_of(
        &self,
        kind: DocumentKind,
        parent: i64,
        after: Option<i64>,
        order: Order,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        let (rest, beginning) = match order {
            Order::OldestFirst => ("id > $3 ORDER BY id", i64::MIN),
            Order::NewestFirst => ("id < $3 ORDER BY id DESC", i64::MAX),
        };
        let sql = format!("{DOCUMENT} WHERE kind = $1 AND parent = $2 AND {rest} LIMIT $4");
        let (after, limit) = (after.unwrap_or(beginning), i64::from(limit));
        let parameters: [&(dyn ToSql + Sync); 4] = [&kind.number(), &parent, &after, &limit];
        let rows = self.connections.rows("list documents", &sql, &parameters).await?;
        all(&rows, |row| read_document(kind, row))
    }

    pub(super) async fn due_documents(
        &self,
        kind: DocumentKind,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        let sql = format!("{DOCUMENT} WHERE kind = $1 AND wake_at <= $2 ORDER BY wake_at, id LIMIT $3");
        let (now, limit) = (now.millis(), i64::from(limit));
        let rows = self.connections.rows("list due documents", &sql, &[&kind.number(), &now, &limit]).await?;
        all(&rows, |row| read_document(kind, row))
    }

    /// A payment is leased when its oldest undelivered message is due: messages keep their order.
    ///
    /// A node that leases at the same moment skips the rows that this one has locked; a row that was leased
    /// in between is looked at again after it is locked, and is not due any more.
    pub(super) async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
        busy: &[String],
    ) -> Result<Vec<(PaymentId, String)>, StoreError> {
        let sql = "WITH seen AS (
                       SELECT id FROM notifications WHERE next_at <= $1 ORDER BY next_at, id LIMIT $5),
                   due AS (
                       SELECT n.id FROM seen JOIN notifications n ON n.id = seen.id
                       WHERE n.next_at <= $1 AND n.destination <> ALL($4::text[])
                         AND NOT EXISTS (SELECT 1 FROM notifications older WHERE older.payment = n.payment
                                         AND older.id < n.id AND older.next_at IS NOT NULL)
                       ORDER BY n.next_at, n.id LIMIT $3 FOR UPDATE OF n SKIP LOCKED)
                   UPDATE notifications SET next_at = $2 FROM due WHERE notifications.id = due.id
                   RETURNING payment, destination";
        let (at, until, most, seen) = (now.millis(), until.millis(), i64::from(limit), i64::from(SEEN));
        let rows =
            self.connections.rows("lease deliveries", sql, &[&at, &until, &most, &busy, &seen]).await?;
        if i64::try_from(rows.len()).is_ok_and(|leased| leased < most) {
            self.put_off(now, busy).await?;
        }
        all(&rows, |row| Ok((PaymentId::new(get(row, 0)?), get(row, 1)?)))
    }

    /// Puts off messages that wait for something, if they are so many that a lease may see nothing else.
    async fn put_off(&self, now: Timestamp, busy: &[String]) -> Result<(), StoreError> {
        let sql = "WITH seen AS (
                       SELECT id FROM notifications WHERE next_at <= $1 ORDER BY next_at, id LIMIT $5),
                   waiting AS (
                       SELECT n.id FROM seen JOIN notifications n ON n.id = seen.id
                       WHERE (SELECT COUNT(*) FROM seen) >= $5 AND n.next_at <= $1
                         AND (n.destination = ANY($4::text[])
                              OR EXISTS (SELECT 1 FROM notifications older WHERE older.payment = n.payment
                                         AND older.id < n.id AND older.next_at IS NOT NULL))
                       ORDER BY n.next_at, n.id LIMIT $3 FOR UPDATE OF n SKIP LOCKED)
                   UPDATE notifications SET next_at = $2 FROM waiting WHERE notifications.id = waiting.id";
        let (now, later) = (now.millis(), now.plus(PUT_OFF).millis());
        let (most, seen) = (i64::from(MOST_PUT_OFF), i64::from(SEEN));
        self.connections.rows("put deliveries off", sql, &[&now, &later, &most, &busy, &seen]).await.map(drop)
    }

    pub(super) async fn allocate(&self, count: u32) -> Result<PaymentId, StoreError> {
        let sql = "INSERT INTO settings (key, value) VALUES ($1, ($2::bigint + $3::bigint)::text)
                   ON CONFLICT (key) DO UPDATE SET value = (settings.value::bigint + $3::bigint)::text
                   RETURNING value::bigint - $3::bigint";
        let (first, count) = (PaymentId::FIRST.get(), i64::from(count));
        let rows = self.connections.rows("allocate ids", sql, &[&NEXT_ID, &first, &count]).await?;
        one(&rows, |row| get(row, 0).map(PaymentId::new))?
            .ok_or_else(|| StoreError::corrupt("settings", "no next id"))
    }

    pub(super) async fn prune_claims(&self, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "WITH old AS (SELECT scope, key FROM claims WHERE at < $1 AND scope = $3 LIMIT $2
                               FOR UPDATE SKIP LOCKED),
                   pruned AS (DELETE FROM claims USING old
                              WHERE claims.scope = old.scope AND claims.key = old.key RETURNING 1)
                   SELECT COUNT(*) FROM pruned";
        let (before, most) = (before.millis(), i64::from(PRUNE));
        let scope = ClaimScope::Idempotency.number();
        let mut total = 0_i64;
        for _ in 0..PRUNES {
            let rows = self.connections.rows("prune claims", sql, &[&before, &most, &scope]).await?;
            let pruned: i64 = one(&rows, |row| get(row, 0))?.unwrap_or_default();
            total = total.saturating_add(pruned);
            if pruned < most {
                break;
            }
        }
        narrow("claims", total)
    }

    pub(super) async fn reset(&self) -> Result<(), StoreError> {
        // In the order in which the writer takes them, so that the two never wait for each other in a ring.
        let sql = "TRUNCATE claims, payments, documents, events, entries, notifications, attempts";
        self.connections.rows("reset", sql, &[]).await.map(drop)
    }
}
