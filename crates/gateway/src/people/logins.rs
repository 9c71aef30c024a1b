//! Whether a password is right.
//!
//! A password is kept as argon2id, which is slow on purpose: about as long as a payment takes. It is computed away from the
//! threads that serve, two at a time with a short queue, and a login that was right is remembered for a while under a
//! keyed hash, so that a register that logs in for every poll costs nothing. Whoever fails is slowed per person: after
//! a few failures in a row nobody is let in under that name for a time that doubles.
//!
//! What always holds: a wrong name takes as long as a wrong password and gets the same answer; what is remembered is
//! bound to the hash it was checked against, so a changed password is forgotten at once; all memory is bounded.

use std::collections::HashMap;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use domain::{Span, Timestamp};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::keyring::Key;

/// Hashes computed at a time: each takes a core and 19 MiB for a while.
const AT_A_TIME: usize = 2;
/// Logins that may wait for their turn; more are told to come back.
const WAITING: usize = 64;
/// How long a right login is remembered.
const REMEMBERED: Span = Span::from_secs(15 * 60);
const MOST_REMEMBERED: usize = 10_000;
/// Failures in a row before the first wait, the first wait, and the longest.
const FREE_FAILURES: u32 = 5;
const FIRST_WAIT: Span = Span::from_secs(60);
const LONGEST_WAIT: Span = Span::from_secs(15 * 60);
const MOST_FAILING: usize = 10_000;

/// What came of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Login {
    Right,
    Wrong,
    /// Too many failures: nobody is let in before then.
    Locked {
        until: Timestamp,
    },
}

#[derive(Debug, Clone, Copy, Default)]
struct Failures {
    in_a_row: u32,
    until: Option<Timestamp>,
}

/// The memory of logins.
pub(super) struct Logins {
    key: Key,
    computing: Semaphore,
    waiting: Semaphore,
    /// Right logins, and until when they are remembered.
    right: Mutex<HashMap<[u8; 32], Timestamp>>,
    failures: Mutex<HashMap<String, Failures>>,
    /// What a name that nobody has is checked against.
    nobody: String,
}

impl Logins {
    pub(super) fn new(key: Key) -> Result<Self, Error> {
        let (right, failures) = Default::default();
        let (computing, waiting) = (Semaphore::new(AT_A_TIME), Semaphore::new(WAITING));
        Ok(Self { key, computing, waiting, right, failures, nobody: hash("nobody's password")? })
    }

    /// Whether the password is the one that `hash` was made of; without a hash nobody has the name.
    pub(super) async fn check(
        &self,
        name: &str,
        password: &str,
        hash: Option<&str>,
        now: Timestamp,
    ) -> Result<Login, Error> {
        if let Some(until) = self.locked(name, now) {
            return Ok(Login::Locked { until });
        }
        let against = hash.unwrap_or(&self.nobody);
        let remembered =
            self.key.mac(&[name.as_bytes(), b"\0", password.as_bytes(), b"\0", against.as_bytes()]);
        if hash.is_some() && self.right.lock().get(&remembered).is_some_and(|until| *until > now) {
            return Ok(Login::Right);
        }
        let right = self.compute(password.to_owned(), against.to_owned()).await? && hash.is_some();
        if right {
            self.remember(remembered, now);
            self.failures.lock().remove(name);
            return Ok(Login::Right);
        }
        self.failed(name, now);
        Ok(Login::Wrong)
    }

    async fn compute(&self, password: String, hash: String) -> Result<bool, Error> {
        let _place = self.waiting.try_acquire().map_err(|_| Error::Overloaded)?;
        let _turn = self.computing.acquire().await.map_err(|_| Error::Overloaded)?;
        let verify = move || {
            let password = zeroize::Zeroizing::new(password);
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        };
        tokio::task::spawn_blocking(verify)
            .await
            .map_err(|_| Error::Internal("a password could not be checked".to_owned()))
    }

    fn locked(&self, name: &str, now: Timestamp) -> Option<Timestamp> {
        self.failures.lock().get(name)?.until.filter(|until| *until > now)
    }

    fn failed(&self, name: &str, now: Timestamp) {
        let mut failures = self.failures.lock();
        if failures.len() >= MOST_FAILING && !failures.contains_key(name) {
            // Those who may try again now have the least to lose by being forgotten.
            failures.retain(|_, failure| failure.until.is_some_and(|until| until > now));
            if failures.len() >= MOST_FAILING {
                return;
            }
        }
        let failure = failures.entry(name.to_owned()).or_default();
        failure.in_a_row = failure.in_a_row.saturating_add(1);
        if let Some(over) = failure.in_a_row.checked_sub(FREE_FAILURES) {
            let doubled = FIRST_WAIT.millis().saturating_mul(1 << over.min(20));
            failure.until = Some(now.plus(Span::from_millis(doubled.min(LONGEST_WAIT.millis()))));
        }
    }

    fn remember(&self, login: [u8; 32], now: Timestamp) {
        let mut right = self.right.lock();
        if right.len() >= MOST_REMEMBERED {
            right.retain(|_, until| *until > now);
        }
        if right.len() < MOST_REMEMBERED {
            right.insert(login, now.plus(REMEMBERED));
        }
    }
}

/// A password's hash, with a salt of its own and argon2id's usual cost.
pub(super) fn hash(password: &str) -> Result<String, Error> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Internal(format!("a password was not hashed: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::{Keyring, Purpose};

    fn people() -> Logins {
        Logins::new(Keyring::parse(&"07".repeat(32)).unwrap().key(Purpose::ClientSecrets)).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[tokio::test]
    async fn a_password_is_right_for_its_own_hash() {
        let (people, kept) = (people(), hash("Tajne-42").unwrap());
        assert!(kept.starts_with("$argon2id$") && !kept.contains("Tajne"));
        assert_ne!(kept, hash("Tajne-42").unwrap(), "each has a salt of its own");
        for (password, hash, expected) in [
            ("Tajne-42", Some(kept.as_str()), Login::Right),
            ("Tajne-43", Some(&kept), Login::Wrong),
            ("Tajne-42", None, Login::Wrong),
            ("Tajne-42", Some("not a hash"), Login::Wrong),
        ] {
            assert_eq!(people.check("kasa1", password, hash, at(0)).await.unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn a_right_login_is_remembered_until_the_password_changes() {
        let (people, kept) = (people(), hash("old").unwrap());
        assert_eq!(people.check("kasa1", "old", Some(&kept), at(0)).await.unwrap(), Login::Right);
        // Nobody can compute any more: what is known without it is remembered.
        people.computing.close();
        assert_eq!(people.check("kasa1", "old", Some(&kept), at(899)).await.unwrap(), Login::Right);
        let changed = hash("new").unwrap();
        assert!(people.check("kasa1", "old", Some(&changed), at(1)).await.is_err(), "asked anew");
        assert!(people.check("kasa1", "old", Some(&kept), at(900)).await.is_err(), "forgotten in the end");
    }

    #[tokio::test]
    async fn who_fails_too_often_waits_ever_longer() {
        let (people, kept) = (people(), hash("right").unwrap());
        let login =
            async |password, now| people.check("kasa1", password, Some(&kept), at(now)).await.unwrap();
        for _ in 0..5 {
            assert_eq!(login("wrong", 0).await, Login::Wrong);
        }
        assert_eq!(login("right", 59).await, Login::Locked { until: at(60) }, "even with the right one");
        assert_eq!(login("wrong", 60).await, Login::Wrong);
        assert_eq!(login("right", 61).await, Login::Locked { until: at(180) });
        assert_eq!(people.check("kasa2", "right", Some(&kept), at(61)).await.unwrap(), Login::Right);
        assert_eq!(login("right", 180).await, Login::Right);
        for _ in 0..4 {
            assert_eq!(login("wrong", 181).await, Login::Wrong, "a right login clears the record");
        }
        assert_eq!(login("right", 182).await, Login::Right);
    }
}
