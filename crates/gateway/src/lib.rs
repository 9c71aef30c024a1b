//! The only thing every door calls: use cases, workers, the clock, ids, tokens and keys.
//!
//! A door turns bytes into a call here and the result into bytes. In between a payment is loaded, a command
//! is decided by the domain, and what follows from it is committed at once: the payment, its history, the
//! ledger, the idempotency key, the message to the merchant. Nothing is answered before it is durable, and
//! what could not be learned from the acquirer is found out later by [`recovery`], never guessed.
//!
//! Deliberately absent: the words of any protocol, and HTTP in its direction.

mod account_payments;
mod audit;
mod cards;
mod challenges;
mod change;
mod clock;
mod directory;
mod documents;
mod eet;
mod error;
mod gateway;
mod guids;
mod idempotency;
mod ids;
mod import;
pub mod inspect;
mod keyring;
mod locks;
mod logins;
mod mobilepay;
pub mod names;
mod outbox;
pub mod outgoing;
mod payments;
mod payouts;
mod people;
pub mod phone;
pub mod points_of_sale;
pub mod recovery;
mod recurrences;
mod sandbox;
mod signals;
mod statements;
pub mod terminals;
mod tokens;
mod vault;
mod workers;

pub use acquirer::{
    Acquirer, Behaviour, DECLINED_ENDING, DEFAULT_CARD, Fault, Operation, PlasticCard, RIGHT_PIN, Simulator,
    TERMINAL_CARDS, TEST_CARDS, TestCard, Trait,
};
pub use audit::Audit;
pub use cards::{CardFixture, StoredCard, TokenMeaning};
pub use clock::{Clock, SandboxClock, SystemClock};
pub use directory::Directory;
pub use eet::{Authority, EetKeyFixture, MOST_RECEIPTS, Script as EetScript};
pub use error::Error;
pub use gateway::{Announce, Gateway, Parts, SandboxParts, Tuning};
pub use idempotency::{LONGEST_KEY, RequestKey};
pub use import::{Fixtures, ImportError, Imported};
pub use keyring::{Keyring, NotAKeyring};
pub use logins::RegisterLoginFixture;
pub use mobilepay::{
    IssuingFixture, MobilePayBook, MobilePayMerchantFixture, MobilePayStoreFixture, MobilePayTerminalFixture,
};
pub use outbox::{Courier, MOST_ATTEMPTS, Outbox, PAUSES};
pub use payments::{CardStep, Done, When};
pub use payouts::MOST_PAYOUTS;
pub use people::{OauthClientFixture, PersonFixture, PersonLogin};
pub use recurrences::{
    LaterCharge, LocalCalendar, NewCharge, RecurrenceError, RecurrenceFixture, Standing, civil,
};
pub use sandbox::{CLOCK_SETTING, Dispatch, Sandbox};
pub use statements::{AccountMovement, AccountStatement, MovementKind, StatementOf, Turnover};
pub use store::{Attempt, DeliveryState, Notification};
pub use tokens::{Access, Scope};
pub use vault::Rotation;
pub use workers::Workers;
