//! Which point of sale a terminal had when it was last asked for: what saves two reads for every payment that is started.
//!
//! It may be out of date, as when another node has deleted the point of sale. That is noticed at once, because its floor,
//! which every start reads and writes, says that it is closed; then the terminal is looked up anew.

use std::collections::HashMap;
use std::sync::Arc;

use domain::MobilePayTerminal;
use parking_lot::RwLock;

use super::PosError;
use super::book::PointOfSale;
use super::take::NewPosPayment;
use crate::gateway::Gateway;

/// How many are remembered; more than that, and all are looked up again.
const MOST: usize = 100_000;

/// By the terminal's number.
#[derive(Default)]
pub(crate) struct Counters(RwLock<HashMap<i64, Arc<PointOfSale>>>);

impl Counters {
    fn get(&self, terminal: i64) -> Option<Arc<PointOfSale>> {
        self.0.read().get(&terminal).cloned()
    }

    pub(super) fn put(&self, terminal: i64, pos: &Arc<PointOfSale>) {
        let mut known = self.0.write();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(terminal, Arc::clone(pos));
    }

    fn forget(&self, terminal: i64) {
        self.0.write().remove(&terminal);
    }
}

impl Gateway {
    /// A new payment at the terminal's point of sale.
    pub async fn start_at_terminal(
        &self,
        terminal: &MobilePayTerminal,
        new: NewPosPayment,
    ) -> Result<domain::Payment, PosError> {
        if let Some(pos) = self.counters.get(terminal.id) {
            match self.start_at_pos(&pos, new.clone()).await {
                Err(PosError::PosUnknown) => self.counters.forget(terminal.id),
                done => return done,
            }
        }
        let pos = Arc::new(self.point_of_sale_of(terminal).await?);
        let started = self.start_at_pos(&pos, new).await;
        if started.is_ok() {
            self.counters.put(terminal.id, &pos);
        }
        // Deleted just now.
        started.map_err(|error| if matches!(error, PosError::PosUnknown) { PosError::NoPos } else { error })
    }
}
