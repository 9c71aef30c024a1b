//! Statements that run beside the writer, on connections of the pool.
//!
//! All of them may be run twice without harm, so one whose connection turns out to be dead, or that another
//! node was in the way of, is tried again; a few times, and each time for a bounded while.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use deadpool_postgres::{Pool, PoolError};
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use super::failure::{describe, is_in_the_way};
use crate::StoreError;

const TRIES: usize = 4;
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

pub(super) struct Connections {
    pool: Pool,
}

impl Connections {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool }
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }

    /// Runs a statement and returns its rows.
    pub(super) async fn rows(
        &self,
        doing: &'static str,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut cause = String::new();
        for _ in 0..TRIES {
            match timeout(PATIENCE, self.try_rows(doing, sql, parameters)).await {
                Ok(Ok(Ok(rows))) => return Ok(rows),
                Ok(Ok(Err(error))) if may_pass(&error) => cause = describe(&error),
                Ok(Ok(Err(error))) => return Err(StoreError::database(doing, describe(&error))),
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(StoreError::database(doing, "no answer in time")),
            }
        }
        Err(StoreError::database(doing, cause))
    }

    async fn try_rows(
        &self,
        doing: &'static str,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Result<Vec<Row>, Error>, StoreError> {
        let client = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => StoreError::database(doing, describe(&error)),
            other => StoreError::database(doing, other),
        })?;
        let statement = match client.prepare_cached(sql).await {
            Ok(statement) => statement,
            Err(error) => return Ok(Err(error)),
        };
        Ok(client.query(&statement, parameters).await)
    }
}

fn may_pass(error: &Error) -> bool {
    match error.code() {
        // Class 57P is a server that ends or starts.
        Some(code) => is_in_the_way(code) || code.code().starts_with("57P"),
        None => error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<io::Error>),
    }
}
