//! `polytill import FILE`: loads fixtures (docs/fixtures.md) into the data.

use std::path::Path;

use gateway::Fixtures;

use crate::config::Config;
use crate::error::StartError;
use crate::node::Node;

pub(crate) async fn import(config: &Config, file: &Path) -> Result<(), StartError> {
    let fixtures = read(file)?;
    let node = Node::open(config).await?;
    let imported = node.gateway.import(&fixtures).await;
    node.close().await;
    let done =
        imported.map_err(|error| StartError::failed(format!("cannot import {}", file.display()), error))?;
    crate::say(&format!(
        "imported {} records and {} payments; {} payments were there already\n",
        done.records, done.payments, done.skipped
    ));
    Ok(())
}

fn read(file: &Path) -> Result<Fixtures, StartError> {
    let place = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| StartError::failed(format!("cannot read {place}"), error))?;
    let mut parser = serde_json::Deserializer::from_str(&text);
    serde_path_to_error::deserialize(&mut parser).map_err(|error| {
        StartError::failed(format!("{place} is no fixture file, at {}", error.path()), error.inner())
    })
}
