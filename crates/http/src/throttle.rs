//! Slowing those who guess secrets.
//!
//! Counted are failed logins only, per address and client id: a client that logs in correctly is never slowed, however
//! often it does, and one client's failures cost no other client at the same address anything. A door asks
//! [`LoginThrottle::check`] *before* it compares the secret, and tells [`LoginThrottle::failed`] when that went wrong.
//!
//! Always true: memory is bounded by `max_keys` small entries; when they are used up, the half that would be forgotten
//! soonest anyway is forgotten at once. Client ids are remembered as hashes, IPv6 addresses as their /64, which is what one
//! subscriber has. The rate arithmetic is governor's; the store is ours because it must be asked without counting.
//!
//! A door whose callers rotate names, or come from one address in great number, has [`GuessThrottle`] instead.

mod guesses;
mod memory;

pub use guesses::{Attempt, GuessLimits, GuessThrottle};

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::StateStore,
};
use parking_lot::Mutex;

use memory::Memory;

/// How many failures are free, and how fast they are forgiven.
#[derive(Clone, Copy, Debug)]
pub struct ThrottleLimits {
    /// Failures in a row before the first wait.
    pub free_failures: NonZeroU32,
    /// One failure is forgiven in this time; it is also the longest wait for one more attempt. At least 1 ns.
    pub forgiven_every: Duration,
    /// Pairs of address and client id remembered at once.
    pub max_keys: usize,
}

impl Default for ThrottleLimits {
    fn default() -> Self {
        Self {
            free_failures: NonZeroU32::MIN.saturating_add(9),
            forgiven_every: Duration::from_secs(5),
            max_keys: 10_000,
        }
    }
}

/// Too many failures: wait this long before the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many failed logins; try again in {} s", .0.as_secs() + 1)]
pub struct RetryAfter(pub Duration);

type Key = (IpAddr, u64);
type Limiter<S, C> = RateLimiter<Key, S, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The memory of failed logins.
pub struct LoginThrottle<C: Clock = DefaultClock> {
    hasher: RandomState,
    /// Both limiters stand on the same store; only the second changes it.
    asking: Limiter<Asking, C>,
    counting: Limiter<Counting, C>,
    #[cfg(test)]
    arrivals: Arc<Arrivals>,
}

impl LoginThrottle<DefaultClock> {
    #[must_use]
    pub fn new(limits: ThrottleLimits) -> Self {
        Self::with_clock(limits, &DefaultClock::default())
    }
}

impl<C: Clock + Clone> LoginThrottle<C> {
    /// On a given clock.
    #[must_use]
    pub fn with_clock(limits: ThrottleLimits, clock: &C) -> Self {
        let every = limits.forgiven_every.max(Duration::from_nanos(1));
        let quota = Quota::with_period(every)
            .unwrap_or(Quota::per_second(NonZeroU32::MIN))
            .allow_burst(limits.free_failures);
        let arrivals = Arc::new(Arrivals(Mutex::new(Memory::new(limits.max_keys))));
        // In this order: the one that asks must not believe that it is later than it is.
        let counting = RateLimiter::new(quota, Counting(Arc::clone(&arrivals)), clock.clone());
        let asking = RateLimiter::new(quota, Asking(Arc::clone(&arrivals)), clock.clone());
        Self {
            hasher: RandomState::new(),
            asking,
            counting,
            #[cfg(test)]
            arrivals,
        }
    }

    /// Whether this client may try to log in from this address now. Counts nothing.
    ///
    /// # Errors
    /// [`RetryAfter`], when it has failed too often lately.
    pub fn check(&self, address: IpAddr, client: &str) -> Result<(), RetryAfter> {
        self.asking
            .check_key(&self.key(address, client))
            .map_err(|until| RetryAfter(until.wait_time_from(self.asking.clock().now())))
    }

    /// Remembers a failed login.
    pub fn failed(&self, address: IpAddr, client: &str) {
        // Over the limit already: attempts that were refused unseen, or raced past `check`, do not lengthen the wait.
        let _over = self.counting.check_key(&self.key(address, client));
    }

    fn key(&self, address: IpAddr, client: &str) -> Key {
        (subscriber(address), self.hasher.hash_one(client))
    }
}

/// The part of an address that one subscriber cannot change at will.
fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// governor's state of each key: the theoretical arrival time, in ns since the start.
struct Arrivals(Mutex<Memory<Key, Nanos>>);

struct Counting(Arc<Arrivals>);

impl StateStore for Counting {
    type Key = Key;

    fn measure_and_replace<T, F, E>(&self, key: &Key, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut arrivals = self.0.0.lock();
        let (outcome, arrival) = decide(arrivals.get(key))?;
        arrivals.put(*key, arrival);
        Ok(outcome)
    }
}

struct Asking(Arc<Arrivals>);

impl StateStore for Asking {
    type Key = Key;

    fn measure_and_replace<T, F, E>(&self, key: &Key, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let arrival = self.0.0.lock().get(key);
        decide(arrival).map(|(outcome, _unused)| outcome)
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));

    fn throttle(max_keys: usize) -> (LoginThrottle<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let limits = ThrottleLimits {
            free_failures: NonZeroU32::new(3).unwrap(),
            forgiven_every: Duration::from_secs(5),
            max_keys,
        };
        (LoginThrottle::with_clock(limits, &clock), clock)
    }

    #[test]
    fn failures_beyond_the_free_ones_must_wait_and_are_forgiven_one_by_one() {
        let (throttle, clock) = throttle(100);
        for _ in 0..3 {
            assert_eq!(throttle.check(HERE, "shop"), Ok(()));
            throttle.failed(HERE, "shop");
        }
        assert_eq!(throttle.check(HERE, "shop"), Err(RetryAfter(Duration::from_secs(5))));
        throttle.failed(HERE, "shop");
        clock.advance(Duration::from_secs(2));
        assert_eq!(throttle.check(HERE, "shop"), Err(RetryAfter(Duration::from_secs(3))));
        clock.advance(Duration::from_secs(3));
        assert_eq!(throttle.check(HERE, "shop"), Ok(()));
        throttle.failed(HERE, "shop");
        assert!(throttle.check(HERE, "shop").is_err());
    }

    #[test]
    fn successful_logins_are_never_slowed() {
        let (throttle, _clock) = throttle(100);
        for _ in 0..10_000 {
            assert_eq!(throttle.check(HERE, "shop"), Ok(()));
        }
    }

    #[test]
    fn others_do_not_pay_for_it() {
        let (throttle, _clock) = throttle(100);
        for _ in 0..4 {
            throttle.failed(HERE, "shop");
        }
        assert!(throttle.check(HERE, "shop").is_err());
        assert_eq!(throttle.check(HERE, "other"), Ok(()));
        assert_eq!(throttle.check("203.0.113.10".parse().unwrap(), "shop"), Ok(()));
    }

    #[test]
    fn an_address_has_one_identity() {
        let (throttle, _clock) = throttle(100);
        for host in 1..=3 {
            throttle.failed(format!("2001:db8::{host}").parse().unwrap(), "shop");
            throttle.failed("::ffff:203.0.113.9".parse().unwrap(), "shop");
        }
        assert!(throttle.check("2001:db8::ffff".parse().unwrap(), "shop").is_err());
        assert_eq!(throttle.check("2001:db8:0:1::1".parse().unwrap(), "shop"), Ok(()));
        assert!(throttle.check(HERE, "shop").is_err());
    }

    #[test]
    fn memory_is_bounded_and_the_worst_offender_is_remembered() {
        let (throttle, clock) = throttle(50);
        for _ in 0..3 {
            throttle.failed(HERE, "offender");
        }
        for stranger in 0..5_000 {
            throttle.failed(HERE, &format!("stranger {stranger}"));
            clock.advance(Duration::from_micros(1));
            assert!(throttle.keys() <= 50);
        }
        assert!(throttle.check(HERE, "offender").is_err());
    }

    impl LoginThrottle<FakeRelativeClock> {
        fn keys(&self) -> usize {
            self.arrivals.0.lock().len()
        }
    }
}
