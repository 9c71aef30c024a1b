//! The merchant's door that speaks MobilePay PoS powered by Integra (mobilepay.md).
//!
//! Two halves meet in three files: [`operation`] says what there is, [`reply`] what comes back, [`engine`] who does it. The
//! wire half reads queries, forms, JSON and XML into named texts, finds out who is asking, and writes the answer from
//! one table of types; the other half turns an operation into a call of the gateway.
//!
//! Deliberately absent: decisions about payments (domain), and the customer's phone.

mod answer;
mod code;
mod door;
pub mod engine;
pub mod fault;
mod guard;
mod help;
pub mod inputs;
mod login;
pub mod negotiate;
pub mod operation;
pub mod read;
pub mod reply;
pub mod types;
mod write;

pub use code::{content as code_content, path as code_path};
pub use door::{ErrorStatus, Settings, respelled, router};
