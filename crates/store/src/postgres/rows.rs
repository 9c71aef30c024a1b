//! What a group is in SQL: one statement a table, whose parameters are columns.
//!
//! Rows are sorted by key, so that two nodes that touch the same rows lock them in the same order, and a row
//! that one change writes twice is written as it was last.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Timestamp, Version};
use tokio_postgres::types::ToSql;

use super::encoded::Encoded;
use crate::{
    Claim, Delivery, DeliveryState, Document, DocumentKind, DocumentWrite, NewNotification, Record,
    RecordedEntry, Signal,
};

/// What a statement's answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// Nothing, but those that follow stand on it.
    Released,
    /// The claims that were free.
    Claims,
    /// The payments that were at the expected version.
    Payments,
    /// The documents that were at the expected version, or not there yet.
    Documents,
    /// That every row was written; anything less is a database that contradicts itself.
    Every,
    /// Nothing here, but something to the other nodes.
    Signals,
    Nothing,
}

pub(super) struct Statement {
    pub(super) doing: &'static str,
    pub(super) tells: Tells,
    pub(super) sql: &'static str,
}

/// In the order in which they run: whatever may be refused comes first.
pub(super) const STATEMENTS: [Statement; 14] = [
    Statement {
        doing: "release claims",
        tells: Tells::Released,
        sql: "DELETE FROM claims USING UNNEST($1::smallint[], $2::bytea[]) AS old (scope, key)
              WHERE claims.scope = old.scope AND claims.key = old.key",
    },
    Statement {
        doing: "write claims",
        tells: Tells::Claims,
        sql: "INSERT INTO claims (scope, key, owner, version, fingerprint, at)
              SELECT * FROM UNNEST($1::smallint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bigint[])
              ON CONFLICT DO NOTHING RETURNING scope, key",
    },
    Statement {
        doing: "write payments",
        tells: Tells::Payments,
        sql: "INSERT INTO payments (id, version, shop, wake_at, state, terms, extra)
              SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[])
              ON CONFLICT DO NOTHING RETURNING id",
    },
    Statement {
        doing: "update payments",
        tells: Tells::Payments,
        sql: "UPDATE payments SET version = new.version, wake_at = new.wake_at, state = new.state
              FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[])
                  AS new (id, expected, version, wake_at, state)
              WHERE payments.id = new.id AND payments.version = new.expected RETURNING payments.id",
    },
    Statement {
        doing: "write documents",
        tells: Tells::Documents,
        sql: "INSERT INTO documents (kind, id, version, parent, wake_at, body)
              SELECT * FROM UNNEST($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
              ON CONFLICT DO NOTHING RETURNING kind, id",
    },
    Statement {
        doing: "update documents",
        tells: Tells::Documents,
        sql: "UPDATE documents SET version = new.version, wake_at = new.wake_at, body = new.body
              FROM UNNEST($1::smallint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
                  AS new (kind, id, expected, version, wake_at, body)
              WHERE documents.kind = new.kind AND documents.id = new.id AND documents.version = new.expected
              RETURNING documents.kind, documents.id",
    },
    Statement {
        doing: "delete documents",
        tells: Tells::Documents,
        sql: "DELETE FROM documents USING UNNEST($1::smallint[], $2::bigint[], $3::bigint[]) AS old (kind, id, expected)
              WHERE documents.kind = old.kind AND documents.id = old.id AND documents.version = old.expected
              RETURNING documents.kind, documents.id",
    },
    Statement {
        doing: "write events",
        tells: Tells::Every,
        sql: "INSERT INTO events (payment, version, at, body)
              SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) ON CONFLICT DO NOTHING",
    },
    Statement {
        doing: "write ledger entries",
        tells: Tells::Every,
        sql: "INSERT INTO entries (payment, version, line, account_kind, account_owner, currency, amount, at)
              SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[],
                                   $6::text[], $7::bigint[], $8::bigint[])
              ON CONFLICT DO NOTHING",
    },
    Statement {
        doing: "write notifications",
        tells: Tells::Every,
        // Their ids give the order of delivery, so they are given out in order.
        sql: "INSERT INTO notifications (payment, version, url, destination, created_at, state, attempts, next_at)
              SELECT payment, version, url, destination, created_at, state, 0, next_at
              FROM UNNEST($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::smallint[],
                          $7::bigint[]) WITH ORDINALITY
                  AS new (payment, version, url, destination, created_at, state, next_at, place)
              ORDER BY place",
    },
    Statement {
        doing: "record deliveries",
        tells: Tells::Nothing,
        // What another node has overtaken matches nothing and is left out, its attempt with it. State 0 is a
        // pending message; a delivery without an attempt queues a message anew, whatever its state.
        sql: "WITH new AS (
                  SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[],
                                       $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[],
                                       $11::bigint[])
                      AS new (id, payment, expected, state, attempts, next_at, number, at, status, error,
                              elapsed_ms)),
              updated AS (
                  UPDATE notifications
                  SET state = new.state, attempts = new.attempts, next_at = new.next_at FROM new
                  WHERE notifications.id = new.id AND notifications.payment = new.payment
                    AND notifications.attempts = new.expected
                    AND (new.number IS NULL OR notifications.state = 0)
                  RETURNING notifications.id)
              INSERT INTO attempts (notification, number, at, status, error, elapsed_ms)
              SELECT new.id, number, at, status, error, elapsed_ms FROM new JOIN updated ON updated.id = new.id
              WHERE number IS NOT NULL
              ON CONFLICT (notification, number) DO UPDATE SET at = excluded.at, status = excluded.status,
                  error = excluded.error, elapsed_ms = excluded.elapsed_ms",
    },
    Statement {
        doing: "write records",
        tells: Tells::Nothing,
        sql: "INSERT INTO records (kind, id, merchant, body)
              SELECT * FROM UNNEST($1::smallint[], $2::bigint[], $3::bigint[], $4::text[])
              ON CONFLICT (kind, id) DO UPDATE SET merchant = excluded.merchant, body = excluded.body",
    },
    Statement {
        doing: "tell signals",
        tells: Tells::Signals,
        sql: "SELECT pg_notify('polytill', signal) FROM UNNEST($1::text[]) AS new (signal)",
    },
    Statement {
        doing: "write settings",
        tells: Tells::Nothing,
        sql: "INSERT INTO settings (key, value) SELECT * FROM UNNEST($1::text[], $2::text[])
              ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    },
];

type Value<'a> = Box<dyn ToSql + Sync + Send + 'a>;

/// The parameters of one statement.
pub(super) struct Columns<'a> {
    pub(super) rows: usize,
    pub(super) values: Vec<Value<'a>>,
}

/// One column of some rows, as an array.
fn column<'a, R: Copy, T: ToSql + Sync + Send + 'a>(rows: &[R], read: impl Fn(R) -> T) -> Value<'a> {
    Box::new(rows.iter().copied().map(read).collect::<Vec<T>>())
}

macro_rules! columns {
    ($rows:expr; $($read:expr),+ $(,)?) => {{
        let rows = $rows;
        Columns { rows: rows.len(), values: vec![$(column(&rows, $read)),+] }
    }};
}

/// The parameters of every statement, in the order of [`STATEMENTS`].
pub(super) fn columns<'a>(group: &[&'a Encoded]) -> [Columns<'a>; 14] {
    [
        released(group),
        claims(group),
        inserts(group),
        updates(group),
        new_documents(group),
        later_documents(group),
        old_documents(group),
        events(group),
        entries(group),
        notifications(group),
        deliveries(group),
        records(group),
        signals(group),
        settings(group),
    ]
}

fn claims<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let mut rows: Vec<&'a Claim> = group.iter().flat_map(|encoded| &encoded.change.claims).collect();
    rows.sort_unstable_by_key(|claim| (claim.scope.number(), claim.key.as_slice()));
    columns![rows;
        |claim| claim.scope.number(),
        |claim| claim.key.as_slice(),
        |claim| claim.owner.get(),
        |claim| i64::from(claim.version.get()),
        |claim| claim.fingerprint.as_slice(),
        |claim| claim.at.millis(),
    ]
}

fn released<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let all = group.iter().flat_map(|encoded| &encoded.change.released);
    let rows: BTreeSet<(i16, &'a [u8])> = all.map(|(scope, key)| (scope.number(), key.as_slice())).collect();
    columns![rows.into_iter().collect::<Vec<_>>(); |(scope, _)| scope, |(_, key)| key]
}

fn documents<'a>(group: &[&'a Encoded]) -> impl Iterator<Item = &'a DocumentWrite> {
    group.iter().flat_map(|encoded| &encoded.change.documents)
}

fn new_documents<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let mut rows: Vec<&'a Document> = documents(group)
        .filter_map(|write| match write {
            DocumentWrite::Insert(document) => Some(document),
            DocumentWrite::Update { .. } | DocumentWrite::Delete { .. } => None,
        })
        .collect();
    rows.sort_unstable_by_key(|document| (document.kind, document.id));
    columns![rows;
        |document| document.kind.number(),
        |document| document.id,
        |document| i64::from(document.version.get()),
        |document| document.parent,
        |document| document.wake_at.map(Timestamp::millis),
        |document| document.body.as_str(),
    ]
}

fn later_documents<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let mut rows: Vec<(&'a Document, Version)> = documents(group)
        .filter_map(|write| match write {
            DocumentWrite::Update { document, expected } => Some((document, *expected)),
            DocumentWrite::Insert(_) | DocumentWrite::Delete { .. } => None,
        })
        .collect();
    rows.sort_unstable_by_key(|(document, _)| (document.kind, document.id));
    columns![rows;
        |(document, _)| document.kind.number(),
        |(document, _)| document.id,
        |(_, expected)| i64::from(expected.get()),
        |(document, _)| i64::from(document.version.get()),
        |(document, _)| document.wake_at.map(Timestamp::millis),
        |(document, _)| document.body.as_str(),
    ]
}

fn old_documents<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let mut rows: Vec<(DocumentKind, i64, Version)> = documents(group)
        .filter_map(|write| match write {
            DocumentWrite::Delete { kind, id, expected } => Some((*kind, *id, *expected)),
            DocumentWrite::Insert(_) | DocumentWrite::Update { .. } => None,
        })
        .collect();
    rows.sort_unstable();
    columns![rows;
        |(kind, ..)| kind.number(),
        |(_, id, _)| id,
        |(.., expected)| i64::from(expected.get()),
    ]
}

fn signals<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let rows: Vec<&'a Signal> = group.iter().flat_map(|encoded| &encoded.change.signals).collect();
    columns![rows; ToString::to_string]
}

fn inserts<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let mut rows: Vec<_> = group
        .iter()
        .filter_map(|encoded| Some((encoded.columns.as_ref()?, encoded.inserted()?, encoded.terms.as_str())))
        .collect();
    rows.sort_unstable_by_key(|(columns, ..)| columns.id);
    columns![rows;
        |(columns, ..)| columns.id,
        |(columns, ..)| columns.version,
        |(_, payment, _)| payment.terms.shop.get(),
        |(columns, ..)| columns.wake_at,
        |(columns, ..)| columns.state.as_str(),
        |(.., terms)| terms,
        |(_, payment, _)| payment.terms.extra.as_str(),
    ]
}

fn updates<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let mut rows: Vec<_> = group
        .iter()
        .filter_map(|encoded| Some((encoded.columns.as_ref()?, i64::from(encoded.expected()?.get()))))
        .collect();
    rows.sort_unstable_by_key(|(columns, _)| columns.id);
    columns![rows;
        |(columns, _)| columns.id,
        |(_, expected)| expected,
        |(columns, _)| columns.version,
        |(columns, _)| columns.wake_at,
        |(columns, _)| columns.state.as_str(),
    ]
}

fn events<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let of_one = |encoded: &&'a Encoded| {
        let (id, encoded) = (encoded.columns.as_ref().map(|columns| columns.id), *encoded);
        let events = encoded.change.events.iter().zip(&encoded.bodies);
        events.filter_map(move |(event, body)| Some((id?, event, body.as_str())))
    };
    let mut rows: Vec<_> = group.iter().flat_map(of_one).collect();
    rows.sort_unstable_by_key(|(id, event, _)| (*id, event.version));
    columns![rows;
        |(id, ..)| id,
        |(_, event, _)| i64::from(event.version.get()),
        |(_, event, _)| event.at.millis(),
        |(.., body)| body,
    ]
}

fn entries<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let numbered = |encoded: &&'a Encoded| (0_i64..).zip(&encoded.change.entries);
    let mut rows: Vec<(i64, &'a RecordedEntry)> = group.iter().flat_map(numbered).collect();
    rows.sort_unstable_by_key(|(line, entry)| (entry.payment, entry.version, *line));
    columns![rows;
        |(_, entry)| entry.payment.get(),
        |(_, entry)| i64::from(entry.version.get()),
        |(line, _)| line,
        |(_, entry)| entry.entry.account.key().0,
        |(_, entry)| entry.entry.account.key().1,
        |(_, entry)| entry.entry.money.currency.code(),
        |(_, entry)| entry.entry.money.amount.get(),
        |(_, entry)| entry.at.millis(),
    ]
}

fn notifications<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let rows: Vec<&'a NewNotification> =
        group.iter().flat_map(|encoded| &encoded.change.notifications).collect();
    columns![rows;
        |new| new.payment.get(),
        |new| i64::from(new.version.get()),
        |new| new.url.as_str(),
        |new| new.destination.as_str(),
        |new| new.created_at.millis(),
        |_| DeliveryState::Pending.number(),
        |new| new.next_at.millis(),
    ]
}

fn deliveries<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let all = group.iter().flat_map(|encoded| &encoded.change.deliveries);
    let rows: BTreeMap<_, &'a Delivery> = all.map(|delivery| (delivery.notification, delivery)).collect();
    let rows: Vec<_> = rows.into_values().map(|delivery| (delivery, delivery.attempt.as_ref())).collect();
    columns![rows;
        |(delivery, _)| delivery.notification.get(),
        |(delivery, _)| delivery.payment.get(),
        |(delivery, _)| i64::from(delivery.expected_attempts()),
        |(delivery, _)| delivery.state.number(),
        |(delivery, _)| i64::from(delivery.attempts),
        |(delivery, _)| delivery.next_at.map(Timestamp::millis),
        |(_, attempt)| attempt.map(|attempt| i64::from(attempt.number)),
        |(_, attempt)| attempt.map(|attempt| attempt.at.millis()),
        |(_, attempt)| attempt.and_then(|attempt| attempt.status).map(i64::from),
        |(_, attempt)| attempt.and_then(|attempt| attempt.error.as_deref()),
        |(_, attempt)| attempt.map(|attempt| i64::from(attempt.elapsed_ms)),
    ]
}

fn records<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let all = group.iter().flat_map(|encoded| &encoded.change.records);
    let rows: BTreeMap<_, &'a Record> =
        all.map(|record| ((record.kind.number(), record.id), record)).collect();
    columns![rows.into_values().collect::<Vec<_>>();
        |record| record.kind.number(),
        |record| record.id,
        |record| record.merchant.get(),
        |record| record.body.as_str(),
    ]
}

fn settings<'a>(group: &[&'a Encoded]) -> Columns<'a> {
    let all = group.iter().flat_map(|encoded| &encoded.change.settings);
    let rows: BTreeMap<&'a str, &'a str> = all.map(|(key, value)| (key.as_str(), value.as_str())).collect();
    columns![rows.into_iter().collect::<Vec<_>>(); |(key, _)| key, |(_, value)| value]
}
