//! Asking twice with the same key does a thing once. The key is claimed in the same commit that makes the
//! thing durable, and the answer to the second asking is told from the recorded events.

use domain::{ClientId, PaymentId, Timestamp, Version};
use store::{Claim, ClaimScope};

use crate::keyring::Key;

/// A client's key and what it was sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    key: [u8; 32],
    fingerprint: [u8; 32],
}

/// The longest `Idempotency-Key` that is taken.
pub const LONGEST_KEY: usize = 255;

impl RequestKey {
    pub(crate) fn new(hasher: &Key, client: ClientId, key: &str, operation: &str, body: &[u8]) -> Self {
        let client = client.get().to_be_bytes();
        Self {
            key: hasher.mac(&[b"key", &client, key.as_bytes()]),
            fingerprint: hasher.mac(&[b"body", operation.as_bytes(), b"\0", body]),
        }
    }

    pub(crate) fn key(&self) -> &[u8] {
        &self.key
    }

    pub(crate) fn claim(&self, owner: PaymentId, version: Version, at: Timestamp) -> Claim {
        Claim {
            scope: ClaimScope::Idempotency,
            key: self.key.to_vec(),
            owner,
            version,
            fingerprint: self.fingerprint.to_vec(),
            at,
        }
    }

    /// Whether a claim was made by this very request.
    pub(crate) fn matches(&self, claim: &Claim) -> bool {
        claim.fingerprint == self.fingerprint
    }
}
