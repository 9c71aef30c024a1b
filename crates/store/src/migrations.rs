//! The schema's history: numbered the same for both backends, expand/contract, forward only.
//!
//! A migration runs in one transaction with the note that it ran. A database that is ahead of this
//! program is refused before anything is read from it.

use crate::StoreError;

pub(crate) struct Migration {
    pub(crate) number: i64,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

macro_rules! migration {
    ($number:literal, $file:literal) => {
        Migration {
            number: $number,
            sqlite: include_str!(concat!("migrations/sqlite/", $file)),
            postgres: include_str!(concat!("migrations/postgres/", $file)),
        }
    };
}

const ALL: &[Migration] = &[
    migration!(1, "0001_payments.sql"),
    migration!(2, "0002_claims_by_age.sql"),
    migration!(3, "0003_documents.sql"),
];

/// What is still to be run on a database that is at version `found`.
pub(crate) fn missing(found: i64) -> Result<impl Iterator<Item = &'static Migration>, StoreError> {
    let known = ALL.iter().map(|migration| migration.number).max().unwrap_or(0);
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    Ok(ALL.iter().filter(move |migration| migration.number > found))
}
