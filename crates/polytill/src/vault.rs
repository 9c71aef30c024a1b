//! A new key for the cards that are kept: `polytill vault rotate`, and what a running server does on SIGUSR1. Of a database that
//! one process has to itself only the latter can do it while cards are used.

use std::sync::Arc;

use gateway::Gateway;

use crate::config::Config;
use crate::error::StartError;
use crate::node::Node;

pub(crate) async fn rotate(config: &Config) -> Result<(), StartError> {
    let node = Node::open(config).await?;
    let rotated = node.gateway.rotate_vault().await;
    node.close().await;
    let done = rotated.map_err(|error| StartError::failed("cannot rotate the vault's key", error))?;
    if done.key == 0 {
        crate::say("no card was ever kept: there is no key to rotate\n");
        return Ok(());
    }
    let how = if done.resumed { "went on with" } else { "made" };
    crate::say(&format!(
        "{how} key {}; {} cards were encrypted anew, {} old keys were removed\n",
        done.key, done.sealed_anew, done.keys_removed
    ));
    match done.unreadable {
        0 => Ok(()),
        count => {
            Err(StartError::Failed(format!("{count} cards cannot be decrypted and were left as they are")))
        }
    }
}

/// The same beside the requests of a running server; the log says what came of it.
pub(crate) async fn rotate_beside(gateway: Arc<Gateway>) {
    match gateway.rotate_vault().await {
        Ok(done) => tracing::info!(
            key = done.key,
            resumed = done.resumed,
            sealed_anew = done.sealed_anew,
            unreadable = done.unreadable,
            keys_removed = done.keys_removed,
            "the key of the cards was changed"
        ),
        Err(error) => tracing::error!(%error, "the key of the cards was not changed for all of them"),
    }
}
