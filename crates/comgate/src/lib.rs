//! The merchant's door that speaks Comgate's Terminal REST API 2.0 (comgate.md).
//!
//! A login stands for one terminal; what it asks for becomes a task of that terminal or is refused at once, because
//! this protocol knows no queue. What a payment is called here is the spelling of its number; what state it is in is
//! told by one table ([`state`]). Every answer but that of `terminal.json` has a code and a message, and documented
//! errors come with status 200: the form that every client seen can report.
//!
//! Deliberately absent: what a terminal does, who moves the money, and the payment gateway half of Comgate's API.

mod closing;
mod error;
mod login;
mod payments;
mod read;
mod routes;
mod simulation;
mod state;
mod terminal;
mod transfers;

pub use routes::{Settings, router};
