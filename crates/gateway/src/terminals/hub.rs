//! Who on this node waits for news of a terminal. News is only that something may have changed.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::TerminalId;
use parking_lot::Mutex;
use store::{Signal, Topic};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, watch};

use crate::gateway::Gateway;

/// Connections of one terminal at a time, those counted that are about to be refused or replaced, and the built-in device.
const MOST_OF_ONE: usize = 5;

type Waiting = Vec<(u64, Arc<Notify>)>;

#[derive(Default)]
pub(crate) struct Hub {
    waiting: Mutex<HashMap<TerminalId, Waiting>>,
    numbers: AtomicU64,
}

/// A place among those who wait; it is given up when dropped.
pub struct Poke {
    hub: Arc<Hub>,
    terminal: TerminalId,
    number: u64,
    notify: Arc<Notify>,
}

impl Hub {
    /// A place, unless too many have one.
    fn join(self: &Arc<Self>, terminal: TerminalId) -> Option<Poke> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let notify = Arc::new(Notify::new());
        let mut waiting = self.waiting.lock();
        let places = waiting.entry(terminal).or_default();
        if places.len() >= MOST_OF_ONE {
            return None;
        }
        places.push((number, Arc::clone(&notify)));
        Some(Poke { hub: Arc::clone(self), terminal, number, notify })
    }

    fn poke(&self, terminal: TerminalId) {
        for (_, notify) in self.waiting.lock().get(&terminal).into_iter().flatten() {
            notify.notify_one();
        }
    }

    pub(crate) fn poke_all(&self) {
        for (_, notify) in self.waiting.lock().values().flatten() {
            notify.notify_one();
        }
    }
}

impl Poke {
    /// Returns when something may have changed since it last returned.
    pub async fn poked(&self) {
        self.notify.notified().await;
    }
}

impl Drop for Poke {
    fn drop(&mut self) {
        let mut waiting = self.hub.waiting.lock();
        if let Some(places) = waiting.get_mut(&self.terminal) {
            places.retain(|(number, _)| *number != self.number);
            if places.is_empty() {
                waiting.remove(&self.terminal);
            }
        }
    }
}

impl Gateway {
    /// Waits for news of a terminal from now on; `None` when too many do.
    #[must_use]
    pub fn wait_for_news(&self, terminal: TerminalId) -> Option<Poke> {
        self.hub.join(terminal)
    }

    /// Passes on what other nodes, and this one, have signalled.
    pub(crate) async fn pass_on_signals(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let mut signals = self.store.signals();
        loop {
            let signal = tokio::select! {
                signal = signals.recv() => signal,
                _ = stopped.changed() => return,
            };
            match signal {
                Ok(Signal { topic: Topic::Terminal, key }) => self.hub.poke(TerminalId::new(key)),
                Ok(Signal { topic: Topic::Lost, .. }) | Err(RecvError::Lagged(_)) => self.hub.poke_all(),
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn news_is_not_lost_and_places_are_given_back() {
        let hub = Arc::new(Hub::default());
        let terminal = TerminalId::new(1);
        let places: Vec<Poke> = (0..MOST_OF_ONE).filter_map(|_| hub.join(terminal)).collect();
        assert_eq!(places.len(), MOST_OF_ONE);
        assert!(hub.join(terminal).is_none(), "one too many");
        hub.poke(terminal);
        hub.poke(terminal);
        for place in &places {
            place.poked().await;
        }
        drop(places);
        assert!(hub.waiting.lock().is_empty());
    }
}
