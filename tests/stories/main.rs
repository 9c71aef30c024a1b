//! Stories told through real sockets against the real binary, one folder a door.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "for a test a panic with its place is the best report"
)]

mod browser;
mod comgate;
mod fire;
mod gopay;
mod gptom;
mod mobilepay;
mod openapi;
mod phone;
mod readme;
pub(crate) mod terminal;
mod terminal_browser;
