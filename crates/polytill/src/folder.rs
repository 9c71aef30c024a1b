//! The data folder, and the promise that one server at a time uses it.

use std::fs::{DirBuilder, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::config::{Config, Database};
use crate::error::StartError;

/// Held for as long as the server uses its files; the system lets go of it however the process ends.
#[derive(Debug)]
pub(crate) struct Held(#[expect(dead_code, reason = "held, not used")] Vec<File>);

/// Makes the folder if need be, and takes it. A database server looks after its own users.
pub(crate) fn take(config: &Config) -> Result<Held, StartError> {
    prepare(&config.data)?;
    let Database::Sqlite(database) = config.database() else { return Ok(Held(vec![])) };
    let locks = lock_files(config, &database).map_err(|error| {
        StartError::failed(format!("cannot use the database {}", database.display()), error)
    })?;
    locks.iter().map(|path| lock(path, &database)).collect::<Result<_, _>>().map(Held)
}

fn lock(path: &Path, database: &Path) -> Result<File, StartError> {
    let unusable =
        |error: &std::io::Error| StartError::failed(format!("cannot use the lock {}", path.display()), error);
    let file = File::options().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(|error| unusable(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::Failed(format!(
            "another polytill is using {}: stop it, or give this one a folder of its own (--data DIR)",
            database.display()
        ))),
        Err(TryLockError::Error(error)) => Err(unusable(&error)),
    }
}

/// One lock beside the database file, however its path is spelled; and that of the folder it is in by default.
fn lock_files(config: &Config, database: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut beside = real_path(database)?.into_os_string();
    beside.push(".lock");
    let folder = (database.parent() == Some(config.data.as_path())).then(|| config.data.join("lock"));
    Ok(folder.into_iter().chain([beside.into()]).collect())
}

/// The path without links and detours. The file itself need not exist yet.
fn real_path(file: &Path) -> std::io::Result<PathBuf> {
    match file.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let (Some(parent), Some(name)) = (file.parent(), file.file_name()) else { return Err(error) };
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            Ok(parent.canonicalize()?.join(name))
        }
        found => found,
    }
}

/// Only its owner looks into a folder we make.
fn prepare(folder: &Path) -> Result<(), StartError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| unusable(folder, &error))
}

fn unusable(folder: &Path, error: &std::io::Error) -> StartError {
    StartError::failed(format!("cannot use the data folder {}", folder.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(data: &Path, database: PathBuf) -> Config {
        Config { data: data.to_owned(), database: Some(Database::Sqlite(database)), ..Config::default() }
    }

    #[test]
    fn one_file_is_taken_once_however_it_is_spelled() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        prepare(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let data = |name: &str| folder.path().join(name);
        for (exists, spelling) in [(false, link.join("till.db")), (true, real.join("../real/./till.db"))] {
            if exists {
                std::fs::write(real.join("till.db"), "").unwrap();
            }
            let held = take(&config(&data("one"), real.join("till.db"))).unwrap();
            let refused = take(&config(&data("two"), spelling.clone())).unwrap_err();
            assert!(refused.to_string().contains("another polytill"), "{refused}");
            drop(held);
            take(&config(&data("two"), spelling)).unwrap();
        }
    }

    #[test]
    fn a_file_in_the_data_folder_is_the_same_from_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let (data, elsewhere) = (folder.path().join("data"), folder.path().join("elsewhere"));
        let _held = take(&config(&data, data.join("polytill.db"))).unwrap();
        assert!(take(&config(&elsewhere, data.join("polytill.db"))).is_err());
        assert!(take(&config(&elsewhere, elsewhere.join("polytill.db"))).is_ok());
    }
}
