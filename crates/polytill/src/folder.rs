//! The data folder, and the promise that one server at a time uses it.

use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::config::{Config, Database};
use crate::error::StartError;

/// Held for as long as the server uses its files; the system lets go of it however the process ends.
#[derive(Debug)]
pub(crate) struct Held(#[expect(dead_code, reason = "held, not used")] Option<File>);

/// Makes the folder if need be, and takes it. A database server looks after its own users.
pub(crate) fn take(config: &Config) -> Result<Held, StartError> {
    prepare(&config.data)?;
    let Database::Sqlite(database) = config.database() else { return Ok(Held(None)) };
    let path = lock_file(config, &database);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| unusable(&config.data, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Held(Some(file))),
        Err(TryLockError::WouldBlock) => Err(StartError::Failed(format!(
            "another polytill is using {}: stop it, or give this one a folder of its own (--data DIR)",
            database.display()
        ))),
        Err(TryLockError::Error(error)) => Err(unusable(&config.data, &error)),
    }
}

/// The lock belongs to the database file, wherever that is.
fn lock_file(config: &Config, database: &Path) -> PathBuf {
    if database.parent() == Some(config.data.as_path()) {
        return config.data.join("lock");
    }
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// Only its owner looks into a folder we make.
fn prepare(folder: &Path) -> Result<(), StartError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| unusable(folder, &error))
}

fn unusable(folder: &Path, error: &std::io::Error) -> StartError {
    StartError::failed(format!("cannot use the data folder {}", folder.display()), error)
}
