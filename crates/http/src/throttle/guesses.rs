//! Slowing those who guess at many names, or at one name from many places.
//!
//! A failure counts against its address, whatever names are tried from there, and against its name, from wherever it is
//! tried. Beyond the free failures each is followed by a wait, twice as long as the one before up to a bound, during which
//! nothing is looked at. Failures are forgotten together, after a while without another.
//!
//! Whoever has shown the right secret from an address lately is let in with it from there, whatever others do: of many
//! tills behind one address one that is set up wrongly harms itself. The price is that somebody at the same address need
//! not wait between guesses at a secret that is in use there, so that this is for secrets too long to be guessed.
//!
//! A door asks [`GuessThrottle::check`] *before* it looks at the secret, and tells what came of it. The clock is the
//! caller's: a moment is the time since a beginning of its choice. Memory is bounded as in [`super::LoginThrottle`].

use std::cmp::max;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::time::Duration;

use parking_lot::Mutex;

use super::memory::Memory;
use super::{RetryAfter, subscriber};

/// How many failures are free, how long the others cost, and what is remembered.
#[derive(Clone, Copy, Debug)]
pub struct GuessLimits {
    /// Failures before the first wait.
    pub free_failures: u32,
    pub first_wait: Duration,
    pub longest_wait: Duration,
    /// Without another failure for this long, counted from the end of the last wait, all are forgotten.
    pub forgotten_after: Duration,
    /// How long whoever was right is let in without a look at failures.
    pub trusted_for: Duration,
    /// Addresses and names whose failures are remembered at once, and as many who were right.
    pub max_keys: usize,
}

impl Default for GuessLimits {
    fn default() -> Self {
        Self {
            free_failures: 10,
            first_wait: Duration::from_secs(5),
            longest_wait: Duration::from_secs(60),
            forgotten_after: Duration::from_secs(15 * 60),
            trusted_for: Duration::from_secs(24 * 60 * 60),
            max_keys: 10_000,
        }
    }
}

impl GuessLimits {
    /// What is remembered once one more failure has come.
    fn after(&self, before: Failures, now: Duration) -> Failures {
        let number = before.number.saturating_add(1);
        let refused_until = match number.checked_sub(self.free_failures) {
            Some(over) => {
                let wait = self.first_wait.saturating_mul(2_u32.saturating_pow(over));
                now.saturating_add(wait.min(self.longest_wait))
            }
            None => now,
        };
        Failures { forgotten_at: refused_until.saturating_add(self.forgotten_after), refused_until, number }
    }
}

/// Somebody shows a name and a secret.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub address: IpAddr,
    pub name: &'a str,
    pub secret: &'a str,
}

/// What failures are counted against. Names and secrets are remembered as keyed hashes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Address(IpAddr),
    Name(u64),
}

/// In this order: the first that would be forgotten is the least.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Failures {
    forgotten_at: Duration,
    refused_until: Duration,
    number: u32,
}

struct Seen {
    failures: Memory<Counted, Failures>,
    /// Who was right, until when that counts.
    trusted: Memory<u64, Duration>,
}

/// The memory of failures, and of those who were right.
pub struct GuessThrottle {
    limits: GuessLimits,
    hasher: RandomState,
    seen: Mutex<Seen>,
}

impl GuessThrottle {
    #[must_use]
    pub fn new(limits: GuessLimits) -> Self {
        let seen = Seen { failures: Memory::new(limits.max_keys), trusted: Memory::new(limits.max_keys) };
        Self { limits, hasher: RandomState::new(), seen: Mutex::new(seen) }
    }

    /// Whether this attempt may be looked at now. Counts nothing.
    ///
    /// # Errors
    /// [`RetryAfter`], when there were too many failures lately.
    pub fn check(&self, now: Duration, attempt: &Attempt<'_>) -> Result<(), RetryAfter> {
        let seen = self.seen.lock();
        if seen.trusted.get(&self.shown(attempt)).is_some_and(|until| now < until) {
            return Ok(());
        }
        let [address, name] = self.counted(attempt).map(|key| self.known(&seen, now, key));
        let wait = max(address.refused_until, name.refused_until).saturating_sub(now);
        if wait.is_zero() { Ok(()) } else { Err(RetryAfter(wait)) }
    }

    /// Remembers that the secret was wrong, or the name nobody's.
    pub fn failed(&self, now: Duration, attempt: &Attempt<'_>) {
        let mut seen = self.seen.lock();
        seen.trusted.remove(&self.shown(attempt));
        for key in self.counted(attempt) {
            let before = self.known(&seen, now, key);
            // Those that raced past `check` do not lengthen the wait.
            if before.refused_until <= now {
                seen.failures.put(key, self.limits.after(before, now));
            }
        }
    }

    /// Remembers that the secret was right.
    pub fn succeeded(&self, now: Duration, attempt: &Attempt<'_>) {
        let until = now.saturating_add(self.limits.trusted_for);
        self.seen.lock().trusted.put(self.shown(attempt), until);
    }

    /// What still counts. A wait longer than there are any is from before the clock was set back.
    fn known(&self, seen: &Seen, now: Duration, key: Counted) -> Failures {
        let counts = |failures: &Failures| {
            let wait = failures.refused_until.saturating_sub(now);
            now < failures.forgotten_at && wait <= self.limits.longest_wait
        };
        seen.failures.get(&key).filter(counts).unwrap_or_default()
    }

    fn counted(&self, attempt: &Attempt<'_>) -> [Counted; 2] {
        [Counted::Address(subscriber(attempt.address)), Counted::Name(self.hasher.hash_one(attempt.name))]
    }

    fn shown(&self, attempt: &Attempt<'_>) -> u64 {
        self.hasher.hash_one((subscriber(attempt.address), attempt.name, attempt.secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "203.0.113.9";
    const THERE: &str = "198.51.100.7";
    const LIMITS: GuessLimits = GuessLimits {
        free_failures: 3,
        first_wait: Duration::from_secs(5),
        longest_wait: Duration::from_secs(30),
        forgotten_after: Duration::from_secs(600),
        trusted_for: Duration::from_secs(3_600),
        max_keys: 100,
    };

    fn at(secs: u64) -> Duration {
        Duration::from_secs(1_000_000 + secs)
    }

    fn attempt<'a>(address: &str, name: &'a str, secret: &'a str) -> Attempt<'a> {
        Attempt { address: address.parse().unwrap(), name, secret }
    }

    fn wait(throttle: &GuessThrottle, secs: u64, attempt: Attempt<'_>) -> u64 {
        throttle.check(at(secs), &attempt).map_or_else(|wait| wait.0.as_secs(), |()| 0)
    }

    #[test]
    fn each_failure_beyond_the_free_ones_costs_twice_as_much_up_to_a_bound() {
        let throttle = GuessThrottle::new(LIMITS);
        let guess = attempt(HERE, "till", "wrong");
        let mut now = 0;
        for expected in [0, 0, 5, 10, 20, 30, 30, 30] {
            assert_eq!(wait(&throttle, now, guess), 0);
            throttle.failed(at(now), &guess);
            assert_eq!(wait(&throttle, now, guess), expected, "at {now}");
            // Others who were being looked at meanwhile make it no longer.
            if expected > 0 {
                throttle.failed(at(now), &guess);
                assert_eq!(wait(&throttle, now, guess), expected);
                assert_eq!(wait(&throttle, now + expected - 1, guess), 1);
            }
            now += expected;
        }
        throttle.failed(at(now), &guess);
        now += 30 + 600;
        for _ in 0..2 {
            throttle.failed(at(now), &guess);
            assert_eq!(wait(&throttle, now, guess), 0, "all is forgotten");
        }
        throttle.failed(at(now), &guess);
        assert_eq!(wait(&throttle, now, guess), 5);
    }

    #[test]
    fn guessing_at_many_names_from_one_address_is_slowed() {
        let throttle = GuessThrottle::new(LIMITS);
        for (number, name) in ["a", "b", "c"].into_iter().enumerate() {
            throttle.failed(at(0), &attempt(&format!("2001:db8::{number}"), name, "x"));
        }
        assert_eq!(wait(&throttle, 0, attempt("2001:db8::ffff", "d", "x")), 5);
        assert_eq!(wait(&throttle, 0, attempt("2001:db8:0:1::1", "d", "x")), 0);
    }

    #[test]
    fn guessing_at_one_name_from_many_addresses_is_slowed() {
        let throttle = GuessThrottle::new(LIMITS);
        for host in 1..=3 {
            throttle.failed(at(0), &attempt(&format!("203.0.113.{host}"), "till", "x"));
        }
        assert_eq!(wait(&throttle, 0, attempt(THERE, "till", "x")), 5);
        assert_eq!(wait(&throttle, 0, attempt(THERE, "other", "x")), 0);
    }

    #[test]
    fn who_was_right_does_not_pay_for_others() {
        let throttle = GuessThrottle::new(LIMITS);
        let till = attempt(HERE, "till", "right");
        throttle.succeeded(at(0), &till);
        for _ in 0..5 {
            throttle.failed(at(0), &attempt(HERE, "till", "wrong"));
            throttle.failed(at(0), &attempt(THERE, "till", "wrong"));
        }
        assert_eq!(wait(&throttle, 0, till), 0);
        for other in
            [attempt(HERE, "till", "wrong"), attempt(HERE, "other", "right"), attempt(THERE, "till", "right")]
        {
            assert_eq!(wait(&throttle, 0, other), 5);
        }
        // The same secret is wrong by now, or it was long ago.
        throttle.failed(at(0), &till);
        assert_eq!(wait(&throttle, 0, till), 5);
        throttle.succeeded(at(0), &till);
        throttle.failed(at(3_600), &attempt(HERE, "x", ""));
        for _ in 0..2 {
            throttle.failed(at(3_600), &attempt(HERE, "x", ""));
        }
        assert_eq!(wait(&throttle, 3_599, till), 0);
        assert_eq!(wait(&throttle, 3_600, till), 5);
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = GuessThrottle::new(LIMITS);
        for number in 0..5_000_u32 {
            let address = IpAddr::V4((0x0a00_0000 + number).into());
            let name = number.to_string();
            let stranger = Attempt { address, name: &name, secret: "x" };
            throttle.succeeded(at(number.into()), &stranger);
            throttle.failed(at(number.into()), &Attempt { secret: "y", ..stranger });
            let seen = throttle.seen.lock();
            assert!(seen.failures.len() <= LIMITS.max_keys && seen.trusted.len() <= LIMITS.max_keys);
        }
    }

    #[test]
    fn a_clock_may_be_set_back_and_no_number_is_too_large() {
        let throttle = GuessThrottle::new(LIMITS);
        let guess = attempt(HERE, "till", "wrong");
        for _ in 0..3 {
            throttle.failed(at(3_600), &guess);
        }
        assert_eq!(wait(&throttle, 3_600, guess), 5);
        assert_eq!(wait(&throttle, 0, guess), 0);
        let failures = Failures { number: u32::MAX, ..Failures::default() };
        assert_eq!(LIMITS.after(failures, at(0)).refused_until, at(30));
        for now in [Duration::MAX, Duration::ZERO] {
            throttle.failed(now, &guess);
            throttle.succeeded(now, &guess);
            assert_eq!(throttle.check(now, &guess), Ok(()));
        }
    }
}
