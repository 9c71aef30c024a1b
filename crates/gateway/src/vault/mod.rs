//! The vault: the only place where a card number outlives a request, and only as a ciphertext.
//!
//! A card is sealed under a data key, and the data key under one that only the keyring has, so the database alone opens
//! nothing. There is an entry for each holder that needs the card (a payment whose recurrence charges it, or a stored
//! card that a shop has a token for), and it is wiped with the last need: holders never share one. The code on the back
//! is never in it. The newest data key is the one that seals; older ones still open, until nothing is under
//! them any more ([`rotate`]).
//!
//! Deliberately absent: who may use a card.

mod rotate;
mod seal;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{CardData, PaymentId, Timestamp};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use store::{Change, CommitError, Document, DocumentKind, DocumentWrite, Order, Store, StoreError};

pub use rotate::Rotation;
pub(crate) use seal::DataKey;
pub(crate) use seal::Sealed;
pub(crate) use seal::{open_beside, seal_beside};

use crate::documents::{Kept, read, write};
use crate::error::Error;
use crate::keyring::Key;

/// Everything in the vault has this parent: rotation walks through all of it.
const ALL: i64 = Vault::PARENT;
/// More data keys than this are never kept.
const MOST_KEYS: u32 = 1_000;

/// For whom a card is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A payment that tries it, and whose recurrence will charge it.
    Payment(PaymentId),
    /// A stored card, by its number.
    Card(i64),
}

impl Holder {
    /// Payments and cards have their numbers from one sequence, and yet two meanings.
    const fn entry(self) -> i64 {
        match self {
            Self::Payment(id) => id.get(),
            Self::Card(id) => id.saturating_neg(),
        }
    }
}

/// A sealed card, and the data key it is sealed under.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    key: i64,
    sealed: String,
}

/// A data key as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct KeptKey {
    wrapped: String,
    made_at: Timestamp,
    /// Since when nothing is sealed under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    empty_since: Option<Timestamp>,
}

pub(crate) struct Vault {
    wrapping: Key,
    /// Data keys that were needed here. The newest one seals.
    keys: RwLock<BTreeMap<i64, Arc<DataKey>>>,
}

impl Vault {
    /// Whose all entries and keys are.
    pub(crate) const PARENT: i64 = 0;

    pub(crate) fn new(wrapping: Key) -> Self {
        Self { wrapping, keys: RwLock::default() }
    }

    /// The write that keeps a card for a holder, in the place of one that was kept before.
    pub(crate) async fn keep(
        &self,
        store: &dyn Store,
        holder: Holder,
        card: &CardData,
        now: Timestamp,
    ) -> Result<DocumentWrite, Error> {
        let (number, key) = self.newest(store, now).await?;
        let before = store.document(DocumentKind::VaultCard, holder.entry()).await?;
        let sealed = key.seal(holder.entry(), card).map_err(unopened)?;
        let seen = before.map(|before| before.version);
        let entry = Entry { key: number, sealed };
        Ok(write(DocumentKind::VaultCard, holder.entry(), ALL, None, seen, &entry)?)
    }

    /// The card that is kept for a holder. One that does not open is as good as none, and the log says so.
    pub(crate) async fn open(&self, store: &dyn Store, holder: Holder) -> Result<Option<CardData>, Error> {
        let Some(document) = store.document(DocumentKind::VaultCard, holder.entry()).await? else {
            return Ok(None);
        };
        let entry: Kept<Entry> = read(&document)?;
        let opened = match self.key(store, entry.value.key).await? {
            Some(key) => key.open(holder.entry(), &entry.value.sealed),
            None => Err(Sealed),
        };
        if opened.is_err() {
            tracing::error!(entry = holder.entry(), key = entry.value.key, "a sealed card does not open");
        }
        Ok(opened.ok())
    }

    /// The write that wipes what is kept for a holder, if anything is.
    pub(crate) async fn wipe(store: &dyn Store, holder: Holder) -> Result<Option<DocumentWrite>, StoreError> {
        let (kind, id) = (DocumentKind::VaultCard, holder.entry());
        let found = store.document(kind, id).await?;
        Ok(found.map(|found| DocumentWrite::Delete { kind, id, expected: found.version }))
    }

    /// Whether what is sealed in an entry can be opened.
    pub(crate) async fn opens(&self, store: &dyn Store, document: &Document) -> Result<bool, Error> {
        let Ok(Kept { value: entry, .. }) = read::<Entry>(document) else { return Ok(false) };
        let key = self.key(store, entry.key).await?;
        Ok(key.is_some_and(|key| key.open(document.id, &entry.sealed).is_ok()))
    }

    pub(crate) async fn holds(store: &dyn Store, holder: Holder) -> Result<bool, StoreError> {
        Ok(store.document(DocumentKind::VaultCard, holder.entry()).await?.is_some())
    }

    /// Looks which key is the newest: another node or the command may have made one.
    pub(crate) async fn refresh(&self, store: &dyn Store) -> Result<(), Error> {
        let newest = store.documents_of(DocumentKind::VaultKey, ALL, None, Order::NewestFirst, 1).await?;
        let Some(newest) = newest.first() else {
            self.forget();
            return Ok(());
        };
        // Keys of a database that was emptied meanwhile are nobody's keys.
        self.keys.write().retain(|id, _| *id <= newest.id);
        let known = self.key(store, newest.id).await?;
        if known.is_none() {
            tracing::error!(key = newest.id, "the newest key of the vault does not open");
        }
        Ok(())
    }

    pub(crate) fn forget(&self) {
        self.keys.write().clear();
    }

    /// The key that seals. The first one is made when it is needed.
    async fn newest(&self, store: &dyn Store, now: Timestamp) -> Result<(i64, Arc<DataKey>), Error> {
        for _ in 0..2 {
            let known = self.keys.read().last_key_value().map(|(id, key)| (*id, Arc::clone(key)));
            if let Some(newest) = known {
                return Ok(newest);
            }
            self.refresh(store).await?;
            // A key that does not open is not replaced by another: that is for whoever runs this to find out.
            if self.keys.read().is_empty() && !has_keys(store).await? {
                self.make(store, now.millis().max(1), now, Change::default()).await?;
            }
        }
        Err(Error::Internal("the vault has no key".to_owned()))
    }

    /// Makes the data key of this number, unless somebody else has made it. Numbers go up with time, also from one database
    /// to the next in a sandbox that starts over.
    async fn make(&self, store: &dyn Store, id: i64, now: Timestamp, with: Change) -> Result<(), Error> {
        let key = DataKey::generate().map_err(unopened)?;
        let wrapped = key.wrap(&self.wrapping, id).map_err(unopened)?;
        let kept = KeptKey { wrapped, made_at: now, empty_since: None };
        let documents = vec![write(DocumentKind::VaultKey, id, ALL, None, None, &kept)?];
        match store.commit(Change { documents, ..with }).await {
            Ok(()) => {
                self.keys.write().insert(id, Arc::new(key));
                Ok(())
            }
            Err(CommitError::DocumentConflict(..)) => self.refresh(store).await,
            Err(other) => Err(other.into()),
        }
    }

    /// The key of this number, if it is there and opens.
    async fn key(&self, store: &dyn Store, id: i64) -> Result<Option<Arc<DataKey>>, Error> {
        if let Some(known) = self.keys.read().get(&id) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(document) = store.document(DocumentKind::VaultKey, id).await? else { return Ok(None) };
        let kept: Kept<KeptKey> = read(&document)?;
        let Ok(key) = DataKey::unwrap(&kept.value.wrapped, &self.wrapping, id) else { return Ok(None) };
        let key = Arc::new(key);
        self.keys.write().insert(id, Arc::clone(&key));
        Ok(Some(key))
    }
}

async fn has_keys(store: &dyn Store) -> Result<bool, StoreError> {
    let found = store.documents_of(DocumentKind::VaultKey, ALL, None, Order::NewestFirst, 1).await?;
    Ok(!found.is_empty())
}

fn unopened(error: Sealed) -> Error {
    Error::Internal(error.to_string())
}
