//! What every HTTP door shares: the listening side, bodies, credentials, request ids, and the small print of headers.
//!
//! A door brings an [`axum::Router`]; this crate listens for it ([`server`]), puts an id, a span and metrics around every
//! request ([`request_id`]), and offers the parts a door reads a request with ([`body`], [`json`], [`form`],
//! [`credentials`]) and protects itself with ([`throttle`], [`panic`], [`headers`], [`peer`]).
//!
//! What always holds: everything a stranger can send has a bound in bytes, in count or in time, and an error from here
//! never repeats what the stranger sent. Nothing here knows payments, and nothing here writes an error body: how a refusal
//! looks on the wire is each door's own business.

pub mod body;
pub mod credentials;
pub mod form;
pub mod headers;
pub mod json;
pub mod metering;
pub mod panic;
pub mod peer;
pub mod query;
pub mod request_id;
pub mod server;
pub mod throttle;
pub mod tls;

mod timed;
