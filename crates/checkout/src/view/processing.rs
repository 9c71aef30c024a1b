//! The page for a payment whose outcome is not known yet.
//!
//! Asks again by itself, more and more slowly, and stops after a bounded number of rounds: the payer then decides,
//! and the shop learns the outcome by notification in any case. The round travels in the address (`wait`), so it
//! works without JavaScript and the server keeps nothing.

use askama::Template;

use super::page::Page;
use crate::money::Amount;

/// Seconds to wait in each round before asking again.
const ROUND_SECONDS: [u32; 16] = [1, 1, 2, 2, 2, 3, 3, 3, 5, 5, 5, 10, 10, 15, 15, 30];

/// The payment is with the issuer, or nobody knows where it is.
#[derive(Clone, Debug, Template)]
#[template(path = "processing.html")]
pub struct ProcessingPage<'a> {
    pub page: Page<'a>,
    pub payee: String,
    pub amount: Amount,
    /// How often this page has been shown in a row: `wait` of its address, 0 without.
    pub round: u32,
}

impl ProcessingPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be filled, which no value of the fields brings about.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    /// Seconds until this page asks again; `None` when it has asked often enough.
    pub(crate) fn refresh_after(&self) -> Option<u32> {
        ROUND_SECONDS.get(usize::try_from(self.round).ok()?).copied()
    }

    pub(crate) fn next_address(&self) -> String {
        let next = self.round.saturating_add(1).to_string();
        self.page.address("", self.page.lang, Some(("wait", &next)))
    }
}
