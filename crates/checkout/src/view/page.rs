//! What all pages have in common: language, address, where they are shown, and whose payment it is.

use std::fmt::Write as _;

use crate::assets;
use crate::lang::Lang;
use crate::locales::Locales;
use crate::money::Amount;
use crate::return_url::ReturnUrl;

/// Where the page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In a tab of its own (redirect mode).
    Tab,
    /// In the shop's page, by `embed.js` (inline mode; the address carries `inline=1`).
    Inline,
}

/// The payment as the shop may know it: what is told to the shop's page when this page is inside it.
#[derive(Clone, Debug)]
pub struct ShopLink {
    pub payment_id: String,
    /// The payment's state in the shop's vocabulary (gopay.md §9, `State`).
    pub state: String,
    /// `None` if the shop gave no usable address.
    pub return_url: Option<ReturnUrl>,
}

/// The frame around the contents of every page.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    pub locales: &'a Locales,
    pub lang: Lang,
    /// Path of this payment's page, e.g. `/gw/v3/<token>`; forms post to paths below it.
    pub path: String,
    pub placement: Placement,
    /// Whether this is a sandbox, which every page then says.
    pub sandbox: bool,
    /// `None` on pages that belong to no payment.
    pub shop: Option<ShopLink>,
}

impl Page<'_> {
    /// The text of `key` in the page's language.
    pub(crate) fn t(&self, key: &str) -> String {
        self.locales.texts(self.lang).get(key)
    }

    /// The text of `key` with its placeables filled in.
    pub(crate) fn tx(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.locales.texts(self.lang).with(key, values)
    }

    pub(crate) fn count(&self, key: &str, count: u32) -> String {
        self.locales.texts(self.lang).count(key, count)
    }

    pub(crate) fn amount(&self, amount: &Amount) -> String {
        amount.format(self.lang)
    }

    pub(crate) const fn inline(&self) -> bool {
        matches!(self.placement, Placement::Inline)
    }

    pub(crate) fn return_url(&self) -> Option<&ReturnUrl> {
        self.shop.as_ref().and_then(|shop| shop.return_url.as_ref())
    }

    /// This payment's page in the current language.
    pub(crate) fn own_address(&self) -> String {
        self.address("", self.lang, None)
    }

    /// Where the form for `action` posts to; language and placement travel along.
    pub(crate) fn action(&self, action: &str) -> String {
        self.address(&format!("/{action}"), self.lang, None)
    }

    /// This payment's page in another language.
    pub(crate) fn in_language(&self, lang: &Lang) -> String {
        self.address("", *lang, None)
    }

    /// This payment's page with another method opened.
    pub(crate) fn with_method(&self, method: &str) -> String {
        self.address("", self.lang, Some(("method", method)))
    }

    pub(super) fn address(&self, below: &str, lang: Lang, extra: Option<(&str, &str)>) -> String {
        let mut address = format!("{}{below}?lang={}", self.path, lang.code());
        if self.inline() {
            address.push_str("&inline=1");
        }
        if let Some((name, value)) = extra {
            // Writing to a String cannot fail.
            let _ = write!(address, "&{name}={value}");
        }
        address
    }

    pub(crate) const fn languages(&self) -> [Lang; 13] {
        Lang::ALL
    }

    pub(crate) fn stylesheet(&self) -> &'static str {
        assets::stylesheet_path()
    }

    pub(crate) fn script(&self) -> &'static str {
        assets::script_path()
    }

    pub(crate) fn icon(&self) -> &'static str {
        assets::icon_path()
    }
}
