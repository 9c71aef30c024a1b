//! Identifiers: a number with a meaning never travels as a bare number.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The text was not an identifier: not a positive decimal number of at most 18 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            #[must_use]
            pub const fn new(value: i64) -> Self {
                Self(value)
            }

            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let digits = !text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
                match text.parse::<i64>() {
                    Ok(value) if digits && value > 0 => Ok(Self(value)),
                    _ => Err(NotAnId),
                }
            }
        }
    };
}

id!(
    /// A payment, the same number in every door that shows numbers.
    PaymentId
);
id!(
    /// A legal person that is paid.
    MerchantId
);
id!(
    /// A shop of a merchant; GoPay calls it GoID.
    ShopId
);
id!(
    /// A machine that may ask for tokens on behalf of a merchant.
    ClientId
);
id!(
    /// A card terminal; the outside world knows it by its TID.
    TerminalId
);
id!(
    /// Something a terminal has to do. The task of a sale or a refund has the number of its payment.
    TaskId
);
id!(
    /// One message of the outbox.
    NotificationId
);

impl PaymentId {
    /// The first number ever given out; the real gateway's ids have ten digits as well.
    pub const FIRST: Self = Self(3_000_000_001);
}

impl From<PaymentId> for TaskId {
    fn from(payment: PaymentId) -> Self {
        Self(payment.0)
    }
}

impl From<TaskId> for PaymentId {
    fn from(task: TaskId) -> Self {
        Self(task.0)
    }
}

/// How many events a payment has seen. The store refuses a change decided on another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(u32);

impl Version {
    #[must_use]
    pub const fn new(value: u32) -> Self {
        Self(value)
    }

    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_positive_numbers_are_ids() {
        assert_eq!("3000000001".parse(), Ok(PaymentId::FIRST));
        for wrong in ["", "0", "-1", "+1", "1e3", "12 ", "１２", "9999999999999999999", "abc"] {
            assert_eq!(wrong.parse::<PaymentId>(), Err(NotAnId), "{wrong:?}");
        }
    }
}
