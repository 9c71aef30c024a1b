//! What tests share: the real server on a free port, a private PostgreSQL, and the actors of a payment.
//!
//! A story is told by actors that go only through public doors: a [`Shop`](gopay::Shop) that speaks GoPay's
//! API, the [`Sandbox`](gopay::Sandbox) that presses the payer's buttons, a [`Receiver`](receiver::Receiver)
//! that is the shop's notification address and a [`Chrome`](chrome::Chrome) that is the payer's browser. All
//! of them meet a [`Till`](server::Till), which is the very binary that is shipped.
//!
//! What always holds: whatever an actor starts (process, folder, database, port) ends with the actor, even
//! when a test panics; every wait is for something to happen and is bounded only so that a failure ends.
//!
//! Deliberately absent: anything that knows the inside of the server. This crate depends on none of its
//! crates.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "only tests and the bench use this crate, and for them a panic with its place is the best report"
)]

pub mod chrome;
pub mod comgate;
pub mod gopay;
pub mod gptom;
pub mod http;
pub mod logs;
pub mod mobilepay;
pub mod postgres;
pub mod process;
pub mod receiver;
pub mod server;
pub mod terminal;
pub mod webdriver;

use std::time::Duration;

/// How long anything may take before a test gives up on it. It is a guard against hanging for ever and never
/// a measure of speed: a machine under load is slow, not wrong.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The instruments most stories need.
pub mod prelude {
    pub use crate::chrome::{Browser, Chrome};
    pub use crate::comgate::Register;
    pub use crate::gopay::{DEMO_SHOP, Sandbox, Shop};
    pub use crate::gptom::CashDesk;
    pub use crate::http::{Answer, Client};
    pub use crate::mobilepay::{Cinema, Payer};
    pub use crate::postgres::{PgServer, TestDatabase};
    pub use crate::receiver::{Receiver, Reply};
    pub use crate::server::{Backend, Till, TillBuilder};
    pub use crate::terminal::{Counter, Device, Hello};
    pub use serde_json::{Value, json};
}
