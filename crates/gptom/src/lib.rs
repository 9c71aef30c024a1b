//! The merchant's door that speaks GP tom's Cloud API (gptom.md).
//!
//! A cash register gets a token for a person's account, creates tasks for a terminal and asks what became of
//! them. The terminals, their queues and batches are the same that every other door drives; only words differ,
//! and those are data ([`Profile`]).
//!
//! Deliberately absent: what a terminal does with a task, and who moves the money.

mod batches;
mod caller;
mod codes;
mod create;
mod error;
mod filter;
mod jwt;
mod names;
mod profile;
mod record;
mod request;
mod routes;
mod tasks;
mod tid;
mod token;
mod transactions;
mod view;

pub use profile::{AmountUnit, BUILT_IN, Profile, ProfileError, TaskWord};
pub use routes::router;

/// A moment in UTC with milliseconds: clients' parsers insist on the fraction (§5).
fn time(at: domain::Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
    format!("{at:.3}")
}
