//! The page on the way back to the shop: the answer to a post of `{path}/return`.
//!
//! A page and not a redirect, because browsers hold the redirects after a post against `form-action`
//! ([`crate::headers`]). In a tab it leaves at once by itself, with or without JavaScript; in a frame it tells the
//! shop's page to close the frame, and offers the way by hand should nobody listen.

use askama::Template;

use super::page::Page;

/// Leads to the shop; without a return address it says that the page may be closed.
#[derive(Clone, Debug, Template)]
#[template(path = "returning.html")]
pub struct ReturningPage<'a> {
    pub page: Page<'a>,
}

impl ReturningPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be filled, which no value of the fields brings about.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
