//! A new data key, and everything sealed anew under it, while others seal and open.
//!
//! From the moment the new key is durable every node seals under it as soon as it has heard. The rest is a walk
//! through the entries, each sealed anew in a commit of its own at the version it was read at, so a payment that is
//! made meanwhile is never overwritten. Old keys open until nothing is under them, and a day longer: a node
//! that has not heard yet may still seal under one. A walk that was cut off is taken up where entries are left; that,
//! and not another key, is what the next call does.

use std::sync::Arc;

use domain::{Span, Timestamp};
use store::{Change, CommitError, Document, DocumentKind, DocumentWrite, Order, Signal, Topic};
use tokio::task::JoinSet;

use super::{ALL, Entry, KeptKey, MOST_KEYS, Sealed, unopened};
use crate::documents::{Kept, read, write};
use crate::error::Error;
use crate::gateway::Gateway;

/// Entries looked at in one go, and how many of them are sealed anew side by side.
const PAGE: u32 = 256;
const SIDE_BY_SIDE: usize = 16;
/// A walk that finds something is followed by another, because somebody may have sealed under an old key behind it.
const MOST_WALKS: usize = 100;
/// How long an empty key is kept for nodes that have not heard of its successor.
const KEPT_EMPTY: Span = Span::from_days(1);

/// What a rotation has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rotation {
    /// The key that everything is under now; 0 when there never was one.
    pub key: i64,
    /// An earlier rotation was taken up.
    pub resumed: bool,
    pub sealed_anew: u64,
    /// Entries that do not open; they and their keys were left alone.
    pub unreadable: u64,
    pub keys_removed: u64,
}

/// What a walk came across.
#[derive(Default)]
struct Walk {
    sealed_anew: u64,
    /// Somebody else was faster with these.
    missed: u64,
    unreadable: u64,
}

impl Gateway {
    /// Seals every card anew under a new key, or goes on with a rotation that was cut off.
    pub async fn rotate_vault(self: &Arc<Self>) -> Result<Rotation, Error> {
        let store = self.store.as_ref();
        let keys =
            store.documents_of(DocumentKind::VaultKey, ALL, None, Order::OldestFirst, MOST_KEYS).await?;
        let Some(newest) = keys.last() else { return Ok(Rotation::default()) };
        let resumed = self.has_unfinished(&keys)?;
        let mut rotation = Rotation { key: newest.id, resumed, ..Rotation::default() };
        if !resumed {
            let now = self.clock.now();
            rotation.key = newest.id.saturating_add(1).max(now.millis());
            let signals = vec![Signal { topic: Topic::Directory, key: 0 }];
            let with = Change { signals, ..Change::default() };
            self.vault.make(store, rotation.key, now, with).await?;
        }
        for _ in 0..MOST_WALKS {
            let walk = self.walk(rotation.key).await?;
            rotation.sealed_anew += walk.sealed_anew;
            rotation.unreadable = walk.unreadable;
            if walk.sealed_anew == 0 && walk.missed == 0 {
                break;
            }
        }
        if rotation.unreadable == 0 {
            rotation.keys_removed = self.retire(rotation.key).await?;
        }
        Ok(rotation)
    }

    /// An old key that is not known to be empty is what a rotation leaves that was cut off.
    fn has_unfinished(&self, keys: &[Document]) -> Result<bool, Error> {
        let Some((_, old)) = keys.split_last() else { return Ok(false) };
        for document in old {
            let kept: Kept<KeptKey> = read(document)?;
            if kept.value.empty_since.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn walk(self: &Arc<Self>, key: i64) -> Result<Walk, Error> {
        let (mut walk, mut after) = (Walk::default(), None);
        loop {
            let kind = DocumentKind::VaultCard;
            let page = self.store.documents_of(kind, ALL, after, Order::OldestFirst, PAGE).await?;
            let Some(last) = page.last() else { return Ok(walk) };
            after = Some(last.id);
            let mut sealing = JoinSet::new();
            for document in page {
                if sealing.len() >= SIDE_BY_SIDE {
                    walk.note(sealing.join_next().await)?;
                }
                let gateway = Arc::clone(self);
                sealing.spawn(async move { gateway.seal_anew(&document, key).await });
            }
            while let Some(done) = sealing.join_next().await {
                walk.note(Some(done))?;
            }
        }
    }

    async fn seal_anew(&self, document: &Document, key: i64) -> Result<Resealed, Error> {
        let entry: Kept<Entry> = read(document)?;
        if entry.value.key >= key {
            return Ok(Resealed::NotNeeded);
        }
        let store = self.store.as_ref();
        let new = self.vault.key(store, key).await?.ok_or_else(|| unopened(Sealed))?;
        let old = self.vault.key(store, entry.value.key).await?;
        let Some(card) = old.and_then(|old| old.open(document.id, &entry.value.sealed).ok()) else {
            tracing::error!(entry = document.id, "an entry of the vault cannot be sealed anew");
            return Ok(Resealed::Unreadable);
        };
        let sealed = Entry { key, sealed: new.seal(document.id, &card).map_err(unopened)? };
        let kind = DocumentKind::VaultCard;
        let documents = vec![write(kind, document.id, ALL, None, Some(document.version), &sealed)?];
        match store.commit(Change { documents, ..Change::default() }).await {
            Ok(()) => Ok(Resealed::Done),
            Err(CommitError::DocumentConflict(..)) => Ok(Resealed::Missed),
            Err(other) => Err(other.into()),
        }
    }

    /// Notes which keys have become empty, and removes those that have been for long enough.
    async fn retire(&self, newest: i64) -> Result<u64, Error> {
        let (store, now) = (self.store.as_ref(), self.clock.now());
        let kind = DocumentKind::VaultKey;
        let mut removed = 0;
        for document in store.documents_of(kind, ALL, None, Order::OldestFirst, MOST_KEYS).await? {
            if document.id >= newest {
                continue;
            }
            let Kept { mut value, version } = read::<KeptKey>(&document)?;
            let step = match value.empty_since {
                None => {
                    value.empty_since = Some(now);
                    write(kind, document.id, ALL, None, version, &value)?
                }
                Some(since) if outlived(since, now) => {
                    removed += 1;
                    DocumentWrite::Delete { kind, id: document.id, expected: document.version }
                }
                Some(_) => continue,
            };
            match store.commit(Change { documents: vec![step], ..Change::default() }).await {
                Ok(()) | Err(CommitError::DocumentConflict(..)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(removed)
    }

    /// Whether a card is kept for a payment or as a stored card, and under which key: for the tester and for stories.
    pub async fn vault_entries(&self) -> Result<Vec<(i64, i64)>, Error> {
        let kind = DocumentKind::VaultCard;
        let page = self.store.documents_of(kind, ALL, None, Order::OldestFirst, MOST_KEYS).await?;
        page.iter().map(|document| Ok((document.id, read::<Entry>(document)?.value.key))).collect()
    }
}

enum Resealed {
    Done,
    NotNeeded,
    Missed,
    Unreadable,
}

impl Walk {
    fn note(
        &mut self,
        done: Option<Result<Result<Resealed, Error>, tokio::task::JoinError>>,
    ) -> Result<(), Error> {
        match done {
            Some(Ok(resealed)) => match resealed? {
                Resealed::Done => self.sealed_anew += 1,
                Resealed::Missed => self.missed += 1,
                Resealed::Unreadable => self.unreadable += 1,
                Resealed::NotNeeded => {}
            },
            Some(Err(_)) => return Err(Error::Internal("a panic while sealing anew".to_owned())),
            None => {}
        }
        Ok(())
    }
}

fn outlived(since: Timestamp, now: Timestamp) -> bool {
    now.since(since) >= KEPT_EMPTY
}
