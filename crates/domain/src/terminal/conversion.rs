//! Dynamic currency conversion: whether the payer pays in the card's currency, and at what price.
//!
//! What is authorised and booked stays in the merchant's currency; this is what the payer was shown and has to be on the
//! receipt. Deliberately absent: who converts.

use serde::{Deserialize, Serialize};

/// What came of the offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversionStatus {
    Accepted,
    NotAccepted,
    NotProcessed,
}

/// Three capital letters: any currency a card may have, not only those that are taken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardCurrency([u8; 3]);

impl CardCurrency {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl TryFrom<String> for CardCurrency {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a currency")
    }
}

impl From<CardCurrency> for String {
    fn from(currency: CardCurrency) -> Self {
        currency.as_str().to_owned()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    pub status: ConversionStatus,
    pub currency: CardCurrency,
    /// In the smallest unit of the card's currency, of which this is the number of decimals.
    pub amount: i64,
    pub decimals: u8,
    /// Millionths of the card's currency for one of the merchant's.
    pub rate_millionths: i64,
    pub markup_basis_points: u16,
    /// What the scheme says of the card's region, 0 to 3.
    pub region: u8,
}

impl Conversion {
    /// What hundredths of the merchant's currency come to, to the nearest unit of the card's.
    #[must_use]
    pub fn converted(hundredths: i64, rate_millionths: i64, decimals: u8) -> i64 {
        let scale = 10_i128.pow(u32::from(decimals.min(6)));
        let exact = i128::from(hundredths) * i128::from(rate_millionths) * scale;
        let rounded = (exact + 50_000_000) / 100_000_000;
        i64::try_from(rounded).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_to_the_cards_units() {
        for (hundredths, rate, decimals, converted) in
            [(9_991, 13_000, 3, 1_299), (9_992, 6_400_000, 0, 639), (100, 40_000, 2, 4), (0, 1, 2, 0)]
        {
            assert_eq!(Conversion::converted(hundredths, rate, decimals), converted);
        }
        assert!(CardCurrency::parse("KWD").is_some());
        assert!(CardCurrency::parse("kwd").is_none() && CardCurrency::parse("KW").is_none());
    }
}
