//! How much one statement looks at or changes, the same for both backends.

use domain::Span;

/// How many of the messages that are due a lease looks at, the longest due first.
pub(crate) const SEEN: u32 = 4_096;
/// How many of them a lease puts off when they are all it sees and cannot be delivered now.
pub(crate) const MOST_PUT_OFF: u32 = 512;
pub(crate) const PUT_OFF: Span = Span::from_secs(60);

/// How many claims are forgotten in one go, so that nobody waits long behind it.
pub(crate) const PRUNE: u32 = 1_000;
/// How often in a row; what is left is for the next time.
pub(crate) const PRUNES: usize = 100;
