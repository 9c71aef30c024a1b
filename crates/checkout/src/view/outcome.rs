//! The page that says how the payment ended, and leads back to the shop.
//!
//! A payment that succeeded returns by itself after a few seconds; one that did not waits for the payer, who has
//! something to read (gopay.md §10). Posts nothing to `{path}/return`.

use askama::Template;

use super::decline::Decline;
use super::page::Page;
use crate::money::Amount;

/// How a payment ended, as far as this page is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Just paid.
    Paid,
    /// Just authorised (preauthorisation).
    Authorised,
    /// Authorised earlier, and the shop has not charged it yet; the page was opened again.
    StillReserved,
    /// Paid earlier; the page was opened again.
    AlreadyPaid,
    /// All of it given back.
    Refunded,
    /// Some of it given back.
    PartlyRefunded,
    /// Declined for good: no attempt is left.
    Declined(Decline),
    /// Cancelled by the payer or the shop.
    Cancelled,
    /// Not paid in time.
    Expired,
}

/// How a page of this outcome feels; chooses icon and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Good,
    Neutral,
    Bad,
}

impl Outcome {
    const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Paid => ("paid-heading", "paid-text"),
            Self::Authorised | Self::StillReserved => ("authorised-heading", "authorised-text"),
            Self::AlreadyPaid => ("already-paid-heading", "already-paid-text"),
            Self::Refunded => ("refunded-heading", "refunded-text"),
            Self::PartlyRefunded => ("partly-refunded-heading", "partly-refunded-text"),
            Self::Declined(_) => ("decline-heading", "final-decline-text"),
            Self::Cancelled => ("cancelled-heading", "cancelled-text"),
            Self::Expired => ("expired-heading", "expired-text"),
        }
    }

    const fn mood(self) -> Mood {
        match self {
            Self::Paid | Self::Authorised | Self::StillReserved | Self::AlreadyPaid => Mood::Good,
            Self::Refunded | Self::PartlyRefunded | Self::Cancelled | Self::Expired => Mood::Neutral,
            Self::Declined(_) => Mood::Bad,
        }
    }

    /// Only what just succeeded: an old page that is looked at again stays until the payer leaves it.
    const fn returns_by_itself(self) -> bool {
        matches!(self, Self::Paid | Self::Authorised)
    }
}

/// Seconds until a successful payment goes back to the shop: enough to read the page, not enough to wonder.
const RETURN_AFTER_SECONDS: u32 = 4;

/// The result of a payment.
#[derive(Clone, Debug, Template)]
#[template(path = "outcome.html")]
pub struct OutcomePage<'a> {
    pub page: Page<'a>,
    pub outcome: Outcome,
    pub payee: String,
    /// The shop's own number.
    pub order_number: String,
    /// What was paid or reserved.
    pub amount: Amount,
    /// How much of it was given back.
    pub refunded: Amount,
}

impl OutcomePage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be filled, which no value of the fields brings about.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    pub(crate) fn heading(&self) -> String {
        self.page.t(self.outcome.keys().0)
    }

    pub(crate) fn text(&self) -> String {
        let (amount, refunded) = (self.page.amount(&self.amount), self.page.amount(&self.refunded));
        let values = [("amount", amount.as_str()), ("refunded", &refunded), ("payee", &self.payee)];
        self.page.tx(self.outcome.keys().1, &values)
    }

    pub(crate) const fn declined(&self) -> Option<Decline> {
        match self.outcome {
            Outcome::Declined(reason) => Some(reason),
            Outcome::Paid
            | Outcome::Authorised
            | Outcome::StillReserved
            | Outcome::AlreadyPaid
            | Outcome::Refunded
            | Outcome::PartlyRefunded
            | Outcome::Cancelled
            | Outcome::Expired => None,
        }
    }

    pub(crate) const fn mood(&self) -> &'static str {
        match self.outcome.mood() {
            Mood::Good => "good",
            Mood::Neutral => "neutral",
            Mood::Bad => "bad",
        }
    }

    /// Seconds until the page leaves by itself, if it does.
    pub(crate) fn return_after(&self) -> Option<u32> {
        let possible = self.outcome.returns_by_itself() && self.page.return_url().is_some();
        possible.then_some(RETURN_AFTER_SECONDS)
    }
}
