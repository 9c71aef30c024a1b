//! A currency is its ISO 4217 code. Which ones a shop takes is the shop's setting, not a fact of this type.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Three upper-case letters, as ISO 4217 writes them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// The text is not a currency this house deals in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known currency")]
pub struct NotACurrency;

impl Currency {
    pub const CZK: Self = Self(*b"CZK");
    pub const EUR: Self = Self(*b"EUR");
    pub const PLN: Self = Self(*b"PLN");
    pub const USD: Self = Self(*b"USD");
    pub const GBP: Self = Self(*b"GBP");
    pub const HUF: Self = Self(*b"HUF");
    pub const RON: Self = Self(*b"RON");
    pub const BGN: Self = Self(*b"BGN");
    pub const HRK: Self = Self(*b"HRK");
    pub const DKK: Self = Self(*b"DKK");

    /// Every currency some door speaks. All of them are counted in hundredths on the wire.
    pub const ALL: [Self; 10] = [
        Self::CZK,
        Self::EUR,
        Self::PLN,
        Self::USD,
        Self::GBP,
        Self::HUF,
        Self::RON,
        Self::BGN,
        Self::HRK,
        Self::DKK,
    ];

    /// The number ISO 4217 has for it; 0 for one that is not among [`Currency::ALL`].
    #[must_use]
    pub fn number(&self) -> u16 {
        match &self.0 {
            b"CZK" => 203,
            b"EUR" => 978,
            b"PLN" => 985,
            b"USD" => 840,
            b"GBP" => 826,
            b"HUF" => 348,
            b"RON" => 946,
            b"BGN" => 975,
            b"HRK" => 191,
            b"DKK" => 208,
            _ => 0,
        }
    }

    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        Self::ALL.into_iter().find(|currency| currency.code() == text).ok_or(NotACurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = NotACurrency;

    fn try_from(text: String) -> Result<Self, NotACurrency> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
