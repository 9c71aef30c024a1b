//! The pages of the payer's door, as data.
//!
//! Each page is a struct of text, amounts and choices with a `render` that fills its template. No page knows where
//! its facts come from, and none carries a card number. Everything a shop or a payer wrote is escaped by the
//! templates; addresses to leave to are [`crate::ReturnUrl`]s, so they are web addresses.
//!
//! What a page posts, and to which path below its own, is documented at the page.

mod approval;
mod challenge;
mod decline;
mod methods;
mod notice;
mod outcome;
mod page;
mod pay;
mod processing;
mod returning;
mod test_card;
#[cfg(test)]
mod tests;
mod transfer;

pub use approval::{Approval, ApprovalPage};
pub use challenge::ChallengePage;
pub use decline::Decline;
pub use notice::{Notice, NoticePage};
pub use outcome::{Outcome, OutcomePage};
pub use page::{Page, Placement, ShopLink};
pub use pay::{BankChoice, CardOnFile, MethodTile, PayPage, Problem, Purpose, ReadyCard, Summary};
pub use processing::ProcessingPage;
pub use returning::ReturningPage;
pub use test_card::{TestCard, TestEffect};
pub use transfer::{Arrival, PaymentCode, TransferPage};
