//! `polytill vault rotate`: a new key for the cards that are kept.

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
