//! Pages that belong to no payment: unknown address, too much to do, a request of no use, a fault on our side.

use askama::Template;

use super::page::Page;

/// What is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// No payment has this address (status 404).
    NotFound,
    /// The request was not accepted, nothing happened (status 503).
    Busy,
    /// The request was too large, incomplete, late or of another kind, and nothing happened (status 400, 405, 408, 413).
    Unusable,
    /// Something failed (status 500); the reference finds it in the log.
    Failure { reference: String },
}

/// A short message instead of a payment.
#[derive(Clone, Debug, Template)]
#[template(path = "notice.html")]
pub struct NoticePage<'a> {
    pub page: Page<'a>,
    pub notice: Notice,
}

impl NoticePage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be filled, which no value of the fields brings about.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    pub(crate) const fn keys(&self) -> (&'static str, &'static str) {
        match self.notice {
            Notice::NotFound => ("not-found-heading", "not-found-text"),
            Notice::Busy => ("busy-heading", "busy-text"),
            Notice::Unusable => ("unusable-heading", "unusable-text"),
            Notice::Failure { .. } => ("failure-heading", "failure-text"),
        }
    }

    pub(crate) fn reference(&self) -> Option<String> {
        match &self.notice {
            Notice::Failure { reference } => Some(self.page.tx("failure-reference", &[("id", reference)])),
            Notice::NotFound | Notice::Busy | Notice::Unusable => None,
        }
    }

    pub(crate) const fn worth_retrying(&self) -> bool {
        matches!(self.notice, Notice::Busy | Notice::Unusable | Notice::Failure { .. })
    }
}
