//! A store of a story's own, and what can be done to it from outside.

use std::sync::Arc;
use std::time::Duration;

use store::{PostgresStore, SqliteStore, Store, StoreError};
use tempfile::TempDir;
use testkit::postgres::{PgServer, TestDatabase};
use tokio_postgres::NoTls;

pub(crate) struct House {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) place: Place,
}

/// Where a store keeps its data; all of it is gone when this is dropped.
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres(TestDatabase),
}

/// Keeps everybody else from writing, and nobody from reading.
pub(crate) enum Hold {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

impl House {
    pub(crate) async fn sqlite() -> Self {
        Self::at(Place::Sqlite(tempfile::tempdir().unwrap())).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::at(Place::Postgres(PgServer::shared().await.database().await)).await
    }

    async fn at(place: Place) -> Self {
        Self { store: place.open().await.unwrap(), place }
    }

    /// Closes the store and opens it again.
    pub(crate) async fn reopened(self) -> Self {
        self.store.close().await;
        drop(self.store);
        Self::at(self.place).await
    }
}

impl Place {
    pub(crate) async fn open(&self) -> Result<Arc<dyn Store>, StoreError> {
        Ok(match self {
            Self::Sqlite(folder) => Arc::new(SqliteStore::open(&folder.path().join("store.db"))?),
            Self::Postgres(database) => Arc::new(PostgresStore::open(&database.url).await?),
        })
    }

    fn sqlite(folder: &TempDir) -> rusqlite::Connection {
        rusqlite::Connection::open(folder.path().join("store.db")).unwrap()
    }

    /// As if a program of the future had migrated the database.
    pub(crate) fn pretend_schema_version(&self, version: i64) {
        match self {
            Self::Sqlite(folder) => {
                Self::sqlite(folder).pragma_update(None, "user_version", version).unwrap();
            }
            Self::Postgres(database) => {
                let sql = format!("INSERT INTO schema_version (version) VALUES ({version})");
                assert_eq!(database.query(&sql), "");
            }
        }
    }

    pub(crate) async fn hold_writers(&self) -> Hold {
        match self {
            Self::Sqlite(folder) => {
                let connection = Self::sqlite(folder);
                connection.busy_timeout(Duration::from_secs(5)).unwrap();
                connection.execute_batch("BEGIN IMMEDIATE").unwrap();
                Hold::Sqlite(connection)
            }
            Self::Postgres(database) => {
                let (client, connection) = tokio_postgres::connect(&database.url, NoTls).await.unwrap();
                tokio::spawn(connection);
                client.batch_execute("BEGIN; LOCK TABLE payments IN EXCLUSIVE MODE").await.unwrap();
                Hold::Postgres(client)
            }
        }
    }
}

impl Hold {
    pub(crate) async fn release(self) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch("ROLLBACK").unwrap(),
            Self::Postgres(client) => client.batch_execute("ROLLBACK").await.unwrap(),
        }
    }
}
