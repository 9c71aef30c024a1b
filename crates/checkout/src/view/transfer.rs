//! A payment order for a payer whose money comes later: where to, how much, under which symbol, and as a code.
//!
//! In the sandbox it also has the bank's buttons: money arrives, is announced, or is refused. They post `method`,
//! `attempt` and `answer` to `{path}/approval`, as the simulated banks do.

use askama::Template;
use domain::BankAccount;
use jiff::Zoned;

use super::page::Page;
use crate::dates;
use crate::money::Amount;

/// How much is known of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    Awaited,
    /// Announced and not confirmed.
    UnderReview,
}

/// A picture for banking applications.
#[derive(Clone, Debug)]
pub struct PaymentCode {
    /// What the standard is called, the same in every language.
    pub name: &'static str,
    /// Made of figures only, so it goes into the page as it is.
    pub svg: String,
}

/// The payment order.
#[derive(Clone, Debug, Template)]
#[template(path = "transfer.html")]
pub struct TransferPage<'a> {
    pub page: Page<'a>,
    pub payee: String,
    pub amount: Amount,
    /// What the payee reads beside the symbol.
    pub message: String,
    /// The payment's number, by which the money is known.
    pub symbol: String,
    /// `None` where another provider is waited for.
    pub account: Option<BankAccount>,
    pub codes: Vec<PaymentCode>,
    pub arrival: Arrival,
    pub until: Option<Zoned>,
    /// Value of `method` in the forms.
    pub method: &'static str,
    pub attempts_made: u32,
}

impl TransferPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be filled, which no value of the fields brings about.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    pub(crate) fn until(&self) -> Option<String> {
        let moment = dates::format(self.until.as_ref()?, self.page.lang);
        Some(self.page.tx("summary-until", &[("moment", &moment)]))
    }

    pub(crate) fn heading(&self) -> String {
        self.page.t(match self.arrival {
            Arrival::Awaited => "order-heading",
            Arrival::UnderReview => "review-heading",
        })
    }

    pub(crate) fn text(&self) -> String {
        self.page.t(match self.arrival {
            Arrival::Awaited => "order-text",
            Arrival::UnderReview => "review-text",
        })
    }

    pub(crate) fn local(&self) -> Option<String> {
        self.account.as_ref().filter(|account| account.local.is_some()).map(number)
    }

    /// An IBAN as people write it, in groups of four.
    pub(crate) fn iban(&self) -> String {
        let iban: Vec<char> = self.account.iter().flat_map(|account| account.iban.chars()).collect();
        iban.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }
}

/// An account number as it is written at home, or an IBAN.
pub(super) fn number(account: &BankAccount) -> String {
    match &account.local {
        Some(local) if local.prefix.is_empty() => format!("{}/{}", local.number, local.bank_code),
        Some(local) => format!("{}-{}/{}", local.prefix, local.number, local.bank_code),
        None => account.iban.clone(),
    }
}
