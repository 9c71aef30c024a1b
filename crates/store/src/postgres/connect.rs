//! Ways to the server: the pool that reads, and single connections for the writer and the migrations.
//!
//! Every wait has a bound: to connect, for a free connection of the pool, for an answer (see the callers).
//! A URL is never printed, because it may hold a password.

use std::time::Duration;

use deadpool_postgres::{Hook, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::{Client, Config, NoTls};

use super::failure::describe;
use crate::StoreError;

/// How many reads run at once; more wait for one to finish.
const POOL: usize = 16;
/// How long a read waits for a free connection before it is given up.
const POOL_WAIT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// After how much silence the operating system asks whether the server is still there.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// Statements are planned once and the plan is kept. One made while the tables were small would read them
/// whole for ever, so the planner is told to find rows by their index, as every statement here can.
/// What has no index (the sum of the ledger) is read whole all the same, and is not worth compiling for.
const PLANNER: &str =
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off";

/// The server gives up before the program does, so that nothing goes on that nobody waits for.
const BOUNDS: &str = "SET lock_timeout = '3s'; SET statement_timeout = '25s';
     SET idle_in_transaction_session_timeout = '10s'";

/// What is answered must be durable, whatever a role or a database has as its default. Settings that promise more
/// than `on` are left alone.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false)
     WHERE current_setting('synchronous_commit') = 'off'";

pub(super) fn config(url: &str) -> Result<Config, StoreError> {
    let mut config: Config =
        url.parse().map_err(|error| StoreError::database("read its URL", describe(&error)))?;
    config.keepalives_idle(KEEPALIVE);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_application_name().is_none() {
        config.application_name("polytill");
    }
    Ok(config)
}

pub(super) fn pool(config: &Config) -> Result<Pool, StoreError> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    Pool::builder(Manager::from_config(config.clone(), NoTls, recycling))
        .max_size(POOL)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(POOL_WAIT))
        .create_timeout(Some(POOL_WAIT))
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move {
                plan_by_index(client).await;
                bound(client).await;
                Ok(())
            })
        }))
        .build()
        .map_err(|error| StoreError::database("make a pool of connections", error))
}

/// A connection of one's own. It ends when the client is dropped.
pub(super) async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(error = describe(&error), "a connection to the database was lost");
        }
    });
    plan_by_index(&client).await;
    Ok(client)
}

async fn plan_by_index(client: &Client) {
    set(client, PLANNER).await;
}

/// Bounds what the server does for us. Not for migrations, which may take their time.
pub(super) async fn bound(client: &Client) {
    set(client, BOUNDS).await;
}

/// Makes commits of this connection wait for the flush.
pub(super) async fn make_durable(client: &Client) {
    set(client, DURABLE).await;
}

/// A database that speaks the protocol and works otherwise may not know a setting: it does without.
async fn set(client: &Client, settings: &str) {
    for setting in settings.split(';') {
        if let Err(error) = client.batch_execute(setting).await {
            tracing::debug!(error = describe(&error), setting, "the database does not know a setting");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::postgres::PgServer;

    #[tokio::test]
    async fn a_database_that_does_not_flush_is_told_to() {
        let database = PgServer::shared().await.database().await;
        let client = connect(&config(&database.url).unwrap()).await.unwrap();
        client.batch_execute("SET synchronous_commit = off").await.unwrap();
        let setting = async || {
            let row = client.query_one("SHOW synchronous_commit", &[]).await.unwrap();
            row.get::<_, String>(0)
        };
        assert_eq!(setting().await, "off");
        make_durable(&client).await;
        assert_eq!(setting().await, "on");
        client.batch_execute("SET synchronous_commit = remote_apply").await.unwrap();
        make_durable(&client).await;
        assert_eq!(setting().await, "remote_apply");
    }
}
