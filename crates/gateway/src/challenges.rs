//! Cards that wait for their owner to answer the issuer's challenge. In memory only: the number and the code
//! never leave this process, so the answer must come back to the node that showed the challenge. On
//! another node, or after a restart, the payer is asked for the card again and nothing has moved.

use std::collections::HashMap;

use domain::{CardData, PaymentId, Span, Timestamp};
use parking_lot::Mutex;

use crate::keyring::hex;

/// How many cards wait at most, and for how long.
const MOST: usize = 10_000;
const PATIENCE: Span = Span::from_secs(15 * 60);

struct Waiting {
    name: String,
    card: CardData,
    until: Timestamp,
}

#[derive(Default)]
pub(crate) struct Challenges {
    /// One card a payment: a new one takes the place of the one before.
    waiting: Mutex<HashMap<PaymentId, Waiting>>,
}

impl Challenges {
    /// Keeps a card; the name it is kept under cannot be guessed. `None` when too many wait already.
    pub(crate) fn keep(&self, payment: PaymentId, card: CardData, now: Timestamp) -> Option<String> {
        let mut name = [0; 16];
        getrandom::fill(&mut name).ok()?;
        let name = hex(&name);
        let mut waiting = self.waiting.lock();
        if waiting.len() >= MOST {
            waiting.retain(|_, other| other.until > now);
        }
        if waiting.len() >= MOST && !waiting.contains_key(&payment) {
            return None;
        }
        waiting.insert(payment, Waiting { name: name.clone(), card, until: now.plus(PATIENCE) });
        Some(name)
    }

    /// Takes the card out, if it is there for this payment and not too old.
    pub(crate) fn take(&self, name: &str, payment: PaymentId, now: Timestamp) -> Option<CardData> {
        let mut waiting = self.waiting.lock();
        if waiting.get(&payment).is_none_or(|found| found.name != name) {
            return None;
        }
        waiting.remove(&payment).filter(|found| found.until > now).map(|found| found.card)
    }

    pub(crate) fn forget_old(&self, now: Timestamp) {
        self.waiting.lock().retain(|_, waiting| waiting.until > now);
    }
}
