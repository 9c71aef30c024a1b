//! Money is an integer count of minor units with a currency. There is no floating point in this house.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Currency;

/// An amount in minor units (hundredths) of a currency that the context names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minor(i64);

impl Minor {
    pub const ZERO: Self = Self(0);

    /// The largest amount any door takes: far above every provider's limit, far below overflow, so
    /// that a sum of a million such amounts still fits.
    pub const MAX: Self = Self(1_000_000_000_000);

    #[must_use]
    pub const fn new(value: i64) -> Self {
        Self(value)
    }

    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The sum; saturating, because amounts are bounded by [`Minor::MAX`] long before it matters.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An amount and what it is an amount of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub amount: Minor,
    pub currency: Currency,
}

impl Money {
    #[must_use]
    pub const fn new(amount: Minor, currency: Currency) -> Self {
        Self { amount, currency }
    }
}
