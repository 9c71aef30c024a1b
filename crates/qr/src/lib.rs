//! Payment codes: what a banking application scans to fill in a payment order.
//!
//! An [`Order`] becomes the text of a national standard ([`Standard`]) and the text a picture. The four standards are
//! SPAYD (Czechia), PAY by square (Slovakia), the European payments council's code (SEPA) and that of the Hungarian
//! national bank.
//!
//! Deliberately absent: knowing whether anybody has paid.

mod by_square;
mod lzma;
mod picture;
mod texts;

use domain::{BankAccount, Currency, Money};

pub use picture::Picture;

/// What is to be paid to whom.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    pub account: &'a BankAccount,
    pub money: Money,
    /// Up to ten digits by which the payee knows the payment.
    pub symbol: &'a str,
    pub message: &'a str,
    /// Until when the order is good, `yyyymmddhhmmss` in universal time.
    pub until: &'a str,
}

/// How a payment order is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standard {
    Spayd,
    PayBySquare,
    Sepa,
    Mnb,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The standard cannot say this amount or is too small for this order.
    #[error("the order does not fit the standard")]
    DoesNotFit,
    #[error("the picture could not be drawn")]
    Drawing,
}

impl Standard {
    /// The standards for orders in a currency; none for most currencies.
    #[must_use]
    pub fn of(currency: Currency) -> &'static [Self] {
        match currency {
            Currency::CZK => &[Self::Spayd],
            Currency::EUR => &[Self::PayBySquare, Self::Sepa],
            Currency::HUF => &[Self::Mnb],
            _ => &[],
        }
    }

    /// The order in this standard's words.
    pub fn text(self, order: &Order<'_>) -> Result<String, Error> {
        match self {
            Self::Spayd => Ok(texts::spayd(order)),
            Self::PayBySquare => by_square::text(order),
            Self::Sepa => Ok(texts::sepa(order)),
            Self::Mnb => texts::mnb(order),
        }
    }

    pub fn picture(self, order: &Order<'_>) -> Result<Picture, Error> {
        Picture::of(&self.text(order)?)
    }
}

#[cfg(test)]
mod tests;
