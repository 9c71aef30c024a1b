//! Where the server's keys come from, and whether they are the ones the database was written with.
//!
//! A sandbox makes its own at the first start; production is given them, since several nodes share them and a
//! backup of the database must not contain them. A file that others can read is refused. The database
//! holds a check value, so another keyring is noticed before anything is signed or compared with it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use gateway::Keyring;
use serde::{Deserialize, Serialize};
use store::{Change, Store};

use crate::config::Config;
use crate::error::StartError;

/// Where the database keeps the check value.
const CHECK_SETTING: &str = "keyring_check";
/// What a sandbox's own keyring is called in its data folder.
const OWN_FILE: &str = "keyring";
/// Nobody but the owner: the bits that must not be set.
const OTHERS: u32 = 0o077;

/// A keyring, or the file it is in.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub enum KeyringSource {
    File(PathBuf),
    Given(Keyring),
}

impl TryFrom<String> for KeyringSource {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match Keyring::parse(&text) {
            Ok(keyring) => Ok(Self::Given(keyring)),
            Err(_) if text.is_empty() => Err("must not be empty"),
            Err(_) => Ok(Self::File(text.into())),
        }
    }
}

/// For printing the options: keys themselves are not shown.
impl Serialize for KeyringSource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::File(path) => serializer.collect_str(&path.display()),
            Self::Given(_) => serializer.serialize_str("(given)"),
        }
    }
}

/// The keyring to use with this database, made if this is a new sandbox.
pub async fn load(config: &Config, store: &dyn Store) -> Result<Keyring, StartError> {
    let known = check_value(store).await?;
    let keyring = match &config.keyring {
        Some(KeyringSource::Given(keyring)) => keyring.clone(),
        Some(KeyringSource::File(path)) => read(path)?,
        None if config.production => {
            return Err(StartError::Failed("production needs a keyring (--keyring FILE)".to_owned()));
        }
        None => own(&config.data.join(OWN_FILE), known.is_some())?,
    };
    if known.is_none() {
        let setting = (CHECK_SETTING.to_owned(), keyring.check_value());
        let change = Change { settings: vec![setting], ..Change::default() };
        store.commit(change).await.map_err(|error| StartError::failed("cannot note the keyring", error))?;
    }
    // Read back: another node may have been first with another keyring.
    if check_value(store).await?.as_deref() == Some(keyring.check_value().as_str()) {
        return Ok(keyring);
    }
    Err(StartError::Failed(
        "this is not the keyring the database was written with: give the right one (--keyring FILE)"
            .to_owned(),
    ))
}

async fn check_value(store: &dyn Store) -> Result<Option<String>, StartError> {
    store.setting(CHECK_SETTING).await.map_err(|error| StartError::failed("cannot read the database", error))
}

fn own(path: &Path, needed: bool) -> Result<Keyring, StartError> {
    match path.try_exists() {
        Ok(true) => read(path),
        Ok(false) if needed => Err(StartError::Failed(format!(
            "{} is missing, and the database was written with it: put it back or give another folder (--data DIR)",
            path.display()
        ))),
        Ok(false) => make(path),
        Err(error) => Err(StartError::failed(format!("cannot look for {}", path.display()), error)),
    }
}

fn read(path: &Path) -> Result<Keyring, StartError> {
    let place = path.display();
    let unreadable = |error| StartError::failed(format!("cannot read the keyring {place}"), error);
    let mode = std::fs::metadata(path).map_err(unreadable)?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(StartError::Failed(format!(
            "the keyring {place} can be read by others than its owner: chmod 600 it"
        )));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    Keyring::parse(&text)
        .map_err(|error| StartError::failed(format!("cannot use the keyring {place}"), error))
}

/// A new keyring, in place under its name only when all of it is on disk.
fn make(path: &Path) -> Result<Keyring, StartError> {
    let keyring = Keyring::generate().map_err(|error| StartError::failed("cannot make a keyring", error))?;
    let draft = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(keyring.expose().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    };
    write().map_err(|error| StartError::failed(format!("cannot write {}", path.display()), error))?;
    Ok(keyring)
}
