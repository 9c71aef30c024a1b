//! One attempt to write a group: a transaction in two round trips.
//!
//! The first carries `BEGIN` and every statement at once. Their answers tell which changes lost: whose claim
//! was taken, whose payment was not at the expected version. When nobody lost, the second is `COMMIT`.
//! Otherwise all of it is rolled back and the caller tries again without the losers: a refused change is
//! never undone row by row, and nothing of it is ever visible. Losing is rare, and what is usual stays fast.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::future::{join, join_all, try_join_all};
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error, Row};

use super::connect::{bound, connect, make_durable};
use super::encoded::{Encoded, Key, claim_key, document_key};
use super::failure::{Failure, describe};
use super::reader;
use super::rows::{Columns, STATEMENTS, Statement, Tells, columns};
use crate::{Claim, CommitError, DocumentWrite, StoreError};

/// How long the database may take for one round trip before the writer stops waiting for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Statements are on their way before `BEGIN` is answered. Should it fail, they would each commit by
/// themselves; a session that may write only where a transaction says so refuses them instead.
const GUARD: &str = "SET default_transaction_read_only = on";
const BEGIN: &str = "BEGIN READ WRITE";

const HOLDERS: &str =
    "SELECT claims.scope, claims.key, claims.owner, claims.version, claims.fingerprint, claims.at
    FROM UNNEST($1::smallint[], $2::bytea[]) AS wanted (scope, key)
    JOIN claims ON claims.scope = wanted.scope AND claims.key = wanted.key";

/// Takes signals and does nothing with them.
const SILENT: &str = "SELECT signal FROM UNNEST($1::text[]) AS new (signal)";

/// The writer's connection with its statements prepared.
pub(super) struct Link {
    client: Client,
    statements: Vec<tokio_postgres::Statement>,
    holders: tokio_postgres::Statement,
}

pub(super) enum Outcome {
    Committed,
    /// Nothing was committed. For each change, in order, why it lost; `None` for those that may try again.
    Lost(Vec<Option<CommitError>>),
}

impl Link {
    pub(super) async fn open(config: &Config) -> Result<Self, Error> {
        let client = connect(config).await?;
        bound(&client).await;
        make_durable(&client).await;
        client.batch_execute(GUARD).await?;
        let statements = try_join_all(STATEMENTS.iter().map(|statement| prepare(&client, statement))).await?;
        let holders = client.prepare(HOLDERS).await?;
        Ok(Self { client, statements, holders })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Writes a group in which no two changes share a key.
    pub(super) async fn attempt(&self, group: &[&Encoded]) -> Result<Outcome, Failure> {
        let tally = in_time(self.send(columns(group))).await?;
        if tally.somebody_lost(group) {
            let lost = in_time(self.undo_and_explain(group, &tally)).await?;
            return lost.map(Outcome::Lost).map_err(|error| Failure::before_commit(&error));
        }
        if let Some(failure) = tally.failure {
            return match in_time(self.client.batch_execute("ROLLBACK")).await? {
                Ok(()) => Err(failure),
                Err(error) => Err(Failure::Disconnected(describe(&error))),
            };
        }
        match timeout(PATIENCE, self.client.batch_execute("COMMIT")).await {
            Ok(Ok(())) => Ok(Outcome::Committed),
            Ok(Err(error)) => Err(Failure::of_commit(&error)),
            Err(_) => Err(Failure::Unknown("no answer in time".to_owned())),
        }
    }

    /// Begins a transaction and runs every statement that has rows, without waiting in between.
    async fn send(&self, columns: [Columns<'_>; 14]) -> Tally {
        let steps = STATEMENTS.iter().zip(&self.statements).zip(columns);
        let steps = steps.filter(|(_, columns)| columns.rows > 0);
        let steps = steps.map(|((statement, prepared), columns)| async move {
            let rows = columns.rows;
            (statement, rows, self.run(prepared, columns).await)
        });
        // Both poll in order, and what is polled first is sent first.
        let (begun, answers) = join(self.client.batch_execute(BEGIN), join_all(steps)).await;
        let mut tally = Tally::default();
        if let Err(error) = begun {
            tally.fail(&error, true);
        }
        for (statement, rows, answer) in answers {
            match answer {
                Ok((returned, written)) => tally.count(statement, rows, &returned, written),
                Err(error) => {
                    tally.fail(
                        &error,
                        !matches!(statement.tells, Tells::Every | Tells::Signals | Tells::Nothing),
                    );
                }
            }
        }
        tally
    }

    async fn run(
        &self,
        statement: &tokio_postgres::Statement,
        columns: Columns<'_>,
    ) -> Result<(Vec<Row>, u64), Error> {
        let stream = self.client.query_raw(statement, columns.values).await?;
        let mut stream = std::pin::pin!(stream);
        let mut returned = Vec::new();
        while let Some(row) = stream.try_next().await? {
            returned.push(row);
        }
        Ok((returned, stream.rows_affected().unwrap_or(0)))
    }

    /// Rolls back, and looks up who holds the claims that were taken.
    async fn undo_and_explain(
        &self,
        group: &[&Encoded],
        tally: &Tally,
    ) -> Result<Vec<Option<CommitError>>, Error> {
        let taken: Vec<&Claim> = group
            .iter()
            .flat_map(|encoded| &encoded.change.claims)
            .filter(|claim| !tally.claims.contains(&claim_key(claim)))
            .collect();
        let scopes: Vec<i16> = taken.iter().map(|claim| claim.scope.number()).collect();
        let keys: Vec<&[u8]> = taken.iter().map(|claim| claim.key.as_slice()).collect();
        let (undone, holders) =
            join(self.client.batch_execute("ROLLBACK"), self.client.query(&self.holders, &[&scopes, &keys]))
                .await;
        undone?;
        let mut known = HashMap::new();
        for row in holders? {
            known.insert(Key::Claim(row.try_get(0)?, row.try_get(1)?), row);
        }
        Ok(group.iter().map(|encoded| explain(encoded, tally, &known)).collect())
    }
}

/// A database that cannot notify keeps signals on their node (see [`super::listener`]); it can do all the rest.
async fn prepare(client: &Client, statement: &Statement) -> Result<tokio_postgres::Statement, Error> {
    match client.prepare(statement.sql).await {
        Err(error)
            if statement.tells == Tells::Signals && error.code() == Some(&SqlState::UNDEFINED_FUNCTION) =>
        {
            client.prepare(SILENT).await
        }
        prepared => prepared,
    }
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    timeout(PATIENCE, work).await.map_err(|_| Failure::Failed("no answer in time".to_owned()))
}

/// Why a change lost. A claim that has no holder any more was pruned or given up meanwhile, and one that the change
/// itself gives up was taken by another node in between: if nothing else was lost, the change tries again.
fn explain(encoded: &Encoded, tally: &Tally, holders: &HashMap<Key, Row>) -> Option<CommitError> {
    let held = encoded.change.claims.iter().find_map(|claim| {
        let key = claim_key(claim);
        if tally.claims.contains(&key) || encoded.change.releases(claim) {
            return None;
        }
        let row = holders.get(&key)?;
        Some(
            reader::read_claim(claim.scope, &claim.key, row, 2)
                .map_or_else(CommitError::Store, |holder| CommitError::Claimed(Box::new(holder))),
        )
    });
    if held.is_some() {
        return held;
    }
    if tally.wrote_payment_of(encoded) { tally.lost_document_of(encoded) } else { encoded.conflict() }
}

/// What the answers of one attempt tell.
#[derive(Default)]
struct Tally {
    claims: HashSet<Key>,
    payments: HashSet<i64>,
    documents: HashSet<Key>,
    /// The first thing that went wrong; whatever follows in the transaction fails because of it.
    failure: Option<Failure>,
    /// Whether it went wrong before all winners were known.
    undecided: bool,
}

impl Tally {
    fn fail(&mut self, error: &Error, undecided: bool) {
        if self.failure.is_none() {
            self.failure = Some(Failure::before_commit(error));
        }
        self.undecided |= undecided;
    }

    fn count(&mut self, statement: &Statement, rows: usize, returned: &[Row], written: u64) {
        let read = match statement.tells {
            Tells::Claims => returned.iter().try_for_each(|row| {
                self.claims.insert(Key::Claim(row.try_get(0)?, row.try_get(1)?));
                Ok(())
            }),
            Tells::Payments => returned.iter().try_for_each(|row| {
                self.payments.insert(row.try_get(0)?);
                Ok(())
            }),
            Tells::Documents => returned.iter().try_for_each(|row| {
                self.documents.insert(Key::Document(row.try_get(0)?, row.try_get(1)?));
                Ok(())
            }),
            Tells::Released | Tells::Every | Tells::Signals | Tells::Nothing => Ok(()),
        };
        if let Err(error) = read {
            self.fail(&error, true);
        }
        let all = u64::try_from(rows).unwrap_or(u64::MAX);
        if statement.tells == Tells::Every && written < all && self.failure.is_none() {
            let error = StoreError::corrupt(statement.doing, "rows of a new version exist already");
            self.failure = Some(Failure::Refused(error.to_string()));
        }
    }

    fn wrote_payment_of(&self, encoded: &Encoded) -> bool {
        encoded.columns.as_ref().is_none_or(|columns| self.payments.contains(&columns.id))
    }

    fn lost_document_of(&self, encoded: &Encoded) -> Option<CommitError> {
        let lost = |write: &&DocumentWrite| !self.documents.contains(&document_key(write));
        let (kind, id) = encoded.change.documents.iter().find(lost)?.key();
        Some(CommitError::DocumentConflict(kind, id))
    }

    fn somebody_lost(&self, group: &[&Encoded]) -> bool {
        let won = |encoded: &&Encoded| {
            self.wrote_payment_of(encoded)
                && self.lost_document_of(encoded).is_none()
                && encoded.change.claims.iter().all(|claim| self.claims.contains(&claim_key(claim)))
        };
        !self.undecided && !group.iter().all(won)
    }
}

#[cfg(test)]
mod tests {
    use tokio_postgres::error::SqlState;

    use super::*;
    use crate::Change;
    use crate::postgres::{connect, migrate};

    #[tokio::test]
    async fn a_statement_whose_begin_failed_writes_nothing() {
        let database = testkit::postgres::PgServer::shared().await.database().await;
        let config = connect::config(&database.url).unwrap();
        migrate::migrate(&config).await.unwrap();
        let link = Link::open(&config).await.unwrap();
        let settings = vec![("key".to_owned(), "value".to_owned())];
        let encoded = Encoded::of(Change { settings, ..Change::default() }).unwrap();
        let last = columns(&[&encoded]).into_iter().next_back().unwrap();
        let refused = link.run(link.statements.last().unwrap(), last).await.unwrap_err();
        assert_eq!(refused.code(), Some(&SqlState::READ_ONLY_SQL_TRANSACTION));
        assert!(matches!(link.attempt(&[&encoded]).await, Ok(Outcome::Committed)));
        assert_eq!(database.query("SELECT COUNT(*) FROM settings"), "1");
    }

    #[tokio::test]
    async fn the_server_bounds_what_the_writer_asks_of_it() {
        let database = testkit::postgres::PgServer::shared().await.database().await;
        let config = connect::config(&database.url).unwrap();
        migrate::migrate(&config).await.unwrap();
        let link = Link::open(&config).await.unwrap();
        let bounds = [
            ("lock_timeout", "3s"),
            ("statement_timeout", "25s"),
            ("idle_in_transaction_session_timeout", "10s"),
        ];
        for (setting, bound) in bounds {
            let row = link.client.query_one(&format!("SHOW {setting}"), &[]).await.unwrap();
            assert_eq!(row.get::<_, String>(0), bound, "{setting}");
        }
    }
}
