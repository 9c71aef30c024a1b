//! What the payer's phone is shown, and whose phones there are (mobilepay.md §10).
//!
//! These are copies made for looking at; the truth is in the documents and payments they were read from. Amounts are exact,
//! names of states are the interface's own.

use std::fmt;
use std::str::FromStr;

use domain::{BeaconId, Guid, Money, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Signal, Topic};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::gateway::Gateway;

/// A phone number with its country, as a number: `+4520031801` is 4 520 031 801.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(i64);

/// The text is not `+` and 7 to 15 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a phone number is + and 7 to 15 digits")]
pub struct NotAPhoneNumber;

impl PhoneNumber {
    pub(crate) const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The key of the signals about this phone.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Whose phone it is.
    #[must_use]
    pub fn customer(self) -> Option<&'static Customer> {
        let listed = CUSTOMERS.iter().find(|customer| customer.phone == self);
        listed.or_else(|| CROWD.contains(&self.0).then_some(&ONE_OF_MANY))
    }
}

impl FromStr for PhoneNumber {
    type Err = NotAPhoneNumber;

    fn from_str(text: &str) -> Result<Self, NotAPhoneNumber> {
        let digits = text.strip_prefix('+').ok_or(NotAPhoneNumber)?;
        let plain = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(number) if plain => Ok(Self(number)),
            _ => Err(NotAPhoneNumber),
        }
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

/// A test customer and what happens to their payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Customer {
    pub phone: PhoneNumber,
    pub name: &'static str,
    /// ISO 3166.
    pub country: &'static str,
    pub source: PaymentSource,
    pub card: &'static str,
    /// Whether a shop may capture less than was approved.
    pub partial_capture: bool,
    pub loyalty_ids: &'static [&'static str],
    pub age: u8,
    /// The bank says no.
    pub fail_reservation: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentSource {
    CreditCard,
    DebitCard,
}

impl PaymentSource {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreditCard => "CreditCard",
            Self::DebitCard => "DebitCard",
        }
    }
}

/// The one most others differ from.
const fn customer(phone: i64, name: &'static str, country: &'static str, card: &'static str) -> Customer {
    Customer {
        phone: PhoneNumber(phone),
        name,
        country,
        source: PaymentSource::CreditCard,
        card,
        partial_capture: true,
        loyalty_ids: &[],
        age: 34,
        fail_reservation: false,
    }
}

/// Ten thousand more who are all the same, for whoever wants a crowd.
const CROWD: std::ops::RangeInclusive<i64> = 4_570_000_000..=4_570_009_999;
static ONE_OF_MANY: Customer = customer(4_570_000_000, "One of many", "DK", "Visa 0000");

/// Everybody who has a phone of their own.
pub const CUSTOMERS: &[Customer] = &[
    customer(4_520_031_801, "Astrid Holm", "DK", "Visa 1801"),
    Customer {
        source: PaymentSource::DebitCard,
        ..customer(4_520_031_802, "Jeppe Lund", "DK", "Dankort 1802")
    },
    customer(4_520_031_803, "Signe Krogh", "DK", "Mastercard 1803"),
    Customer {
        loyalty_ids: &["DK-804-1", "DK-804-2"],
        ..customer(4_520_031_804, "Mikkel Bang", "DK", "Visa 1804")
    },
    Customer { partial_capture: false, ..customer(4_520_031_805, "Freja Dam", "DK", "Mastercard 1805") },
    Customer { fail_reservation: true, ..customer(4_520_031_806, "Rasmus Toft", "DK", "Visa 1806") },
    Customer { age: 15, ..customer(4_520_031_807, "Alma Vind", "DK", "Mastercard 1807") },
    customer(358_200_318_001, "Aino Koski", "FI", "Visa 8001"),
    Customer {
        source: PaymentSource::DebitCard,
        ..customer(358_200_318_002, "Eetu Niemi", "FI", "Visa Debit 8002")
    },
    customer(358_200_318_003, "Helmi Saari", "FI", "Mastercard 8003"),
    Customer {
        loyalty_ids: &["FI-004-1", "FI-004-2"],
        ..customer(358_200_318_004, "Onni Virta", "FI", "Visa 8004")
    },
    Customer { partial_capture: false, ..customer(358_200_318_005, "Lumi Halla", "FI", "Mastercard 8005") },
    Customer { fail_reservation: true, ..customer(358_200_318_006, "Veikko Suo", "FI", "Visa 8006") },
    Customer { age: 15, ..customer(358_200_318_007, "Ilmari Kallio", "FI", "Mastercard 8007") },
];

/// A point of sale, by the names a customer knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PosView {
    pub beacon: BeaconId,
    pub pos: Guid,
    pub name: String,
    pub store_name: String,
    pub store_city: String,
    pub brand_name: String,
    pub require_payment_before_checkin: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentView {
    pub id: Guid,
    pub order_id: String,
    /// One of the eleven (§7.1).
    pub status: &'static str,
    /// None until the shop has said how much.
    pub amount: Option<Money>,
    pub captured: Option<Money>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// When the running timer ends.
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundView {
    pub id: Guid,
    pub payment: Guid,
    /// One of the six (§7.2).
    pub status: &'static str,
    pub amount: Money,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

/// Who and what is at a point of sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtPos {
    pub pos: PosView,
    pub checked_in: Option<PhoneNumber>,
    /// The one that blocks the point of sale.
    pub payment: Option<PaymentView>,
}

/// Where a customer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedIn {
    pub pos: PosView,
    pub since: Timestamp,
    /// The one that is with the customer.
    pub payment: Option<PaymentView>,
}

/// Something that happened to a customer's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activity {
    Payment(PosView, PaymentView),
    Refund(PosView, RefundView),
}

/// All that a phone shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    pub number: PhoneNumber,
    pub check_in: Option<CheckedIn>,
    /// Newest change first.
    pub activity: Vec<Activity>,
}

/// Word of phones that show something else than before.
#[derive(Debug)]
pub struct PhoneChanges(Receiver<Signal>);

/// Whose phone it is, or that some word was missed and everybody has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneChange {
    Of(PhoneNumber),
    All,
}

impl PhoneChanges {
    /// The next one; `None` when nothing will ever change again.
    pub async fn next(&mut self) -> Option<PhoneChange> {
        loop {
            match self.0.recv().await {
                Ok(Signal { topic: Topic::Phone, key }) => {
                    return Some(PhoneChange::Of(PhoneNumber(key)));
                }
                Ok(Signal { topic: Topic::Lost, .. }) | Err(RecvError::Lagged(_)) => {
                    return Some(PhoneChange::All);
                }
                Ok(_) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

impl Gateway {
    /// From now on.
    #[must_use]
    pub fn phone_changes(&self) -> PhoneChanges {
        PhoneChanges(self.store.signals())
    }
}

/// Why a phone was told no.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    #[error("no active point of sale has this beacon")]
    UnknownBeacon,
    #[error("no test customer has this phone number")]
    UnknownCustomer,
    #[error("another customer is here, or this one is busy elsewhere")]
    OtherCustomer,
    #[error("the shop lets nobody check in before there is a payment")]
    PaymentFirst,
    #[error("the customer is not checked in here")]
    NotCheckedIn,
    #[error("no amount waits for the customer's approval")]
    NothingToPay,
    #[error("there is no payment that the customer could cancel")]
    NotCancellable,
    #[error("too much is going on, try again shortly")]
    Overloaded,
    #[error("{0}")]
    Internal(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_written_as_it_was_read() {
        for customer in CUSTOMERS {
            let text = customer.phone.to_string();
            assert_eq!(text.parse(), Ok(customer.phone));
            assert_eq!(customer.phone.customer(), Some(customer));
        }
        for wrong in [
            "",
            "+",
            "4520031801",
            "+45 20031801",
            "+0520031801",
            "+452003",
            "+1234567890123456",
            "++4520031801",
        ] {
            assert_eq!(wrong.parse::<PhoneNumber>(), Err(NotAPhoneNumber), "{wrong}");
        }
    }

    #[test]
    fn nobody_is_there_twice() {
        let mut phones: Vec<_> = CUSTOMERS.iter().map(|customer| customer.phone).collect();
        phones.dedup();
        assert_eq!(phones.len(), CUSTOMERS.len());
        assert!(CUSTOMERS.iter().all(|customer| !customer.name.is_empty() && !customer.card.is_empty()));
    }
}
