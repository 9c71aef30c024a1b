//! Documents as values: read with the version they had, written in the place of what was read.

use domain::{Timestamp, Version};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Document, DocumentKind, DocumentWrite, StoreError};

/// Something and the version it was read at.
#[derive(Debug, Clone)]
pub(crate) struct Kept<T> {
    pub(crate) value: T,
    /// Absent for what has never been written.
    pub(crate) version: Option<Version>,
}

pub(crate) fn read<T: DeserializeOwned>(document: &Document) -> Result<Kept<T>, StoreError> {
    let value = serde_json::from_str(&document.body)
        .map_err(|error| StoreError::Corrupt { place: "documents", cause: error.to_string() })?;
    Ok(Kept { value, version: Some(document.version) })
}

/// The write that puts `next` in the place of what was read.
pub(crate) fn write(
    kind: DocumentKind,
    id: i64,
    parent: i64,
    wake_at: Option<Timestamp>,
    seen: Option<Version>,
    next: &impl Serialize,
) -> Result<DocumentWrite, StoreError> {
    let body = serde_json::to_string(next)
        .map_err(|error| StoreError::Corrupt { place: "documents", cause: error.to_string() })?;
    let version = seen.unwrap_or_default().next();
    let document = Document { kind, id, version, parent, wake_at, body };
    Ok(match seen {
        None => DocumentWrite::Insert(document),
        Some(expected) => DocumentWrite::Update { document, expected },
    })
}
