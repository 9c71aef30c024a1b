//! One operation at a time on a payment, within this node. Between nodes the store's versions decide; this
//! only keeps a thousand callers from deciding against the same version and losing.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::PaymentId;
use parking_lot::Mutex;
use tokio::sync::OwnedMutexGuard;

/// The longest anybody waits for a payment before being told that it is busy.
const PATIENCE: Duration = Duration::from_secs(10);
const SHARDS: usize = 64;

type Shard = Mutex<HashMap<PaymentId, Arc<tokio::sync::Mutex<()>>>>;

pub(crate) struct Locks {
    shards: Vec<Shard>,
}

/// Held while an operation runs.
pub(crate) struct Held<'a> {
    shard: &'a Shard,
    id: PaymentId,
    /// Taken out in `drop`, so that the count of holders is right when it is looked at.
    guard: Option<OwnedMutexGuard<()>>,
}

impl Locks {
    pub(crate) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }

    /// The lock of a payment; `None` when somebody held it for too long.
    pub(crate) async fn hold(&self, id: PaymentId) -> Option<Held<'_>> {
        let place = usize::try_from(id.get().unsigned_abs()).unwrap_or(0) % SHARDS;
        let shard = self.shards.get(place)?;
        let lock = Arc::clone(shard.lock().entry(id).or_default());
        // The entry is released by `Held` even when the wait is in vain.
        let mut held = Held { shard, id, guard: None };
        held.guard = Some(tokio::time::timeout(PATIENCE, lock.lock_owned()).await.ok()?);
        Some(held)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut shard = self.shard.lock();
        drop(self.guard.take());
        if shard.get(&self.id).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            shard.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_left_behind() {
        let locks = Locks::new();
        {
            let first = locks.hold(PaymentId::FIRST).await;
            assert!(first.is_some());
        }
        assert!(locks.shards.iter().all(|shard| shard.lock().is_empty()));
    }
}
