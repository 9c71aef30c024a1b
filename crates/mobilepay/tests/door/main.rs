//! The door from outside, with an engine that answers with what it was asked: formats, reading, refusals, guards.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "only tests: a panic with its place is the best report"
)]

mod echo;
mod guards;
mod matrix;
mod pages;
mod reading;
