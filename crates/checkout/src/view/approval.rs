//! The simulated places where a payer says yes without typing a card: a bank's page, a wallet's log-in, a telephone's
//! sheet, and the page of any other provider.
//!
//! Each looks like another house than the payment page and says on top that it is a simulation. Posts `method`,
//! `attempt` and `answer` (`confirm`, `refuse`, for other providers also `review`) to `{path}/approval`, a wallet
//! also `email` and a telephone `card`. The way back to the other methods is a link, since nothing is decided by it.

use askama::Template;
use domain::{BankAccount, MethodKind};

use super::methods;
use super::page::Page;
use super::test_card::TestCard;
use crate::money::Amount;

/// Who asks, and what about.
#[derive(Clone, Debug)]
pub enum Approval {
    Bank {
        name: String,
        account: Option<BankAccount>,
    },
    Wallet {
        /// What was typed when it was no address; otherwise a suggestion.
        email: String,
        wrong: bool,
    },
    Device {
        cards: Vec<TestCard>,
    },
    Provider,
}

/// The question whether the payer allows the payment.
#[derive(Clone, Debug, Template)]
#[template(path = "approval.html")]
pub struct ApprovalPage<'a> {
    pub page: Page<'a>,
    pub kind: MethodKind,
    pub approval: Approval,
    pub payee: String,
    pub amount: Amount,
    pub order_number: String,
    pub attempts_made: u32,
}

impl ApprovalPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be filled, which no value of the fields brings about.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    pub(crate) fn provider(&self) -> String {
        match &self.approval {
            Approval::Bank { name, .. } => name.clone(),
            Approval::Wallet { .. } | Approval::Device { .. } | Approval::Provider => {
                methods::name(&self.page, self.kind)
            }
        }
    }

    /// Whom or what this page plays.
    pub(crate) fn simulation(&self) -> String {
        let name = self.provider();
        if matches!(self.approval, Approval::Bank { .. }) || methods::is_somebody(self.kind) {
            self.page.tx("approval-simulation", &[("provider", &name)])
        } else {
            self.page.tx("approval-simulation-method", &[("method", &name)])
        }
    }

    pub(crate) fn back(&self) -> String {
        self.page.with_method(self.kind.name())
    }

    pub(crate) fn account(&self) -> Option<String> {
        match &self.approval {
            Approval::Bank { account: Some(account), .. } => Some(super::transfer::number(account)),
            _ => None,
        }
    }

    pub(crate) const fn may_be_reviewed(&self) -> bool {
        matches!(self.approval, Approval::Provider)
    }
}
