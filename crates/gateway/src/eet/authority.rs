//! The tax authority of a sandbox: it confirms everything, until a tester says otherwise. It confirms a message that
//! comes again in the same words.

use std::collections::VecDeque;

use domain::{PaymentId, Receipt, Reported};
use parking_lot::Mutex;

use crate::keyring::Key;

/// Answers that may wait.
const MOST: usize = 1_000;

/// What the authority answers next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Refused { fault: u32 },
    NoAnswer,
}

pub struct Authority {
    key: Key,
    script: Mutex<VecDeque<Script>>,
}

impl Authority {
    pub(crate) fn new(key: Key) -> Self {
        Self { key, script: Mutex::default() }
    }

    /// Answers so many messages like this. False when too many answers wait.
    #[must_use]
    pub fn script(&self, script: Script, times: usize) -> bool {
        let mut waiting = self.script.lock();
        if waiting.len().saturating_add(times) > MOST {
            return false;
        }
        waiting.extend(std::iter::repeat_n(script, times));
        true
    }

    /// Answers as usual again.
    pub fn reset(&self) {
        self.script.lock().clear();
    }

    pub(crate) fn report(&self, receipt: &Receipt) -> Reported {
        match self.script.lock().pop_front() {
            Some(Script::NoAnswer) => Reported::NoAnswer,
            Some(Script::Refused { fault }) => Reported::Refused { fault },
            None => {
                Reported::Confirmed { fik: format!("{}-ff", self.named(b"fik", receipt.uuid.as_bytes())) }
            }
        }
    }

    /// A message's own number: the same for the same receipt.
    pub(crate) fn uuid(&self, receipt: PaymentId) -> String {
        self.named(b"uuid", &receipt.get().to_be_bytes())
    }

    /// A UUID (RFC 9562, version 8) that is told by a key.
    fn named(&self, what: &[u8], of: &[u8]) -> String {
        let mac = self.key.mac(&[what, of]);
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = mac;
        let bytes = [a, b, c, d, e, f, 0x80 | (g & 0x0f), h, 0x80 | (i & 0x3f), j, k, l, m, n, o, p];
        let digits = crate::keyring::hex(&bytes);
        let part = |from, to| digits.get(from..to).unwrap_or_default();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    }
}
