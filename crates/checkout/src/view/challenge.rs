//! The simulated 3-D Secure challenge: the page of the bank that issued the card.
//!
//! Looks like another house than the payment page and says on top that it is a simulation, because a payer must
//! never take it for a bank. Posts `challenge` and `answer` (`confirm` or `refuse`) to `{path}/challenge`.

use askama::Template;

use super::page::Page;
use crate::money::Amount;

/// The question whether it is the card's owner who pays.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge.html")]
pub struct ChallengePage<'a> {
    pub page: Page<'a>,
    /// Which challenge is answered; opaque.
    pub challenge: String,
    /// Name of the (simulated) issuer.
    pub issuer: String,
    pub payee: String,
    pub amount: Amount,
    /// The card's last four digits, nothing more.
    pub card_last_four: String,
}

impl ChallengePage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be filled, which no value of the fields brings about.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
