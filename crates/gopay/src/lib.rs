//! GoPay REST v3, wire for wire (the facts: gopay.md, cited by section).
//!
//! Bytes become a wire type, a wire type a command for the gateway, and its result bytes again. What is
//! particular to this door lives here and nowhere else: tolerant reading of what its clients send, the
//! fixed order of what they get back, its states and its error table.
//!
//! Deliberately absent: decisions about payments (domain), and anything another door might need (http).
//! Services that are not here yet are unknown services.

mod access;
mod answer;
mod cards;
mod create;
mod eet;
mod error;
mod extra;
mod fields;
mod instrument;
mod instruments;
mod labels;
mod language;
mod operations;
mod qr_payment;
mod read;
mod recurrence;
mod routes;
mod scripted;
mod state;
mod statements;
mod token;
mod view;

use domain::Payment;
use polytill_http::query;

pub use routes::{Settings, openapi, router};

/// The address to call about a change, or nothing when the merchant would see no new state (§11).
#[must_use]
pub fn announce(before: &Payment, after: &Payment) -> Option<String> {
    let url = after.terms.notification_url.as_deref()?;
    let now = state::of(after);
    let told = now != state::of(before) || after.refunded != before.refunded;
    (told && now.is_announced()).then(|| {
        let url = query::append(url, "id", &after.id.to_string());
        match after.terms.on_file.parent {
            Some(first) => query::append(&url, "parent_id", &first.to_string()),
            None => url,
        }
    })
}

/// The payment's state as the merchant's page may know it, in this door's word (§9).
#[must_use]
pub fn state_name(payment: &Payment) -> &'static str {
    state::of(payment).name()
}
