//! Cards. The number and the code live in memory only: their types do not print, do not serialise, and
//! are wiped when dropped. What may be kept is a [`CardSummary`]: first six, last four, a keyed fingerprint.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What is wrong with something typed as card data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    #[error("not a card number")]
    Number,
    #[error("not an expiry date")]
    Expiry,
    #[error("not a card verification code")]
    Code,
    #[error("not a PIN")]
    Pin,
}

/// A primary account number: 12 to 19 digits that pass the Luhn check.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pan(String);

impl Pan {
    /// Reads a number as people type it, with spaces or dashes.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
        let plain = (12..=19).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let pan = Self(digits);
        if plain && luhn(&pan.0) { Ok(pan) } else { Err(CardError::Number) }
    }

    /// All digits: for the acquirer and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn first_six(&self) -> &str {
        self.0.get(..6).unwrap_or_default()
    }

    #[must_use]
    pub fn last_four(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default()
    }
}

impl fmt::Debug for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pan(…)")
    }
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit.wrapping_sub(b'0'));
            match (place % 2, value) {
                (0, _) => value,
                (_, 0..=4) => value * 2,
                _ => value * 2 - 9,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// A card verification code: three digits, four on some brands.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Cvc(String);

impl Cvc {
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let text = text.trim();
        let plain = (3..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if plain { Ok(Self(text.to_owned())) } else { Err(CardError::Code) }
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Cvc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cvc(…)")
    }
}

/// The last month a card is good for. Written `2030-12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Expiry {
    pub year: u16,
    pub month: u8,
}

impl Expiry {
    pub fn new(year: u16, month: u8) -> Result<Self, CardError> {
        let plausible = (1..=12).contains(&month) && (2000..=2099).contains(&year);
        if plausible { Ok(Self { year, month }) } else { Err(CardError::Expiry) }
    }

    /// `YYMM`, the form GoPay answers with (gopay.md §5.4).
    #[must_use]
    pub fn yymm(self) -> String {
        format!("{:02}{:02}", self.year % 100, self.month)
    }
}

impl TryFrom<String> for Expiry {
    type Error = CardError;

    fn try_from(text: String) -> Result<Self, CardError> {
        let (year, month) = text.split_once('-').ok_or(CardError::Expiry)?;
        let number = |text: &str| text.parse().map_err(|_| CardError::Expiry);
        Self::new(number(year)?, month.parse().map_err(|_| CardError::Expiry)?)
    }
}

impl From<Expiry> for String {
    fn from(expiry: Expiry) -> Self {
        format!("{:04}-{:02}", expiry.year, expiry.month)
    }
}

/// Everything the payer typed, on its way from the page to the acquirer.
#[derive(Debug, Clone)]
pub struct CardData {
    pub pan: Pan,
    pub expiry: Expiry,
    /// Absent when a merchant's stored card is charged.
    pub cvc: Option<Cvc>,
}

/// What may be remembered of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardSummary {
    pub first_six: String,
    pub last_four: String,
    pub expiry: Expiry,
    /// The scheme's product name as the acquirer knows it, e.g. `VISA Electron`.
    pub brand: String,
    /// ISO 3166-1 alpha-3 country of the issuer.
    pub country: String,
    /// The issuer's name in upper case.
    pub bank: String,
    /// Keyed, so that nobody without the key can search for a card number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

impl CardSummary {
    /// `444444******4448`: always six stars, whatever the length of the number was.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}******{}", self.first_six, self.last_four)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for good in ["4444444444444448", "4444 4444 4444 4448", "5447-3800-0000-0006", "378282246310005"] {
            assert!(Pan::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "4444444444444449", "44444444444", "4444444444444444444444", "4444x44444444448"] {
            assert!(Pan::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_card_does_not_print_its_secrets() {
        let card = CardData {
            pan: Pan::parse("4444444444444448").unwrap(),
            expiry: Expiry::new(2030, 12).unwrap(),
            cvc: Some(Cvc::parse("987").unwrap()),
        };
        let printed = format!("{card:?}");
        assert!(!printed.contains("4444") && !printed.contains("987"), "{printed}");
    }
}
