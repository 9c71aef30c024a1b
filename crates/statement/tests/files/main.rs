//! Files read back. Everything here knows a file only by its bytes: the readers share no code with the writers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "for a test a panic with its place is the best report"
)]

mod examples;
mod office;
mod pdf;
mod properties;
mod read;
mod sample;
mod stream;
