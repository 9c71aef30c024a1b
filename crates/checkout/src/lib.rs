//! The payer's door: the hosted payment page.
//!
//! What is here shows a payment to the person who pays it, reads what that person types, and speaks to the shop's
//! page when the payment is shown inside it. Pages are plain structs ([`view`]) rendered to HTML; they hold text,
//! amounts and choices, never a card number.
//!
//! What always holds: every page works without JavaScript in redirect mode; no page carries an inline script or
//! style or asks another host for anything ([`headers`]); every text comes from a locale file, and all locale files
//! have the same keys ([`locales`]); card digits exist only in [`card_form`] types that do not print themselves.

pub mod assets;
pub mod card_form;
pub mod dates;
pub mod headers;
pub mod lang;
pub mod locales;
pub mod logos;
mod methods;
pub mod money;
pub mod return_url;
mod routes;
mod show;
mod test_cards;
pub mod view;

pub use lang::Lang;
pub use locales::Locales;
pub use money::Amount;
pub use return_url::ReturnUrl;
pub use routes::{StateName, router};
