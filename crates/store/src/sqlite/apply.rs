//! What a change is in SQL. Runs on the writer's thread, inside a savepoint.

use domain::{PaymentId, Timestamp};
use rusqlite::{Connection, params};

use super::reader::{self, Due};
use crate::bounds::{PRUNE, PUT_OFF};
use crate::row::{self, PaymentColumns};
use crate::{
    Change, Claim, ClaimScope, CommitError, Delivery, DeliveryState, Document, DocumentWrite,
    NewNotification, PaymentWrite, Record, Recorded, RecordedEntry, StoreError,
};

const NEXT_ID: &str = "next_payment_id";

pub(super) fn change(connection: &Connection, change: &Change) -> Result<(), CommitError> {
    for (scope, key) in &change.released {
        release_claim(connection, *scope, key)?;
    }
    for claim in &change.claims {
        insert_claim(connection, claim)?;
    }
    if let Some(write) = &change.payment {
        write_payment(connection, write)?;
    }
    for write in &change.documents {
        write_document(connection, write)?;
    }
    rows(connection, change).map_err(CommitError::Store)
}

fn rows(connection: &Connection, change: &Change) -> Result<(), StoreError> {
    if let Some(payment) = change.payment_id() {
        for event in &change.events {
            insert_event(connection, payment, event)?;
        }
    }
    for (line, entry) in change.entries.iter().enumerate() {
        insert_entry(connection, line, entry)?;
    }
    for notification in &change.notifications {
        insert_notification(connection, notification)?;
    }
    for delivery in &change.deliveries {
        record_delivery(connection, delivery)?;
    }
    for record in &change.records {
        put_record(connection, record)?;
    }
    for (key, value) in &change.settings {
        put_setting(connection, key, value)?;
    }
    Ok(())
}

fn execute(
    connection: &Connection,
    doing: &'static str,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<usize, StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(parameters))
        .map_err(|error| StoreError::database(doing, error))
}

fn insert_claim(connection: &Connection, claim: &Claim) -> Result<(), CommitError> {
    let inserted = execute(
        connection,
        "write a claim",
        "INSERT INTO claims (scope, key, owner, version, fingerprint, at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING",
        params![
            claim.scope.number(),
            claim.key,
            claim.owner.get(),
            claim.version.get(),
            claim.fingerprint,
            claim.at.millis()
        ],
    )?;
    if inserted == 1 {
        return Ok(());
    }
    match reader::claim(connection, claim.scope, &claim.key)? {
        Some(holder) => Err(CommitError::Claimed(Box::new(holder))),
        None => Err(StoreError::corrupt("claims", "a taken claim has no holder").into()),
    }
}

fn write_payment(connection: &Connection, write: &PaymentWrite) -> Result<(), CommitError> {
    let (written, id) = match write {
        PaymentWrite::Insert(payment) => {
            let columns = PaymentColumns::of(payment)?;
            let written = execute(
                connection,
                "write a payment",
                "INSERT INTO payments (id, version, shop, wake_at, state, terms, extra)
                 VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                params![
                    columns.id,
                    columns.version,
                    payment.terms.shop.get(),
                    columns.wake_at,
                    columns.state,
                    row::terms(payment)?,
                    payment.terms.extra
                ],
            )?;
            (written, payment.id)
        }
        PaymentWrite::Update { payment, expected } => {
            let columns = PaymentColumns::of(payment)?;
            let written = execute(
                connection,
                "update a payment",
                "UPDATE payments SET version = ?, wake_at = ?, state = ? WHERE id = ? AND version = ?",
                params![columns.version, columns.wake_at, columns.state, columns.id, expected.get()],
            )?;
            (written, payment.id)
        }
    };
    if written == 1 { Ok(()) } else { Err(CommitError::Conflict(id)) }
}

fn release_claim(connection: &Connection, scope: ClaimScope, key: &[u8]) -> Result<(), StoreError> {
    execute(
        connection,
        "release a claim",
        "DELETE FROM claims WHERE scope = ? AND key = ?",
        params![scope.number(), key],
    )
    .map(drop)
}

fn write_document(connection: &Connection, write: &DocumentWrite) -> Result<(), CommitError> {
    let wake_at = |document: &Document| document.wake_at.map(Timestamp::millis);
    let written = match write {
        DocumentWrite::Insert(document) => execute(
            connection,
            "write a document",
            "INSERT INTO documents (kind, id, version, parent, wake_at, body) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT DO NOTHING",
            params![
                document.kind.number(),
                document.id,
                document.version.get(),
                document.parent,
                wake_at(document),
                document.body
            ],
        )?,
        DocumentWrite::Update { document, expected } => execute(
            connection,
            "update a document",
            "UPDATE documents SET version = ?, wake_at = ?, body = ? WHERE kind = ? AND id = ? AND version = ?",
            params![
                document.version.get(),
                wake_at(document),
                document.body,
                document.kind.number(),
                document.id,
                expected.get()
            ],
        )?,
        DocumentWrite::Delete { kind, id, expected } => execute(
            connection,
            "delete a document",
            "DELETE FROM documents WHERE kind = ? AND id = ? AND version = ?",
            params![kind.number(), id, expected.get()],
        )?,
    };
    let (kind, id) = write.key();
    if written == 1 { Ok(()) } else { Err(CommitError::DocumentConflict(kind, id)) }
}

fn insert_event(connection: &Connection, payment: PaymentId, event: &Recorded) -> Result<(), StoreError> {
    execute(
        connection,
        "write an event",
        "INSERT INTO events (payment, version, at, body) VALUES (?, ?, ?, ?)",
        params![payment.get(), event.version.get(), event.at.millis(), row::event_body(&event.event)?],
    )
    .map(drop)
}

fn insert_entry(connection: &Connection, line: usize, recorded: &RecordedEntry) -> Result<(), StoreError> {
    let (kind, owner) = recorded.entry.account.key();
    execute(
        connection,
        "write a ledger entry",
        "INSERT INTO entries (payment, version, line, account_kind, account_owner, currency, amount, at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            recorded.payment.get(),
            recorded.version.get(),
            i64::try_from(line).unwrap_or(i64::MAX),
            kind,
            owner,
            recorded.entry.money.currency.code(),
            recorded.entry.money.amount.get(),
            recorded.at.millis()
        ],
    )
    .map(drop)
}

fn insert_notification(connection: &Connection, new: &NewNotification) -> Result<(), StoreError> {
    execute(
        connection,
        "write a notification",
        "INSERT INTO notifications (payment, version, url, destination, created_at, state, attempts, next_at)
         VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        params![
            new.payment.get(),
            new.version.get(),
            new.url,
            new.destination,
            new.created_at.millis(),
            DeliveryState::Pending.number(),
            new.next_at.millis()
        ],
    )
    .map(drop)
}

/// What another node, or an earlier life of a sandbox, has overtaken is left out without a word.
fn record_delivery(connection: &Connection, delivery: &Delivery) -> Result<(), StoreError> {
    let updated = execute(
        connection,
        "update a notification",
        "UPDATE notifications SET state = ?, attempts = ?, next_at = ?
         WHERE id = ? AND payment = ? AND attempts = ? AND (? OR state = ?)",
        params![
            delivery.state.number(),
            delivery.attempts,
            delivery.next_at.map(Timestamp::millis),
            delivery.notification.get(),
            delivery.payment.get(),
            delivery.expected_attempts(),
            delivery.attempt.is_none(),
            DeliveryState::Pending.number()
        ],
    )?;
    if updated == 0 {
        return Ok(());
    }
    let Some(attempt) = &delivery.attempt else { return Ok(()) };
    execute(
        connection,
        "write an attempt",
        "INSERT OR REPLACE INTO attempts (notification, number, at, status, error, elapsed_ms)
         VALUES (?, ?, ?, ?, ?, ?)",
        params![
            attempt.notification.get(),
            attempt.number,
            attempt.at.millis(),
            attempt.status,
            attempt.error,
            attempt.elapsed_ms
        ],
    )
    .map(drop)
}

fn put_record(connection: &Connection, record: &Record) -> Result<(), StoreError> {
    execute(
        connection,
        "write a record",
        "INSERT OR REPLACE INTO records (kind, id, merchant, body) VALUES (?, ?, ?, ?)",
        params![record.kind.number(), record.id, record.merchant.get(), record.body],
    )
    .map(drop)
}

fn put_setting(connection: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    execute(
        connection,
        "write a setting",
        "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)",
        params![key, value],
    )
    .map(drop)
}

pub(super) fn allocate(connection: &Connection, count: u32) -> Result<PaymentId, StoreError> {
    let first = match reader::setting(connection, NEXT_ID)? {
        Some(text) => text.parse().map_err(|error| StoreError::corrupt("settings", error))?,
        None => PaymentId::FIRST,
    };
    put_setting(connection, NEXT_ID, &first.get().saturating_add(count.into()).to_string())?;
    Ok(first)
}

/// Leases what a reader has found due, unless it is not due any more, and puts off what stood in the way.
pub(super) fn lease(
    connection: &Connection,
    now: Timestamp,
    until: Timestamp,
    due: &Due,
) -> Result<Vec<(PaymentId, String)>, StoreError> {
    let failed = |error| StoreError::database("lease deliveries", error);
    put_off(connection, now, &due.put_off)?;
    let mut statement = connection
        .prepare_cached(
            "UPDATE notifications SET next_at = ?
             WHERE id IN (SELECT value FROM json_each(?)) AND next_at <= ? RETURNING payment, destination",
        )
        .map_err(failed)?;
    let rows = statement.query_map(params![until.millis(), array(&due.ready), now.millis()], |row| {
        Ok((PaymentId::new(row.get(0)?), row.get(1)?))
    });
    rows.map_err(failed)?.map(|row| row.map_err(failed)).collect()
}

fn put_off(connection: &Connection, now: Timestamp, ids: &[i64]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    execute(
        connection,
        "put deliveries off",
        "UPDATE notifications SET next_at = ? WHERE id IN (SELECT value FROM json_each(?)) AND next_at <= ?",
        params![now.plus(PUT_OFF).millis(), array(ids), now.millis()],
    )
    .map(drop)
}

/// Numbers as a JSON array.
fn array(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    format!("[{}]", ids.join(","))
}

/// Forgets at most [`PRUNE`] claims, each by its key: a list of keys would be held against every claim there is.
pub(super) fn prune_claims(connection: &Connection, before: Timestamp) -> Result<u64, StoreError> {
    let failed = |error| StoreError::database("list old claims", error);
    let mut old = connection
        .prepare_cached("SELECT scope, key FROM claims WHERE at < ? AND scope = ? ORDER BY at LIMIT ?")
        .map_err(failed)?;
    let rows = old
        .query_map(params![before.millis(), ClaimScope::Idempotency.number(), PRUNE], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .and_then(Iterator::collect::<rusqlite::Result<Vec<(i16, Vec<u8>)>>>)
        .map_err(failed)?;
    let mut pruned = 0_u64;
    for (scope, key) in rows {
        execute(
            connection,
            "prune claims",
            "DELETE FROM claims WHERE scope = ? AND key = ?",
            params![scope, key],
        )?;
        pruned = pruned.saturating_add(1);
    }
    Ok(pruned)
}

pub(super) fn reset(connection: &Connection) -> Result<(), StoreError> {
    connection
        .execute_batch(
            "DELETE FROM payments; DELETE FROM events; DELETE FROM entries; DELETE FROM claims;
             DELETE FROM notifications; DELETE FROM attempts; DELETE FROM documents;",
        )
        .map_err(|error| StoreError::database("reset", error))
}
