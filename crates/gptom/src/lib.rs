//! The merchant's door that speaks GP tom's Cloud API (gptom.md).
//!
//! A cash register gets a token for a person's account, creates tasks for a terminal and asks what became of
//! them. The terminals, their queues and batches are the same that every other door drives; only words differ,
//! and those are data ([`Profile`]).
//!
//! Deliberately absent: what a terminal does with a task, and who moves the money.

#![allow(dead_code, reason = "the words are here before the routes that speak them")]

mod codes;
mod jwt;
mod profile;
mod request;
mod tid;

pub use profile::{AmountUnit, BUILT_IN, Profile, ProfileError, TaskWord};
