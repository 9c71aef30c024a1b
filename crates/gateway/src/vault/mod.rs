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
    /// Held by whoever looks which keys there are, or makes one: a look that began before a key was made would forget it.
    looking: tokio::sync::Mutex<()>,
}

impl Vault {
    /// Whose all entries and keys are.
    pub(crate) const PARENT: i64 = 0;

    pub(crate) fn new(wrapping: Key) -> Self {
        Self { wrapping, keys: RwLock::default(), looking: tokio::sync::Mutex::default() }
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
        let _alone = self.looking.lock().await;
        self.look(store).await
    }

    async fn look(&self, store: &dyn Store) -> Result<(), Error> {
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
        if let Some(newest) = self.known() {
            return Ok(newest);
        }
        let _alone = self.looking.lock().await;
        if let Some(newest) = self.known() {
            return Ok(newest);
        }
        self.look(store).await?;
        // A key that does not open is not replaced by another: that is for whoever runs this to find out.
        if self.known().is_none() && !has_keys(store).await? {
            self.add(store, now.millis().max(1), now, Change::default()).await?;
        }
        self.known().ok_or_else(|| Error::Internal("the vault has no key".to_owned()))
    }

    fn known(&self) -> Option<(i64, Arc<DataKey>)> {
        self.keys.read().last_key_value().map(|(id, key)| (*id, Arc::clone(key)))
    }

    /// Makes the data key of this number, unless somebody else has made it. Numbers go up with time, also from one database
    /// to the next in a sandbox that starts over.
    async fn make(&self, store: &dyn Store, id: i64, now: Timestamp, with: Change) -> Result<(), Error> {
        let _alone = self.looking.lock().await;
        self.add(store, id, now, with).await
    }

    async fn add(&self, store: &dyn Store, id: i64, now: Timestamp, with: Change) -> Result<(), Error> {
        let key = DataKey::generate().map_err(unopened)?;
        let wrapped = key.wrap(&self.wrapping, id).map_err(unopened)?;
        let kept = KeptKey { wrapped, made_at: now, empty_since: None };
        let documents = vec![write(DocumentKind::VaultKey, id, ALL, None, None, &kept)?];
        match store.commit(Change { documents, ..with }).await {
            Ok(()) => {
                self.keys.write().insert(id, Arc::new(key));
                Ok(())
            }
            Err(CommitError::DocumentConflict(..)) => self.look(store).await,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::{Keyring, Purpose};

    /// Whoever needs the first key while it is being made gets it, and there is only one.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn the_first_key_is_made_once_for_all_who_need_it() {
        let folder = tempfile::tempdir().unwrap();
        for round in 0..20 {
            let store =
                store::open(folder.path().join(format!("{round}.db")).to_str().unwrap(), 256).await.unwrap();
            let vault = Arc::new(Vault::new(Keyring::generate().unwrap().key(Purpose::Vault)));
            let mut asking = tokio::task::JoinSet::new();
            for later in 0..64 {
                let (store, vault) = (Arc::clone(&store), Arc::clone(&vault));
                let now = Timestamp::from_millis(1_000 + later % 3);
                asking.spawn(async move { vault.newest(store.as_ref(), now).await.unwrap().0 });
            }
            let mut keys = asking.join_all().await;
            keys.dedup();
            assert_eq!(keys.len(), 1, "in round {round}");
            store.close().await;
        }
    }
}
