//! Payment ids, taken from the store a block at a time so that a new payment does not wait for one.

use domain::PaymentId;
use store::{Store, StoreError};
use tokio::sync::Mutex;

/// Ids that are lost when a node stops: a gap nobody minds.
const BLOCK: u32 = 1_000;

#[derive(Default)]
pub(crate) struct Ids {
    /// The next id and how many are left of the block. A lock that is held while a block is fetched, so
    /// that a burst fetches one.
    block: Mutex<(i64, u32)>,
}

impl Ids {
    pub(crate) async fn next(&self, store: &dyn Store) -> Result<PaymentId, StoreError> {
        let mut block = self.block.lock().await;
        if block.1 == 0 {
            *block = (store.allocate_ids(BLOCK).await?.get(), BLOCK);
        }
        let id = block.0;
        *block = (id.saturating_add(1), block.1.saturating_sub(1));
        Ok(PaymentId::new(id))
    }
}
