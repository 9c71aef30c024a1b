//! A terminal as its owner has set it up.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Currency, Door, MerchantId, Minor, Money, SecretHash, ShopId, Span, TerminalId};

/// What the outside world calls a terminal: 1 to 16 letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tid(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a TID is 1 to 16 letters and digits")]
pub struct NotATid;

impl Tid {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tid {
    type Err = NotATid;

    fn from_str(text: &str) -> Result<Self, NotATid> {
        let plain = (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if plain { Ok(Self(text.to_owned())) } else { Err(NotATid) }
    }
}

impl TryFrom<String> for Tid {
    type Error = NotATid;

    fn try_from(text: String) -> Result<Self, NotATid> {
        text.parse()
    }
}

impl From<Tid> for String {
    fn from(tid: Tid) -> Self {
        tid.0
    }
}

impl fmt::Display for Tid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who begins a queued task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The terminal, as soon as it is idle, the oldest first. A semi-integrated one differs only in what its operator
    /// may do with the queue, which is nothing here either.
    #[default]
    #[serde(alias = "semi_integrated")]
    Automatic,
    /// Its operator, in any order.
    Assisted,
}

/// How the built-in simulated device answers for a terminal that nobody else is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Simulated {
    /// A good card is presented without delay, unless the amount means something else.
    AtOnce,
    /// Nothing happens before somebody presses a button of the sandbox.
    WhenTold,
}

/// How long a terminal waits for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timings {
    /// For a card, from the beginning of a task.
    pub present_ms: Span,
    /// For a queued task to begin.
    pub queue_ms: Span,
    /// For the terminal to complete what is approved, or for an outcome, before it is reversed.
    pub settle_ms: Span,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            present_ms: Span::from_secs(120),
            queue_ms: Span::from_hours(24),
            settle_ms: Span::from_secs(900),
        }
    }
}

/// The smallest and the largest amount, both allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmountLimits {
    pub min_minor: Minor,
    pub max_minor: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminal {
    pub id: TerminalId,
    pub tid: Tid,
    pub merchant: MerchantId,
    /// Whose account is settled.
    pub shop: ShopId,
    pub name: String,
    /// Whose words describe what is begun by hand at the device.
    pub door: Door,
    /// One that is not active takes no new tasks and lets no device in.
    pub active: bool,
    pub currencies: Vec<Currency>,
    /// A currency without limits has those of its door.
    pub limits: BTreeMap<Currency, AmountLimits>,
    pub refund_enabled: bool,
    pub tips: bool,
    pub printer: bool,
    pub mode: Mode,
    /// Two lower-case letters.
    pub language: String,
    pub timings: Timings,
    pub device_key: SecretHash,
    pub simulated: Option<Simulated>,
}

impl Terminal {
    #[must_use]
    pub fn takes_currency(&self, currency: Currency) -> bool {
        self.currencies.contains(&currency)
    }

    #[must_use]
    pub fn takes_amount(&self, money: Money) -> bool {
        let within = |limits: &AmountLimits| (limits.min_minor..=limits.max_minor).contains(&money.amount);
        money.amount.is_positive()
            && money.amount <= Minor::MAX
            && self.limits.get(&money.currency).is_none_or(within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tid_is_letters_and_digits() {
        for good in ["1", "10012345", "AB12cd34EF56gh78"] {
            assert_eq!(good.parse::<Tid>().map(|tid| tid.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "1 2", "10012345678901234", "1-2", "čtyři"] {
            assert_eq!(bad.parse::<Tid>(), Err(NotATid), "{bad}");
        }
    }
}
