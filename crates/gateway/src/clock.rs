//! Where now comes from. Everything that waits asks this clock, so a sandbox that advances it moves windows,
//! holds, retries and tokens along.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::{Span, Timestamp};

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The machine's time.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place time comes from")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The machine's time and a distance, which only grows.
#[derive(Debug, Default)]
pub struct SandboxClock {
    ahead_ms: AtomicI64,
}

impl SandboxClock {
    /// A clock that is already this much ahead of the machine's.
    #[must_use]
    pub fn ahead(by: Span) -> Self {
        Self { ahead_ms: AtomicI64::new(by.millis().max(0)) }
    }

    /// How far ahead of the machine's time it would be after another step. Not yet taken.
    #[must_use]
    pub fn ahead_after(&self, step: Span) -> Span {
        Span::from_millis(self.ahead_ms.load(Ordering::Relaxed).saturating_add(step.millis().max(0)))
    }

    /// Takes the distance, if it is a step forward.
    pub fn set_ahead(&self, ahead: Span) {
        self.ahead_ms.fetch_max(ahead.millis(), Ordering::Relaxed);
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(Span::from_millis(self.ahead_ms.load(Ordering::Relaxed)))
    }
}
