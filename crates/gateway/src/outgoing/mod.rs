//! The one way out: HTTP requests to addresses that merchants name.
//!
//! A merchant may name any address, also one that only we can reach: a database, a cloud's metadata service, ourselves.
//! So every address is checked at the moment it is dialled, inside the connector, after resolution; between check
//! and use there is no gap for a name to change its mind in. Redirects are never followed, answers are read to a bound
//! and thrown away, and every wait has an end.
//!
//! [`ranges`] knows which addresses are special, [`Policy`] which of them this server may call, `connector` dials, and
//! [`Outgoing`] sends. Errors are typed and name neither URL nor address: both may carry secrets of the merchant's.

mod client;
mod connector;
mod error;
mod policy;
pub mod ranges;

pub use client::{Delivered, Outgoing, OutgoingOptions, OutgoingRequest, Timeouts, public_roots};
pub use connector::{Resolver, SystemResolver};
pub use error::{SendError, Stage};
pub use policy::{MAX_URL_BYTES, Policy};

#[cfg(test)]
mod tests;
