//! Brings the schema up to date, all missing migrations in one transaction.
//!
//! Nodes may start at the same time: an advisory lock lets one of them work while the others wait, and then
//! find nothing left to do. Databases without advisory locks of their own answer that call as if granted;
//! there, start one node first.

use tokio_postgres::{Config, Error, Transaction};

use super::connect::connect;
use super::failure::describe;
use crate::{StoreError, migrations};

/// The lock's number: "polytill" in ASCII. Nothing else takes it.
const LOCK: i64 = 0x706f_6c79_7469_6c6c;

pub(super) async fn migrate(config: &Config) -> Result<(), StoreError> {
    let failed = |error: Error| StoreError::database("bring its schema up to date", describe(&error));
    let mut client =
        connect(config).await.map_err(|error| StoreError::database("be reached", describe(&error)))?;
    let transaction = client.transaction().await.map_err(failed)?;
    let found = version(&transaction).await.map_err(failed)?;
    // A transaction that is dropped is rolled back: a database that is refused is left as it was.
    for migration in migrations::missing(found)? {
        transaction.batch_execute(migration.postgres).await.map_err(failed)?;
        transaction
            .execute("INSERT INTO schema_version (version) VALUES ($1)", &[&migration.number])
            .await
            .map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}

async fn version(transaction: &Transaction<'_>) -> Result<i64, Error> {
    // Another node's migration may take its time, but not for ever.
    transaction.batch_execute("SET LOCAL lock_timeout = '10min'").await?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    transaction
        .batch_execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)")
        .await?;
    let row = transaction.query_one("SELECT COALESCE(MAX(version), 0) FROM schema_version", &[]).await?;
    row.try_get(0)
}
